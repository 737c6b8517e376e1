import { type SqlSource, sqlOf } from '../connection.ts';

/** A line with what became of it: its latest outcome, and every earlier one by revision. */
export interface ReportLineView {
  rowNumber: number;
  lineNumber: number;
  raw: string;
  kind: string | null;
  ticket: string | null;
  server: string;
  account: string;
  symbol: string | null;
  class: string | null;
  reportedLots: string | null;
  closeTime: string | null;
  outcome: string | null;
  reason: string | null;
  detail: string | null;
  /** Lots that count and USD earned. */
  lots: string | null;
  amount: string | null;
}

export interface LineFilter { outcome?: string; reason?: string; ticket?: string; account?: string; userId?: string }

/** In file order after row `after`. `userId` limits to lines of that user's linked accounts. */
export async function listReportLines(source: SqlSource, reportId: string, filter: LineFilter, page: { after: number; limit: number }): Promise<ReportLineView[]> {
  const found = await sqlOf(source).query<Omit<ReportLineView, 'closeTime'> & { closeTime: Date | null }>(
    `SELECT l.row_number AS "rowNumber", l.line_number AS "lineNumber", l.raw, l.kind, l.ticket, l.server, l.account, l.symbol, coalesce(l.class, l.class_text) AS class, trim_scale(l.lots)::text AS "reportedLots",
            l.close_time AS "closeTime", o.outcome, o.reason, coalesce(o.detail, l.malformed) AS detail, trim_scale(o.lots)::text AS lots, trim_scale(o.amount)::text AS amount
     FROM report r JOIN report_line l ON l.report_no = r.no
     LEFT JOIN LATERAL (SELECT * FROM line_outcome o WHERE o.report_no = l.report_no AND o.row_number = l.row_number ORDER BY o.revision DESC LIMIT 1) o ON true
     WHERE r.id = $1 AND l.row_number > $2 AND ($3::text IS NULL OR o.outcome = $3) AND ($4::text IS NULL OR o.reason = $4) AND ($5::text IS NULL OR l.ticket = $5) AND ($6::text IS NULL OR l.account = $6)
       AND ($7::text IS NULL OR EXISTS (SELECT FROM trading_account a JOIN account_link k ON k.trading_account_id = a.id WHERE a.broker_id = r.broker_id AND a.server = l.server AND a.login = l.account AND k.user_id = $7 AND k.status IN ('verified', 'ended')))
     ORDER BY l.row_number LIMIT $8`,
    [reportId, page.after, filter.outcome ?? null, filter.reason ?? null, filter.ticket ?? null, filter.account ?? null, filter.userId ?? null, page.limit]);
  return found.rows.map((row) => ({ ...row, closeTime: row.closeTime?.toISOString() ?? null }));
}

/** Lines and lots by outcome and reason. */
export interface OutcomeSum { outcome: string; reason: string | null; lines: number; lots: string; amount: string }

/** What became of one report's lines, by outcome and reason; `asKnownOn` (ISO instant): by what was known then, nothing before it was posted. */
export async function reportSummary(source: SqlSource, reportId: string, asKnownOn: string | null = null): Promise<OutcomeSum[]> {
  const found = await sqlOf(source).query<OutcomeSum>(
    `SELECT o.outcome, o.reason, count(*)::int AS lines, trim_scale(sum(o.lots))::text AS lots, trim_scale(sum(o.amount))::text AS amount
     FROM report r JOIN LATERAL (SELECT DISTINCT ON (row_number) * FROM line_outcome WHERE report_no = r.no AND ($2::timestamptz IS NULL OR coalesce(known_at, r.posted_at) <= $2) ORDER BY row_number, revision DESC) o ON true
     WHERE r.id = $1 GROUP BY 1, 2 ORDER BY 1, 2`, [reportId, asKnownOn]);
  return found.rows;
}

/**
 * What became of all lines that count now, over the latest version of every period of a broker: superseded versions are
 * left out, lines kept from an earlier version of a partial re-issue are in (product.md "Restatement").
 */
export async function standingSummary(source: SqlSource, brokerId: string): Promise<OutcomeSum[]> {
  const found = await sqlOf(source).query<OutcomeSum>(
    `WITH counting AS (
       SELECT o.outcome, o.reason, o.lots, o.amount, o.key, o.detail
       FROM report_period p JOIN LATERAL (SELECT DISTINCT ON (row_number) * FROM line_outcome WHERE report_no = p.latest_report_no ORDER BY row_number, revision DESC) o ON true
       WHERE p.broker_id = $1
       UNION ALL
       SELECT e.outcome, e.reason, e.lots, e.earned, e.key, NULL
       FROM earning e JOIN report_period p ON p.id = e.period_id
       WHERE e.broker_id = $1 AND e.report_no < p.latest_report_no AND NOT e.taken_back
     )
     SELECT outcome, reason, count(*)::int AS lines, trim_scale(sum(lots))::text AS lots, trim_scale(sum(amount))::text AS amount FROM counting GROUP BY 1, 2 ORDER BY 1, 2`, [brokerId]);
  return found.rows;
}
