import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { pendingAccruals } from '../../db/stores/accruals.ts';
import { WORKFLOWS } from '../../workflows/contracts.ts';
import { type AccrualToStart, accrualStart } from '../../workflows/starts.ts';
import { concurrently } from '../concurrently.ts';

/** Starts in flight at once: enough to keep the server busy, few enough not to swamp it. */
const CONCURRENCY = 32;

/**
 * Starts the workflows of a report's accruals that are not at an end, one page, never as children (architecture "Temporal").
 * Starting one that runs already changes nothing, so the page may be repeated. Answers the last `seq`, or null at the end.
 */
export async function startAccrualPage({ pool, client }: { pool: Pool; client: Client }, reportId: string, after: string | null, size: number, progress: () => void): Promise<string | null> {
  const page = await pendingAccruals(pool, reportId, { after, limit: size });
  await concurrently(page, CONCURRENCY, async (accrual) => {
    await startAccrual(client, accrual);
    progress();
  });
  return page.length < size ? null : page.at(-1)!.seq;
}

/** Starts one accrual's workflow, or finds it running. */
export async function startAccrual(client: Client, accrual: AccrualToStart): Promise<void> {
  await client.workflow.start(WORKFLOWS.accrual, accrualStart(accrual));
}
