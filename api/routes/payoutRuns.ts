import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Change, listChanges, openChangeOf } from '../../db/stores/changes.ts';
import { withReasons } from '../../db/stores/memberReasons.ts';
import { claimRun, getRun, listMembers, type ListedMember, listRuns, memberTotals, type PayoutRun } from '../../db/stores/payoutRuns.ts';
import type { PassedLimit } from '../../domain/payouts/runLimits.ts';
import { RUN_ENDED } from '../../domain/payouts/runStates.ts';
import { weekKey } from '../../domain/payouts/weekKey.ts';
import { Problem } from '../../domain/problem.ts';
import { workflowIds } from '../../workflows/contracts.ts';
import { approve, reject, withdraw } from '../changes/decide.ts';
import { type Api, type ApiDeps, railMinimum } from '../deps.ts';
import { expanded, expandQuery } from '../expansion.ts';
import { MEMBER_EXPANSIONS } from '../expansions.ts';
import { operation } from '../operation.ts';
import { callerOf } from '../plugins/auth.ts';
import { once } from '../plugins/idempotency.ts';
import { idIn } from '../schemas/common.ts';
import { ExpandedMember } from '../schemas/expanded.ts';
import { pageOf, pageQuery, readPage } from '../schemas/paging.ts';
import { MemberQuery, NewRun, Run, RunQuery, RunRefusal, RunWithMembers } from '../schemas/payouts.ts';
import { startChange, startPayoutRun } from '../workflowCalls.ts';

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
    return { ...run, members, byDecision, approval: await approvalOf(run.id) };
  });
  app.get('/v1/payout-runs/:runId/members', operation('listRunMembers', { tag, summary: 'Who was looked at and what was decided', params: RunParams, querystring: z.object({ ...pageQuery, ...MemberQuery, ...expandQuery(MEMBER_EXPANSIONS) }), response: { 200: pageOf(ExpandedMember) } }), async (request) => {
    const run = await getRun(pool, request.params.runId);
    const page = await readPage<ListedMember>(request.query, (member) => member.userId, (page) => listMembers(pool, run.id, request.query, page));
    return { ...page, items: await expanded(request, pool, MEMBER_EXPANSIONS, await withReasons(pool, run, page.items, railMinimum(deps.rails))) };
  });
  app.post('/v1/payout-runs/:runId/approve', operation('approvePayoutRun', { tag, summary: 'Approve a run over the limit, as a second operator', description: 'The same as approving the change that it waits for.', params: RunParams, response: { 200: Run } }), (request, reply) =>
    deciding(request, reply, (scene, change) => approve(scene, change.id)));
  app.post('/v1/payout-runs/:runId/refuse', operation('refusePayoutRun', { tag, summary: 'Refuse a run that waits for approval', description: 'It ends; nothing was reserved, and its members keep their money for the next run. Whoever started it may, too.', params: RunParams, body: RunRefusal, response: { 200: Run } }), (request, reply) =>
    deciding(request, reply, (scene, change) => (change.requestedBy === callerOf(request).actor.principalId ? withdraw : reject)(scene, change.id, request.body.reason)));

  /** Which limits a run passed, of the latest change that asked about it. */
  async function approvalOf(runId: string): Promise<{ changeId: string; state: Change['state']; limits: PassedLimit[] } | null> {
    const [asked] = await listChanges(pool, { subjectType: 'payoutRun', subjectId: runId }, { before: null, limit: 1 });
    return asked === undefined ? null : { changeId: asked.id, state: asked.state, limits: Array.isArray(asked.payload['limits']) ? asked.payload['limits'] as PassedLimit[] : [] };
  }

  /** Decides about the change that the run waits for; its workflow is told after the commit. */
  function deciding(request: FastifyRequest<{ Params: z.infer<typeof RunParams> }>, reply: FastifyReply, decide: (scene: Parameters<typeof approve>[0], change: Change) => Promise<Change>): Promise<PayoutRun> {
    const { runId } = request.params;
    return once(deps, request, reply, {
      status: 200,
      effect: async (tx, audit) => {
        const run = await getRun(tx, runId);
        const change = await openChangeOf(tx, { type: 'payoutRun', id: runId });
        if (change === null) throw new Problem('PAYOUT_RUN_NOT_WAITING', `This run is ${run.state}; there is nothing to decide.`, { status: 409, facts: { state: run.state } });
        await decide({ deps, request, tx, audit }, change);
        return getRun(tx, runId);
      },
      afterCommit: async () => {
        for (const change of await listChanges(pool, { subjectType: 'payoutRun', subjectId: runId }, { before: null, limit: 10 })) await startChange(client, change);
      },
    });
  }
}
