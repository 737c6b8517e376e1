import { z } from 'zod';
import { batchItems, getBatch, listBatches, type PayoutBatch } from '../../db/stores/payoutBatches.ts';
import { PAYOUT_FILE_WITHDRAWAL } from '../changes/payoutChanges.ts';
import { submitOnce } from '../changes/submit.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { callerOf } from '../plugins/auth.ts';
import { Change } from '../schemas/changes.ts';
import { defined, pageOf, pageQuery, readPage } from '../schemas/paging.ts';
import { PayoutFile, PayoutFileParams, PayoutFileQuery, PayoutFileReason, PayoutFileWithPayouts, shownFile } from '../schemas/payoutFiles.ts';

/** Files in which payouts leave together, by rails that take files. */
export function payoutFileRoutes(app: Api, deps: ApiDeps): void {
  const { pool } = deps;
  const tag = 'Payouts';

  app.get('/v1/payout-files', operation('listPayoutFiles', { tag, summary: 'Files of payments, newest first', querystring: z.object({ ...pageQuery, ...PayoutFileQuery }), response: { 200: pageOf(PayoutFile) } }), async (request) => {
    const { rail, state } = request.query;
    const found = await readPage<PayoutBatch>(request.query, ({ id }) => id, ({ after, limit }) => listBatches(pool, defined({ rail, state }), { before: after ?? null, limit }));
    return { ...found, items: found.items.map(shownFile) };
  });
  app.get('/v1/payout-files/:fileId', operation('getPayoutFile', { tag, summary: 'A file with its payouts', params: PayoutFileParams, response: { 200: PayoutFileWithPayouts } }), async (request) => {
    const batch = await getBatch(pool, request.params.fileId);
    return { ...shownFile(batch), payoutIds: (await batchItems(pool, batch.id)).map(({ payoutId }) => payoutId) };
  });
  app.post('/v1/payout-files/:fileId/withdraw', operation('withdrawPayoutFile', {
    tag, summary: 'Withdraw a file that was never handed over', params: PayoutFileParams, body: PayoutFileReason, response: { 200: PayoutFile, 202: Change },
    description: 'A second operator agrees. Only of a file of which handing over was never begun (`mayWithdraw`), also while its rail is away, stopped or no longer configured. Nobody can hand it over any more; its payouts are prepared again, and go with the next file of their rail.',
  }), (request, reply) => {
    const { fileId } = request.params;
    return submitOnce(deps, request, reply, 200, PAYOUT_FILE_WITHDRAWAL, { subject: { type: 'payoutFile', id: fileId }, payload: { reason: request.body.reason, by: callerOf(request).actor.principalId } });
  });
}
