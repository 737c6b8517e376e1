import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy, type Client } from '@temporalio/client';
import { type PayoutRunInput, TASK_QUEUES, WORKFLOWS, workflowIds } from '../../workflows/contracts.ts';

/** Starts the run of a key, or finds it running. */
export async function startPayoutRun(client: Client, input: PayoutRunInput & { runKey: string; scheduledAt: string }): Promise<void> {
  await client.workflow.start(WORKFLOWS.payoutRun, {
    workflowId: workflowIds.payoutRun(input.runKey), taskQueue: TASK_QUEUES.payouts, args: [input],
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING, workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    staticSummary: `Payout run ${input.runKey}, scheduled ${input.scheduledAt}`,
  });
}
