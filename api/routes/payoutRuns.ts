import { z } from 'zod';
import { claimRun, getRun, listMembers, listRuns, memberTotals } from '../../db/stores/payoutRuns.ts';
import { RUN_ENDED } from '../../domain/payouts/runStates.ts';
import { weekKey } from '../../domain/payouts/weekKey.ts';
import { Problem } from '../../domain/problem.ts';
import { workflowIds } from '../../workflows/contracts.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { callerOf } from '../plugins/auth.ts';
import { once } from '../plugins/idempotency.ts';
import { idIn } from '../schemas/common.ts';
import { pageOf, pageQuery, readPage } from '../schemas/paging.ts';
import { Member, MemberQuery, NewRun, Run, RunQuery, RunRefusal, RunWithMembers } from '../schemas/payouts.ts';
import { startPayoutRun } from '../workflowCalls.ts';
import { approveRunInWorkflow, refuseRunInWorkflow, updateId } from '../workflowUpdates.ts';

const RunParams = z.object({ runId: idIn('run') });

/** Weekly payout runs: one a week, by the Schedule or by hand. */
export function payoutRunRoutes(app: Api, deps: ApiDeps): void {
  const { pool, client } = deps;
  const tag = 'Payout runs';

  app.post('/v1/payout-runs', operation('startPayoutRun', { tag, summary: "Start a week's run by hand", description: 'Of a week that has a run already, that run is answered.', body: NewRun, response: { 200: Run } }), (request, reply) => {
    const now = deps.now();
    const week = request.body.week ?? weekKey(now);
    if (week > weekKey(now)) throw new Problem('PAYOUT_RUN_TOO_EARLY', `The week ${week} has not begun; a run now would take the place of its own.`, { at: { field: 'week' } });
    return once(deps, request, reply, {
      status: 200,
      effect: (tx) => claimRun(tx, { key: week, workflowId: workflowIds.payoutRun(week), scheduledAt: now, startedBy: callerOf(request).actor.principalId }),
      afterCommit: async (run) => {
        // A run of the Schedule has a workflow of its own id.
        if (run.workflowId !== workflowIds.payoutRun(run.key) || RUN_ENDED.includes(run.state)) return;
        await startPayoutRun(client, { runKey: run.key, scheduledAt: run.scheduledAt, ...(run.startedBy === null ? {} : { startedBy: run.startedBy }) });
      },
    });
  });
  app.get('/v1/payout-runs', operation('listPayoutRuns', { tag, summary: 'Runs, newest first', querystring: z.object({ ...pageQuery, ...RunQuery }), response: { 200: pageOf(Run) } }), (request) =>
    readPage(request.query, (run) => run.id, (page) => listRuns(pool, request.query, page)));
  app.get('/v1/payout-runs/:runId', operation('getPayoutRun', { tag, summary: 'A run with its members by decision', params: RunParams, response: { 200: RunWithMembers } }), async (request) => {
    const run = await getRun(pool, request.params.runId);
    const { members, byDecision } = await memberTotals(pool, run.id);
    return { ...run, members, byDecision };
  });
  app.get('/v1/payout-runs/:runId/members', operation('listRunMembers', { tag, summary: 'Who was looked at and what was decided', params: RunParams, querystring: z.object({ ...pageQuery, ...MemberQuery }), response: { 200: pageOf(Member) } }), async (request) => {
    const run = await getRun(pool, request.params.runId);
    return readPage(request.query, (member) => member.userId, (page) => listMembers(pool, run.id, request.query, page));
  });
  app.post('/v1/payout-runs/:runId/approve', operation('approvePayoutRun', { tag, summary: 'Approve a run over the limit, as a second operator', params: RunParams, response: { 200: Run } }), (request, reply) =>
    once(deps, request, reply, {
      status: 200,
      beforehand: async (asked) => {
        const run = await getRun(pool, request.params.runId);
        const operatorId = callerOf(request).actor.principalId;
        await asked({ subject: { type: 'payoutRun', id: run.id }, before: run });
        await approveRunInWorkflow(client, run.workflowId, operatorId, updateId(operatorId, request.headers['idempotency-key'] as string));
      },
      effect: (tx) => getRun(tx, request.params.runId),
    }));
  app.post('/v1/payout-runs/:runId/refuse', operation('refusePayoutRun', { tag, summary: 'Refuse a run that waits for approval', description: 'It ends; nothing was reserved, and its members keep their money for the next run.', params: RunParams, body: RunRefusal, response: { 200: Run } }), (request, reply) =>
    once(deps, request, reply, {
      status: 200,
      beforehand: async (asked) => {
        const run = await getRun(pool, request.params.runId);
        const operatorId = callerOf(request).actor.principalId;
        await asked({ subject: { type: 'payoutRun', id: run.id }, before: run });
        await refuseRunInWorkflow(client, run.workflowId, { operatorId, reason: request.body.reason }, updateId(operatorId, request.headers['idempotency-key'] as string));
      },
      effect: (tx) => getRun(tx, request.params.runId),
    }));
}
