import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { withTransaction } from '../../db/connection.ts';
import { recordAudit, system } from '../../db/stores/audit.ts';
import { endGate } from '../../db/stores/changeGates.ts';
import { type Change, endChange, getChange, markFollowedUp, remindOfChange } from '../../db/stores/changes.ts';
import { getRun } from '../../db/stores/payoutRuns.ts';
import { getReport } from '../../db/stores/reports.ts';
import { changeKind } from '../../domain/changes/kinds.ts';
import type { ChangeState } from '../../domain/changes/states.ts';
import { payoutRunDecided, reportDecided, WORKFLOWS } from '../../workflows/contracts.ts';
import { reportPeriodStart } from '../../workflows/starts.ts';
import type { Dependencies } from '../dependencies.ts';
import { refusing } from '../failure.ts';

/** `asOf`: the workflow's time, ISO instant. Each re-reads the row and can be repeated. */
export function createChangeActivities({ pool, client }: Pick<Dependencies, 'pool' | 'client'>) {
  return {
    loadChange: (input: { changeId: string }): Promise<{ state: ChangeState; reminded: boolean }> => refusing(async () => {
      const { state, remindedAt } = await getChange(pool, input.changeId);
      return { state, reminded: remindedAt !== null };
    }),

    remindOfChange: (input: { changeId: string; asOf: string }): Promise<void> => refusing(() => withTransaction(pool, (tx) => remindOfChange(tx, input.changeId, input.asOf))),

    /** Ends a change that nobody decided about; what it stopped ends with it. */
    expireChange: (input: { changeId: string; asOf: string }): Promise<void> => refusing(() => withTransaction(pool, async (tx) => {
      const change = await getChange(tx, input.changeId, true);
      if (change.state !== 'requested' || input.asOf < change.expiresAt) return;
      const actor = system('changeExpiry');
      const decision = { by: actor.principalId, at: input.asOf, reason: null };
      const { result } = await (changeKind(change.kind).gate ? endGate(tx, change, 'expired', decision) : endChange(tx, change.id, 'expired', decision));
      await recordAudit(tx, { at: input.asOf, actor, operation: 'expireChange', subject: change.subject, before: { change: change.id, state: change.state }, after: { change: change.id, state: 'expired', result } });
    })),

    /** Tells the workflow that waited. */
    followUpChange: (input: { changeId: string; asOf: string }): Promise<void> => refusing(async () => {
      const change = await getChange(pool, input.changeId);
      if (change.subject.type === 'payoutRun') await tellRun(client, change.subject.id);
      if (change.subject.type === 'report') await tellReport(client, change);
      await markFollowedUp(pool, change.id, input.asOf);
    }),
  };

  async function tellRun(temporal: Client, runId: string): Promise<void> {
    const run = await getRun(pool, runId);
    try {
      await temporal.workflow.getHandle(run.workflowId).signal(payoutRunDecided, { state: run.state === 'refused' ? 'refused' : 'approved' });
    } catch (error) {
      // Refused, it has nothing more to do; approved, the sweep starts it and it finds its row approved.
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }

  async function tellReport(temporal: Client, change: Change): Promise<void> {
    const { brokerId, periodId, from, to } = await getReport(pool, change.subject.id);
    await temporal.workflow.signalWithStart(WORKFLOWS.reportPeriod, { ...reportPeriodStart({ brokerId, periodId, from, to }), signal: reportDecided, signalArgs: [{ reportId: change.subject.id }] });
  }
}
