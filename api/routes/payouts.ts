import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { attemptsOf, type AttemptView, latestFacts, listAttempts } from '../../db/stores/payoutAttempts.ts';
import { notHandedOver } from '../../db/stores/payoutBatches.ts';
import { quotesOf } from '../../db/stores/payoutQuotes.ts';
import { returnsOf } from '../../db/stores/payoutReturns.ts';
import { railConditions } from '../../db/stores/railConditions.ts';
import { ALL_RAILS, switches } from '../../db/stores/railSwitch.ts';
import { withDestinations } from '../../db/stores/sealedFields.ts';
import { listPayouts, type Payout as StoredPayout, payoutSources, readPayout } from '../../db/stores/payouts.ts';
import { detailForPayee, type Held, payoutStory, type PayoutStory, RAIL_NOT_CONFIGURED, type SendTimes } from '../../domain/payouts/payoutStory.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { expanded, expandQuery } from '../expansion.ts';
import { PAYOUT_EXPANSIONS } from '../expansions.ts';
import { operation } from '../operation.ts';
import { callerOf, requireOwn } from '../plugins/auth.ts';
import { idIn } from '../schemas/common.ts';
import { ExpandedPayout, ExpandedPayoutWithAttempts } from '../schemas/expanded.ts';
import { asFlag, defined, pageOf, pageQuery, readPage } from '../schemas/paging.ts';
import { PayoutQuery } from '../schemas/payouts.ts';

/** Transfers to users. */
export function payoutRoutes(app: Api, deps: ApiDeps): void {
  const { pool, personal } = deps;
  const tag = 'Payouts';

  app.get('/v1/payouts', operation('listPayouts', { tag, summary: 'Payouts, oldest first', querystring: z.object({ ...pageQuery, ...PayoutQuery, ...expandQuery(PAYOUT_EXPANSIONS) }), response: { 200: pageOf(ExpandedPayout) } }), async (request) => {
    const { runId, userId, state, open, rail, from, to } = request.query;
    const filter = defined({ runId, state, rail, from, to, userId: callerOf(request).ownUserId ?? userId, open: asFlag(open) });
    const found = await readPage<StoredPayout>(request.query, (payout) => payout.id, (page) => listPayouts(pool, { ...filter, ...page }));
    return { ...found, items: await told(deps, request, await expanded(request, pool, PAYOUT_EXPANSIONS, await withDestinations(personal, pool, found.items))) };
  });
  app.get('/v1/payouts/:payoutId', operation('getPayout', { tag, summary: 'A payout with its attempts', params: z.object({ payoutId: idIn('pay') }), querystring: z.object(expandQuery({ user: 1, run: 1 })), response: { 200: ExpandedPayoutWithAttempts } }), async (request) => {
    const { payout } = await readPayout(pool, request.params.payoutId);
    requireOwn(request, payout.userId, { code: 'PAYOUT_UNKNOWN', sentence: `There is no payout "${payout.id}".` });
    const [stored] = await expanded(request, pool, PAYOUT_EXPANSIONS, await withDestinations(personal, pool, [payout]));
    const [shown] = await told(deps, request, [{ ...stored!, attempts: await listAttempts(pool, payout.id) }]);
    return { ...shown!, sources: await payoutSources(pool, payout.id) };
  });
}

/** Payouts with what their users want to know of them, and for these without what only operators are told: eight queries whatever their number. */
async function told<T extends StoredPayout & { attempts?: readonly AttemptView[] }>({ pool, rails }: ApiDeps, request: FastifyRequest, stored: readonly T[]): Promise<(T & PayoutStory)[]> {
  const payouts = callerOf(request).ownUserId === null ? stored : stored.map(forPayee);
  const ids = payouts.map(({ id }) => id);
  const [attempts, facts, quotes] = [await attemptsOf(pool, ids), await latestFacts(pool, ids), await quotesOf(pool, ids)];
  const returns = await returnsOf(pool, ids);
  const [held, files] = [await heldRails(pool), await notHandedOver(pool, ids)];
  const sent = (id: string): SendTimes | null => {
    const latest = attempts.get(id)?.at(-1);
    const file = files.get(id);
    return latest === undefined ? null : { ...latest, facts: facts.get(id) ?? {}, ...(file !== undefined && { file }) };
  };
  return payouts.map((payout) => ({ ...payout, ...payoutStory(payout, sent(payout.id), quotes.get(payout.id) ?? null, rails.guarantees(payout.rail), held(payout.rail), returns.get(payout.id)) }));
}

/** By which rails nothing is sent now, and why; that none has it says more than that it is stopped. */
async function heldRails(pool: ApiDeps['pool']): Promise<(rail: string) => Held | null> {
  const stopped = (await switches(pool)).filter((one) => one.stopped).map(({ rail }) => rail);
  const missing = (await railConditions(pool)).filter(({ code }) => code === RAIL_NOT_CONFIGURED).map(({ rail }) => rail);
  return (rail) => (missing.includes(rail) ? 'not_configured' : stopped.includes(ALL_RAILS) || stopped.includes(rail) ? 'stopped' : null);
}

const forPayee = <T extends StoredPayout & { attempts?: readonly AttemptView[] }>(payout: T): T => ({
  ...payout, detail: detailForPayee(payout.detail, payout.state),
  ...(payout.attempts === undefined ? {} : { attempts: payout.attempts.map((attempt) => ({ ...attempt, detail: detailForPayee(attempt.detail, payout.state) })) }),
});
