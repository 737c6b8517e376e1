import type { Pool } from 'pg';

/** Keeps how much of a report's file has been read; `lines` 0 begins anew. By a connection of its own: staging holds the report's row. */
export async function noteReading(pool: Pool, reportId: string, read: { lines: number; bytes: number }): Promise<void> {
  await pool.query(
    `INSERT INTO report_reading (report_id, lines, bytes, since) VALUES ($1, $2, $3, clock_timestamp())
     ON CONFLICT (report_id) DO UPDATE SET lines = excluded.lines, bytes = excluded.bytes, since = CASE WHEN excluded.lines = 0 THEN excluded.since ELSE report_reading.since END`,
    [reportId, read.lines, read.bytes]);
}
