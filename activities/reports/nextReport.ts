import type { Pool } from 'pg';
import { isExpected } from '../../db/stores/expectedPeriods.ts';

/** A report to work on; or none has come, but a calendar expects one. */
export type NextReport = { reportId: string; lines: number | null } | { reportId: null; expected: true };

/**
 * A report of the period whose work is not finished, the earliest first: versions are posted in the order of arrival. Null: there is nothing
 * to do and nothing to wait for.
 */
export async function nextReport(pool: Pool, periodId: string): Promise<NextReport | null> {
  const found = await pool.query<{ id: string; lines: number | null }>(
    "SELECT id, lines FROM report WHERE period_id = $1 AND state NOT IN ('posted', 'refused', 'unchanged') ORDER BY no LIMIT 1", [periodId]);
  const row = found.rows[0];
  if (row !== undefined) return { reportId: row.id, lines: row.lines };
  return (await isExpected(pool, periodId)) ? { reportId: null, expected: true } : null;
}
