import { z } from 'zod';
import { listAttempts } from '../../db/stores/payoutAttempts.ts';
import { listPayouts, payoutSources, readPayout } from '../../db/stores/payouts.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { callerOf, requireOwn } from '../plugins/auth.ts';
import { idIn } from '../schemas/common.ts';
import { asFlag, defined, pageOf, pageQuery, readPage } from '../schemas/paging.ts';
import { Payout, PayoutQuery, PayoutWithAttempts } from '../schemas/payouts.ts';

/** Transfers to users. */
export function payoutRoutes(app: Api, { pool }: ApiDeps): void {
  const tag = 'Payouts';

  app.get('/v1/payouts', operation('listPayouts', { tag, summary: 'Payouts, oldest first', querystring: z.object({ ...pageQuery, ...PayoutQuery }), response: { 200: pageOf(Payout) } }), (request) => {
    const { runId, userId, state, open, rail, from, to } = request.query;
    const filter = defined({ runId, state, rail, from, to, userId: callerOf(request).ownUserId ?? userId, open: asFlag(open) });
    return readPage(request.query, (payout) => payout.id, (page) => listPayouts(pool, { ...filter, ...page }));
  });
  app.get('/v1/payouts/:payoutId', operation('getPayout', { tag, summary: 'A payout with its attempts', params: z.object({ payoutId: idIn('pay') }), response: { 200: PayoutWithAttempts } }), async (request) => {
    const { payout } = await readPayout(pool, request.params.payoutId);
    requireOwn(request, payout.userId, { code: 'PAYOUT_UNKNOWN', sentence: `There is no payout "${payout.id}".` });
    return { ...payout, attempts: await listAttempts(pool, payout.id), sources: await payoutSources(pool, payout.id) };
  });
}
