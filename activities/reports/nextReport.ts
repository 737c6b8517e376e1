import type { Pool } from 'pg';
import { isExpected } from '../../db/stores/expectedPeriods.ts';
import { setAside } from '../../db/stores/setAside.ts';

/** A report to work on; or the whole one has not come, but a calendar expects it. `begun`: a part of it was posted, whose lines may wait for something. */
export type NextReport = { reportId: string; lines: number | null } | { reportId: null; expected: true; begun?: true };

/**
 * A report of the period whose work is not finished, the earliest first: versions are posted in the order of arrival. One that is being posted is finished first, and
 * a mail that was set aside is as if it had not come. Null: there is nothing to do and nothing to wait for.
 */
export async function nextReport(pool: Pool, periodId: string): Promise<NextReport | null> {
  const found = await pool.query<{ id: string; lines: number | null }>(
    `SELECT id, lines FROM report r WHERE period_id = $1 AND state NOT IN ('posted', 'refused', 'unchanged') AND NOT ${setAside('r')} ORDER BY state IN ('tied_out', 'posting', 'settling') DESC, no LIMIT 1`, [periodId]);
  const row = found.rows[0];
  if (row !== undefined) return { reportId: row.id, lines: row.lines };
  if (!(await isExpected(pool, periodId))) return null;
  const { rowCount } = await pool.query('SELECT 1 FROM report_period WHERE id = $1 AND latest_report_no IS NOT NULL', [periodId]);
  return { reportId: null, expected: true, ...(rowCount === 1 && { begun: true }) };
}
