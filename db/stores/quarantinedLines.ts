import { type SqlSource, sqlOf } from '../connection.ts';
import { WAITING_LINES } from './waitingGroups.ts';

/** A line that waits, as the broker wrote it, with why. Lots as reported; instants ISO. */
export interface QuarantinedLine {
  brokerId: string; reportId: string; reportNo: string; periodId: string; fileName: string; receivedAt: string; rowNumber: number; lineNumber: number; raw: string;
  ticket: string | null; server: string; account: string; symbol: string | null; classText: string | null; lots: string | null; closeTime: string | null;
  reason: string; detail: string | null; unknown: string;
}
export interface QuarantinedFilter { brokerId?: string; reason?: string; unknown?: string; server?: string; account?: string; reportId?: string }

/** Waiting lines by report and row, the oldest report first; the page's key is (report no, row). */
export async function quarantinedLines(source: SqlSource, filter: QuarantinedFilter, page: { after: { no: string; row: number } | null; limit: number }): Promise<QuarantinedLine[]> {
  const { rows } = await sqlOf(source).query<Omit<QuarantinedLine, 'receivedAt' | 'closeTime'> & { receivedAt: Date; closeTime: Date | null }>(
    `SELECT x.broker_id AS "brokerId", r.id AS "reportId", r.no AS "reportNo", r.period_id AS "periodId", r.file_name AS "fileName", r.received_at AS "receivedAt", l.row_number AS "rowNumber", l.line_number AS "lineNumber", l.raw,
       l.ticket, l.server, l.account, l.symbol, l.class_text AS "classText", trim_scale(l.lots)::text AS lots, l.close_time AS "closeTime", x.reason, coalesce(o.detail, l.malformed) AS detail, coalesce(x.unknown, '') AS unknown
     FROM (SELECT * FROM (${WAITING_LINES}) w WHERE ($3::text IS NULL OR w.unknown = $3) AND ($4::text IS NULL OR w.server = $4) AND ($5::text IS NULL OR w.account = $5)
             AND ($6::text IS NULL OR w.report_no = (SELECT no FROM report WHERE id = $6)) AND ($7::bigint IS NULL OR (w.report_no, w.row_number) > ($7, $8))
           ORDER BY w.report_no, w.row_number LIMIT $9) x
     JOIN report r ON r.no = x.report_no JOIN report_line l ON l.report_no = x.report_no AND l.row_number = x.row_number
     CROSS JOIN LATERAL (SELECT o.detail FROM line_outcome o WHERE o.report_no = l.report_no AND o.row_number = l.row_number ORDER BY o.revision DESC LIMIT 1) o
     ORDER BY r.no, l.row_number`,
    [filter.brokerId ?? null, filter.reason ?? null, filter.unknown ?? null, filter.server ?? null, filter.account ?? null, filter.reportId ?? null, page.after?.no ?? null, page.after?.row ?? null, page.limit]);
  return rows.map((row) => ({ ...row, receivedAt: row.receivedAt.toISOString(), closeTime: row.closeTime?.toISOString() ?? null }));
}

