import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { type Change, type ChangeSubject, openChangeOf } from '../../db/stores/changes.ts';
import { changeDecided, WORKFLOWS } from '../../workflows/contracts.ts';
import { changeStart } from '../../workflows/starts.ts';

/** Starts the workflow of a change, or finds it running; one that has been decided about is told so. */
export async function startChange(client: Client, change: Change): Promise<void> {
  if (change.state === 'requested') await client.workflow.start(WORKFLOWS.changeExpiry, changeStart(change));
  else await client.workflow.signalWithStart(WORKFLOWS.changeExpiry, { ...changeStart(change), signal: changeDecided, signalArgs: [] });
}

/** The same for the change that a report or a payout run waits for. */
export async function startChangeOf({ pool, client }: { pool: Pool; client: Client }, subject: ChangeSubject): Promise<void> {
  const change = await openChangeOf(pool, subject);
  if (change !== null) await startChange(client, change);
}
