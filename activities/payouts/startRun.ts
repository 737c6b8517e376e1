import type { Client } from '@temporalio/client';
import { type PayoutRunInput, WORKFLOWS } from '../../workflows/contracts.ts';
import { payoutRunStart } from '../../workflows/starts.ts';

/** Starts the run of a key, or finds it running. */
export async function startPayoutRun(client: Client, run: PayoutRunInput & { runKey: string; scheduledAt: string }): Promise<void> {
  await client.workflow.start(WORKFLOWS.payoutRun, payoutRunStart(run));
}
