import type { Client } from '@temporalio/client';
import { WORKFLOWS } from '../../workflows/contracts.ts';
import { outboxStart } from '../../workflows/starts.ts';

/** Starts the outbox; one that runs is left alone. */
export async function startOutbox(client: Client): Promise<void> {
  await client.workflow.start(WORKFLOWS.outbox, outboxStart());
}
