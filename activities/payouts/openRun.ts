import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { weekKey } from '../../domain/payouts/weekKey.ts';
import { withTransaction } from '../../db/connection.ts';
import { noticesOfDestinations } from '../../db/stores/blockedPayouts.ts';
import { endGate } from '../../db/stores/changeGates.ts';
import { openChangeOf } from '../../db/stores/changes.ts';
import { methodologyInForce } from '../../db/stores/methodologies.ts';
import { anythingAvailable, claimRun, getRun, insertMembers, memberTotals, moveRun, takeOverRun, type PayoutRun } from '../../db/stores/payoutRuns.ts';
import { Problem } from '../../domain/problem.ts';
import { RUN_ENDED, type RunState } from '../../domain/payouts/runStates.ts';
import { alive } from '../alive.ts';
import { startChangeOf } from '../changes/start.ts';
import type { Dependencies } from '../dependencies.ts';
import { refusing } from '../failure.ts';
import { askForRun } from './approval.ts';
import type { PayoutSettings } from './settings.ts';

export interface OpenRunInput { runKey: string | null; scheduledAt: string; workflowId: string; startedBy: string | null }
export interface OpenedRun {
  runId: string; key: string; scheduledAt: string; state: RunState; pageSize: number;
  /** The week's run is done, or another workflow is at it: this one has nothing to do. */
  already: boolean;
}

/** Who a run is for and whether it may go on. */
export function createRunActivities(deps: Pick<Dependencies, 'pool' | 'client'>, settings: PayoutSettings) {
  const { pool, client } = deps;
  // The workflow's updates have no time of their own; decisions made over the API bring one.
  const now = (): string => new Date().toISOString();
  const freeze = (input: { runId: string; asOf: string; now?: string }): Promise<FrozenRun> => withTransaction(pool, async (tx) => {
    const run = await getRun(tx, input.runId, true);
    if (run.state === 'open') {
      // An installation that has no rules yet has no money either: its runs are empty, not failed.
      if (await anythingAvailable(tx)) await insertMembers(tx, run.id, (await methodologyInForce(tx.db, input.asOf)).payoutMinimum, input.asOf, input.now ?? input.asOf);
      await noticesOfDestinations(tx, run.id, input.now ?? input.asOf);
      const { total } = await memberTotals(tx, run.id);
      const waits = await askForRun(tx, run, total, settings, input.now ?? input.asOf);
      await moveRun(tx, run.id, waits ? 'awaiting_approval' : 'frozen', { total, frozenAt: input.now ?? input.asOf });
    }
    const frozen = await getRun(tx, run.id);
    return { state: frozen.state, members: (await memberTotals(tx, run.id)).members, total: frozen.total ?? '0' };
  });
  return {
    /** Claims the week's run, or the run of an own key; one whose driver was terminated is taken over where it stands. */
    openRun: (input: OpenRunInput): Promise<OpenedRun> => refusing(async () => {
      const key = input.runKey ?? weekKey(input.scheduledAt);
      const run = await claimRun(pool, { key, workflowId: input.workflowId, scheduledAt: input.scheduledAt, startedBy: input.startedBy });
      const opened = (already: boolean): OpenedRun => ({ runId: run.id, key, scheduledAt: run.scheduledAt, state: run.state, pageSize: settings.pageSize, already });
      if (RUN_ENDED.includes(run.state)) return opened(true);
      if (run.workflowId === input.workflowId) return opened(false);
      if (await isRunning(client, run.workflowId)) return opened(true);
      return opened(!(await takeOverRun(pool, run.id, run.workflowId, input.workflowId)));
    }),

    /**
     * Writes all users with money available as members with a decision. A run over the limit, or with a payout over it, then waits
     * for a second operator. `asOf`: the run's scheduled time, whose methodology gives the minimum; `now`: the workflow's time.
     */
    freezeMembers: (input: { runId: string; asOf: string; now?: string }): Promise<FrozenRun> => refusing(() => alive(async () => {
      const frozen = await freeze(input);
      if (frozen.state === 'awaiting_approval') await startChangeOf({ pool, client }, { type: 'payoutRun', id: input.runId });
      return frozen;
    })),

    /** A second operator lets a run over the limit go on. Throws PAYOUT_RUN_SAME_OPERATOR, PAYOUT_RUN_MOVE_REFUSED. */
    approveRun: (input: { runId: string; operatorId: string }): Promise<{ state: RunState }> => refusing(() => withTransaction(pool, async (tx) => {
      const run = await getRun(tx, input.runId, true);
      if (run.startedBy === input.operatorId) throw sameOperator(run);
      const asked = await openChangeOf(tx, { type: 'payoutRun', id: run.id });
      if (asked !== null) await endGate(tx, asked, 'approved', { by: input.operatorId, at: now(), reason: null });
      else await moveRun(tx, run.id, 'approved', { approvedBy: input.operatorId });
      return { state: 'approved' };
    })),

    /** An operator ends a run that waits for approval: nothing was reserved, its members keep their money. Throws PAYOUT_RUN_MOVE_REFUSED. */
    refuseRun: (input: { runId: string; operatorId: string; reason: string }): Promise<{ state: RunState }> => refusing(() => withTransaction(pool, async (tx) => {
      const asked = await openChangeOf(tx, { type: 'payoutRun', id: input.runId });
      if (asked !== null) await endGate(tx, asked, asked.requestedBy === input.operatorId ? 'withdrawn' : 'rejected', { by: input.operatorId, at: now(), reason: input.reason });
      else await moveRun(tx, input.runId, 'refused', { refusedBy: input.operatorId, refusalReason: input.reason });
      return { state: 'refused' };
    })),

    /** Every payout of the run is planned and started. */
    finishRun: (input: { runId: string }): Promise<void> => refusing(() => moveRun(pool, input.runId, 'done')),
  };
}

export interface FrozenRun { state: RunState; members: number; total: string }

function sameOperator(run: PayoutRun): Problem {
  return new Problem('PAYOUT_RUN_SAME_OPERATOR', `Run ${run.key} was started by this operator; a second one must approve it.`, { status: 403 });
}

async function isRunning(client: Client, workflowId: string): Promise<boolean> {
  try {
    return (await client.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
