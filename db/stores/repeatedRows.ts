import { plain, Decimal } from '../../domain/decimal.ts';
import type { RepeatedRows } from '../../domain/reports/repeatedRows.ts';
import type { Tx } from '../connection.ts';
import { findByIndex, type ReportWork } from './reportWork.ts';

/** Lines without a ticket that could be paid: what the index report_line_ticketless holds, and no more. */
const TICKETLESS = (l: string): string => `${l}.ticket IS NULL AND ${l}.malformed IS NULL AND ${l}.kind IN ('trade','adjustment')`;
/** Paid, or waiting for something that can make them paid. */
const COUNTS = (o: string): string => `(${o}.outcome = 'paid' AND ${o}.amount <> 0 OR ${o}.outcome IN ('quarantined','ignored') OR ${o}.reason = 'LINK_NOT_VERIFIED')`;
/** A report that is past its gates, or waits at the last of them only, posts what it holds without asking again. */
export const GOES_ON = `(r.state IN ('tied_out','posting','settling') OR r.state = 'awaiting_approval' AND EXISTS (SELECT FROM change c WHERE c.subject_type = 'report' AND c.subject_id = r.id AND c.kind = 'report_over_limit' AND c.state = 'requested'))`;
const PERIODS_NAMED = 20;

/**
 * The ticketless trades and adjustments of a judged report that are new in its period, but stand with the same content (for the same account) in what counts
 * of another period of the broker; null: none. Nothing but the period tells them from lines that were posted (docs/decisions/repeated-rows.md).
 * Reports of one broker are looked at one after the other, so that of two at once the second sees the first.
 */
export async function repeatedRows(tx: Tx, report: ReportWork): Promise<RepeatedRows | null> {
  await tx.client.query("SELECT pg_advisory_xact_lock(hashtextextended('repeated rows ' || $1, 0))", [report.brokerId]);
  await findByIndex(tx);
  await tx.client.query('SET LOCAL enable_nestloop = on');
  const { rows: [found] } = await tx.client.query<{ lines: number; firstLine: number | null; earned: string; periods: { id: string; from: string; to: string }[] | null }>(
    `WITH mine AS MATERIALIZED (
       SELECT l.content_hash, l.kind, l.server, l.account FROM report_line l WHERE l.report_no = $1 AND ${TICKETLESS('l')} GROUP BY 1, 2, 3, 4
     ), others AS MATERIALIZED (
       SELECT m.*, e.period_id FROM mine m CROSS JOIN LATERAL (
         SELECT DISTINCT r.period_id FROM report_line l JOIN report r ON r.no = l.report_no
         WHERE l.content_hash = m.content_hash AND ${TICKETLESS('l')} AND l.kind = m.kind AND l.server = m.server AND l.account = m.account AND r.broker_id = $2 AND r.period_id <> $3
           AND EXISTS (SELECT FROM line_outcome o LEFT JOIN earning e ON e.broker_id = $2 AND e.key = o.key AND e.report_no = o.report_no AND e.row_number = o.row_number
             WHERE o.report_no = l.report_no AND o.row_number = l.row_number AND o.revision = 1
               AND (${GOES_ON} AND ${COUNTS('o')} OR r.state = 'posted' AND (e.earned <> 0 OR NOT e.taken_back AND (e.outcome IN ('paid','quarantined','ignored') OR e.reason = 'LINK_NOT_VERIFIED'))))) e
     ), lines AS (
       SELECT l.line_number, o.amount, o.outcome FROM (SELECT DISTINCT content_hash, kind, server, account FROM others) t
       JOIN report_line l ON l.content_hash = t.content_hash AND l.report_no = $1 AND ${TICKETLESS('l')} AND l.kind = t.kind AND l.server = t.server AND l.account = t.account
       JOIN line_outcome o ON o.report_no = l.report_no AND o.row_number = l.row_number AND o.revision = 1 AND ${COUNTS('o')}
       LEFT JOIN earning own ON own.broker_id = $2 AND own.key = o.key
       WHERE own.id IS NULL OR own.taken_back
     )
     SELECT count(*)::int AS lines, min(line_number)::int AS "firstLine", coalesce(sum(amount) FILTER (WHERE outcome = 'paid'), 0)::text AS earned,
       (SELECT jsonb_agg(jsonb_build_object('id', p.id, 'from', to_char(p.period_from AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'to', to_char(p.period_to AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) ORDER BY p.period_from, p.id)
        FROM report_period p WHERE p.id IN (SELECT period_id FROM others)) AS periods
     FROM lines`, [report.no, report.brokerId, report.periodId]);
  if (found === undefined || found.lines === 0 || found.periods === null) return null;
  return { lines: found.lines, firstLine: found.firstLine!, earned: plain(new Decimal(found.earned)), periods: found.periods.slice(0, PERIODS_NAMED), morePeriods: Math.max(0, found.periods.length - PERIODS_NAMED) };
}
