import type { Pool } from 'pg';

/** A report of the period whose work is not finished, the earliest first: versions are posted in the order of arrival. */
export async function nextReport(pool: Pool, periodId: string): Promise<{ reportId: string; lines: number | null } | null> {
  const found = await pool.query<{ id: string; lines: number | null }>(
    "SELECT id, lines FROM report WHERE period_id = $1 AND state NOT IN ('posted', 'refused', 'unchanged') ORDER BY no LIMIT 1", [periodId]);
  const row = found.rows[0];
  return row === undefined ? null : { reportId: row.id, lines: row.lines };
}
