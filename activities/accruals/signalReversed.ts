import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { accrualReversed, workflowIds } from '../../workflows/contracts.ts';
import { concurrently } from '../concurrently.ts';

/**
 * Tells the workflows of accruals from which a report took everything back, so that they end now and not at their time.
 * One that has ended already needs no word; a lost signal only means that it ends when it would have cleared.
 */
export async function signalReversed({ pool, client }: { pool: Pool; client: Client }, reportId: string, progress: () => void): Promise<void> {
  const reversed = await pool.query<{ id: string }>(
    'SELECT a.id FROM accrual a JOIN report r ON r.no = a.reversed_by_report_no WHERE r.id = $1', [reportId]);
  await concurrently(reversed.rows, 32, async ({ id }) => {
    progress();
    await client.workflow.getHandle(workflowIds.accrual(id)).signal(accrualReversed, { reportId }).catch((error: unknown) => {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    });
  });
}
