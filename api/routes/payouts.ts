import { z } from 'zod';
import { listAttempts } from '../../db/stores/payoutAttempts.ts';
import { withDestinations } from '../../db/stores/sealedFields.ts';
import { listPayouts, type Payout as StoredPayout, payoutSources, readPayout } from '../../db/stores/payouts.ts';
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
export function payoutRoutes(app: Api, { pool, personal }: ApiDeps): void {
  const tag = 'Payouts';

  app.get('/v1/payouts', operation('listPayouts', { tag, summary: 'Payouts, oldest first', querystring: z.object({ ...pageQuery, ...PayoutQuery, ...expandQuery(PAYOUT_EXPANSIONS) }), response: { 200: pageOf(ExpandedPayout) } }), async (request) => {
    const { runId, userId, state, open, rail, from, to } = request.query;
    const filter = defined({ runId, state, rail, from, to, userId: callerOf(request).ownUserId ?? userId, open: asFlag(open) });
    const found = await readPage<StoredPayout>(request.query, (payout) => payout.id, (page) => listPayouts(pool, { ...filter, ...page }));
    return { ...found, items: await expanded(request, pool, PAYOUT_EXPANSIONS, await withDestinations(personal, pool, found.items)) };
  });
  app.get('/v1/payouts/:payoutId', operation('getPayout', { tag, summary: 'A payout with its attempts', params: z.object({ payoutId: idIn('pay') }), querystring: z.object(expandQuery({ user: 1, run: 1 })), response: { 200: ExpandedPayoutWithAttempts } }), async (request) => {
    const { payout } = await readPayout(pool, request.params.payoutId);
    requireOwn(request, payout.userId, { code: 'PAYOUT_UNKNOWN', sentence: `There is no payout "${payout.id}".` });
    const [shown] = await expanded(request, pool, PAYOUT_EXPANSIONS, await withDestinations(personal, pool, [payout]));
    return { ...shown!, attempts: await listAttempts(pool, payout.id), sources: await payoutSources(pool, payout.id) };
  });
}
