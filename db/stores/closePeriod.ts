import { Problem } from '../../domain/problem.ts';
import { sqlOf, type Tx } from '../connection.ts';
import { STILL_EXPECTED } from './expectedPeriods.ts';

/**
 * Ends the waiting for a period's report, by an operator with a reason; one that is closed already stays as it is. A report that comes all the same reopens it (receiveReport).
 * Throws REPORT_PERIOD_UNKNOWN (404), REPORT_PERIOD_POSTED, REPORT_PERIOD_BUSY (409).
 */
export async function closePeriod(tx: Tx, periodId: string, close: { by: string; reason: string; at: string }): Promise<void> {
  const { rows: [row] } = await sqlOf(tx).query<{ posted: boolean; closed: boolean }>(
    `SELECT p.latest_report_no IS NOT NULL AND NOT (${STILL_EXPECTED}) AS posted, p.closed_at IS NOT NULL AND p.reopened_at IS NULL AS closed FROM report_period p WHERE p.id = $1 FOR UPDATE`, [periodId]);
  if (row === undefined) throw new Problem('REPORT_PERIOD_UNKNOWN', `There is no report period "${periodId}".`, { status: 404 });
  if (row.closed) return;
  if (row.posted) throw new Problem('REPORT_PERIOD_POSTED', 'A report of this period was posted; there is nothing to close.', { status: 409 });
  const busy = await sqlOf(tx).query<{ id: string }>("SELECT id FROM report WHERE period_id = $1 AND state NOT IN ('posted', 'refused', 'unchanged') LIMIT 1", [periodId]);
  if (busy.rows[0]) throw new Problem('REPORT_PERIOD_BUSY', `The report "${busy.rows[0].id}" of this period is being worked on; wait until it is posted or refused.`, { status: 409, facts: { reportId: busy.rows[0].id } });
  await sqlOf(tx).query('UPDATE report_period SET closed_at = $2, closed_by = $3, close_reason = $4, reopened_at = NULL WHERE id = $1', [periodId, close.at, close.by, close.reason]);
}
