import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Accrual as AccrualRow, accrualHolds, getAccrual, listAccruals } from '../../db/stores/accruals.ts';
import { explainAccrual } from '../../db/stores/explanation.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { expanded, expandQuery } from '../expansion.ts';
import { ACCRUAL_EXPANSIONS } from '../expansions.ts';
import { operation } from '../operation.ts';
import { callerOf, requireOwn } from '../plugins/auth.ts';
import { idIn } from '../schemas/common.ts';
import { ExpandedAccrual } from '../schemas/expanded.ts';
import { AccrualQuery, Explanation, Hold } from '../schemas/money.ts';
import { asFlag, defined, flag, NUMBERED, pageOf, pageQuery, readPage } from '../schemas/paging.ts';

export const AccrualParams = z.object({ accrualId: idIn('acr') });

/** What trading accounts earned, and why. */
export function accrualRoutes(app: Api, { pool }: ApiDeps): void {
  const tag = 'Accruals';
  const seen = async (request: FastifyRequest, id: string) => {
    const accrual = await getAccrual(pool, id);
    requireOwn(request, accrual.userId, { code: 'ACCRUAL_UNKNOWN', sentence: `No accrual "${id}" exists.` });
    return accrual;
  };

  app.get('/v1/accruals', operation('listAccruals', { tag, summary: 'Accruals, newest first', querystring: z.object({ ...pageQuery, ...AccrualQuery, ...expandQuery(ACCRUAL_EXPANSIONS) }), response: { 200: pageOf(ExpandedAccrual) } }), async (request) => {
    const { onHold, userId, expand: _, ...query } = request.query;
    const filter = defined({ ...query, userId: callerOf(request).ownUserId ?? userId, onHold: asFlag(onHold) });
    const page = await readPage<AccrualRow>(request.query, (accrual) => accrual.seq, ({ after, limit }) => listAccruals(pool, filter, { before: after ?? null, limit }), NUMBERED);
    return { ...page, items: await expanded(request, pool, ACCRUAL_EXPANSIONS, page.items) };
  });
  app.get('/v1/accruals/:accrualId', operation('getAccrual', { tag, summary: 'An accrual', params: AccrualParams, querystring: z.object(expandQuery(ACCRUAL_EXPANSIONS)), response: { 200: ExpandedAccrual } }), async (request) =>
    (await expanded(request, pool, ACCRUAL_EXPANSIONS, [await seen(request, request.params.accrualId)]))[0]!);
  app.get('/v1/accruals/:accrualId/explanation', operation('explainAccrual', { tag, summary: 'Every line behind it, worked out anew', params: AccrualParams, response: { 200: Explanation } }), async (request) => {
    const accrual = await seen(request, request.params.accrualId);
    return explainAccrual(pool, accrual.id);
  });
  app.get('/v1/accruals/:accrualId/holds', operation('listHolds', { tag, summary: 'Its holds, oldest first', params: AccrualParams, querystring: z.object({ ...pageQuery, open: flag('Only those that are not released yet, or only those that are.') }), response: { 200: pageOf(Hold) } }), async (request) => {
    const accrual = await seen(request, request.params.accrualId);
    return readPage(request.query, (hold) => hold.id, (page) => accrualHolds(pool, accrual.id, { open: asFlag(request.query.open) }, page));
  });
}
