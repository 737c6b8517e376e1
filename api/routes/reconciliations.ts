import { z } from 'zod';
import { type CaseKey, closeCase, getCase, listCases, rankOf, type ReconciliationCase as CaseRow } from '../../db/stores/reconciliationCases.ts';
import { listReconciliations, type Reconciliation as ReconciliationRow } from '../../db/stores/reconciliations.ts';
import { casesWithWhatIsKnown } from '../caseView.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { callerOf } from '../plugins/auth.ts';
import { once } from '../plugins/idempotency.ts';
import { asFlag, defined, pageOf, pageQuery, readPage } from '../schemas/paging.ts';
import { CaseParams, CaseQuery, CaseReason, Reconciliation, ReconciliationCase, ReconciliationQuery, shownReconciliation } from '../schemas/rails.ts';

const DAY_AND_RAIL = /^\d{4}-\d\d-\d\d\.[a-z0-9-]{1,60}$/;
/** Rank, instant in ms, id. */
const CASE = /^[01]\.\d{1,15}\.[A-Za-z0-9_-]{1,100}$/;

/** The rails' own records against ours, and the differences. */
export function reconciliationRoutes(app: Api, deps: ApiDeps): void {
  const { pool } = deps;
  const tag = 'Reconciliation';

  app.get('/v1/reconciliations', operation('listReconciliations', { tag, summary: "Each rail's own record against ours, newest day first", querystring: z.object({ ...pageQuery, ...ReconciliationQuery }), response: { 200: pageOf(Reconciliation) } }), async (request) => {
    const found = await readPage<ReconciliationRow>(request.query, ({ day, rail }) => `${day}.${rail}`, ({ after, limit }) => {
      const [day, rail] = after?.split('.') ?? [];
      return listReconciliations(pool, defined({ rail: request.query.rail, day: request.query.day }), { before: day === undefined ? null : { day, rail: rail! }, limit });
    }, DAY_AND_RAIL);
    return { ...found, items: found.items.map((one) => shownReconciliation(one)) };
  });

  app.get('/v1/reconciliation-cases', operation('listReconciliationCases', {
    tag, summary: 'Differences that wait for somebody: unknown outcomes first, then the oldest, each with what is known and what an operator may do',
    querystring: z.object({ ...pageQuery, ...CaseQuery }), response: { 200: pageOf(ReconciliationCase) },
  }), async (request) => {
    const { rail, code, payoutId, open } = request.query;
    const found = await readPage<CaseRow>(request.query, (one) => `${rankOf(one)}.${Date.parse(one.openedAt)}.${one.id}`, ({ after, limit }) =>
      listCases(pool, defined({ rail, code, payoutId, open: asFlag(open) }), { after: after === undefined ? null : keyOf(after), limit }), CASE);
    return { ...found, items: await casesWithWhatIsKnown(deps, found.items) };
  });
  app.get('/v1/reconciliation-cases/:caseId', operation('getReconciliationCase', { tag, summary: 'One difference', params: CaseParams, response: { 200: ReconciliationCase } }), async (request) =>
    (await casesWithWhatIsKnown(deps, [await getCase(pool, request.params.caseId)]))[0]!);
  app.post('/v1/reconciliation-cases/:caseId/close', operation('closeReconciliationCase', {
    tag, summary: 'Close a difference with a reason', description: 'It posts nothing. Found again, it is a new case.', params: CaseParams, body: CaseReason, response: { 200: ReconciliationCase },
  }), (request, reply) => once(deps, request, reply, {
    status: 200,
    effect: async (tx, audit) => {
      const closed = await closeCase(tx, request.params.caseId, { by: callerOf(request).actor.principalId, reason: request.body.reason, at: deps.now() });
      Object.assign(audit, { after: closed });
      return (await casesWithWhatIsKnown({ ...deps, pool: tx.client }, [closed]))[0]!;
    },
  }));
}

function keyOf(cursor: string): CaseKey {
  const [rank, at, id] = cursor.split('.') as [string, string, string];
  return { rank: rank === '0' ? 0 : 1, openedAt: new Date(Number(at)).toISOString(), id };
}
