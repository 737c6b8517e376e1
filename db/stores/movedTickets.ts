import { Decimal, plain } from '../../domain/decimal.ts';
import type { MovedTickets } from '../../domain/reports/movedTickets.ts';
import type { Tx } from '../connection.ts';
import { GOES_ON } from './repeatedRows.ts';
import { earlierReadings, NEWER_FILES } from './reportRereads.ts';
import { findByIndex, type ReportWork } from './reportWork.ts';

const PERIODS_NAMED = 20;

/**
 * The lines of a judged report that close outside its period and whose tickets stand in another one, or in a report that is about to be posted for another; null: none.
 * Posted, it would take them over, and a file that was handed in for the wrong period does just that (docs/decisions/moved-tickets.md). What a file that is read again
 * leaves to newer word of the broker is none of them. Reports of one broker are looked at one after the other, so that of two at once the second sees the first.
 */
export async function movedTickets(tx: Tx, report: ReportWork): Promise<MovedTickets | null> {
  // The reader has counted such lines: most reports have none, and nothing more is asked.
  const { rows: [read] } = await tx.client.query<{ outside: boolean }>(`SELECT coalesce(notices @> '[{"code":"OUTSIDE_PERIOD"}]', false) AS outside FROM report WHERE id = $1`, [report.id]);
  if (!read!.outside) return null;
  await tx.client.query("SELECT pg_advisory_xact_lock(hashtextextended('repeated rows ' || $1, 0))", [report.brokerId]);
  const { rows: underway } = await tx.client.query<{ no: string }>(`SELECT r.no FROM report r WHERE r.broker_id = $1 AND r.period_id <> $2 AND ${GOES_ON}`, [report.brokerId, report.periodId]);
  const readings = await earlierReadings(tx, report.id);
  await findByIndex(tx);
  const { rows: [found] } = await tx.client.query<{ lines: number; firstLine: number | null; earned: string; periods: { id: string; from: string; to: string }[] | null }>(
    `WITH mine AS MATERIALIZED (
       SELECT l.row_number, l.line_number, l.server, l.ticket, l.kind, o.key FROM report_period p JOIN report_line l ON l.report_no = $1
       JOIN line_outcome o ON o.report_no = l.report_no AND o.row_number = l.row_number AND o.revision = 1 AND o.key IS NOT NULL
       WHERE p.id = $3 AND l.ticket IS NOT NULL AND l.kind IN ('trade', 'adjustment') AND (l.close_time < p.period_from OR l.close_time >= p.period_to)
     ), standing AS (
       SELECT m.row_number, m.line_number, e.period_id, e.earned FROM mine m JOIN earning e ON e.broker_id = $2 AND e.key = m.key
       WHERE e.period_id <> $3 AND NOT e.taken_back AND e.report_no NOT IN (${NEWER_FILES('$2', '$5')})
       UNION ALL
       SELECT m.row_number, m.line_number, r.period_id, 0 FROM mine m JOIN report_line t ON t.ticket = m.ticket AND t.server = m.server AND t.kind = m.kind AND t.malformed IS NULL JOIN report r ON r.no = t.report_no
       WHERE cardinality($4::bigint[]) > 0 AND t.report_no = ANY ($4)
     )
     SELECT count(DISTINCT row_number)::int AS lines, min(line_number)::int AS "firstLine", coalesce(sum(earned), 0)::text AS earned,
       (SELECT jsonb_agg(jsonb_build_object('id', p.id, 'from', to_char(p.period_from AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'to', to_char(p.period_to AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) ORDER BY p.period_from, p.id)
        FROM report_period p WHERE p.id IN (SELECT period_id FROM standing)) AS periods
     FROM standing`, [report.no, report.brokerId, report.periodId, underway.map(({ no }) => no), readings.first]);
  if (found === undefined || found.lines === 0 || found.periods === null) return null;
  return { lines: found.lines, firstLine: found.firstLine!, earned: plain(new Decimal(found.earned)), periods: found.periods.slice(0, PERIODS_NAMED), morePeriods: Math.max(0, found.periods.length - PERIODS_NAMED) };
}
