import { type SqlSource, sqlOf } from '../connection.ts';
import type { Waiting } from '../../domain/workQueue/nextStep.ts';
import { REPLACES } from './replacedReports.ts';
import { FOR_KNOWLEDGE, REFUSED_AS_KNOWN } from './waitingLines.ts';

/** Waiting lines that need the same thing. Lots as reported; instants ISO. */
export interface WaitingGroup extends Waiting {
  id: string;
  /** Of `what` = account. */
  server: string | null;
  lots: string;
  accounts: number;
  reports: number;
  /** When the oldest of their reports came in. */
  since: string;
  newestClose: string | null;
  symbol: string | null;
  classText: string | null;
  class: string | null;
  profileId: string;
}

export interface GroupFilter { brokerId?: string; reason?: string }

/** Sentences of malformed lines without what they quote, so that alike ones are one group. */
export const SENTENCE_KIND = (detail: string): string => `left(regexp_replace(regexp_replace(${detail}, ' holds ".*": ', ' holds …: '), '(\\(| of )-?[0-9][0-9.]*', '\\1…', 'g'), 300)`;

/** As domain/eligibility/lineKeys.ts names the ticket of a line `l`. */
const TICKET_KEY = String.raw`CASE WHEN l.kind = 'adjustment' THEN 'adjustment:' ELSE 'ticket:' END || regexp_replace(l.server, '([\\:])', '\\\1', 'g') || ':' || regexp_replace(l.ticket, '([\\:])', '\\\1', 'g')`;

/** The number of a report's file as it first came, whenever it was read again. */
const FILE_NO = (report: string): string => `(SELECT f.no FROM report f WHERE f.id = coalesce(${report}.file_of, ${report}.id))`;

/**
 * Every line that waits and counts: of an earning that stands, or malformed in a version that a period stands on – the latest, and earlier ones beside it – unless a
 * file that came later has its ticket. $1 broker, $2 reason.
 */
export const WAITING_LINES = `
  SELECT e.broker_id, e.reason, e.lots, l.report_no, l.row_number, l.server, l.account, l.close_time, a.id AS trading_account_id,
    CASE WHEN e.reason = 'LINK_NOT_VERIFIED' THEN 'account' WHEN e.reason = 'UNKNOWN_ACCOUNT_TYPE' THEN 'account_type' WHEN l.symbol IS NOT NULL THEN 'symbol' ELSE 'class_text' END AS what,
    CASE WHEN e.reason = 'LINK_NOT_VERIFIED' THEN l.account WHEN e.reason = 'UNKNOWN_ACCOUNT_TYPE' THEN a.type ELSE coalesce(l.symbol, l.class_text, l.class, '') END AS unknown,
    CASE WHEN e.reason = 'UNKNOWN_SYMBOL' THEN l.symbol END AS symbol, CASE WHEN e.reason = 'UNKNOWN_SYMBOL' THEN l.class_text END AS class_text, CASE WHEN e.reason = 'UNKNOWN_SYMBOL' THEN l.class END AS class
  FROM earning e JOIN report_line l ON l.report_no = e.report_no AND l.row_number = e.row_number
  LEFT JOIN trading_account a ON a.broker_id = e.broker_id AND a.server = l.server AND a.login = l.account
  WHERE (${FOR_KNOWLEDGE} OR e.outcome = 'excluded' AND e.reason = 'LINK_NOT_VERIFIED') AND e.outcome IN ('quarantined', 'excluded') AND (e.outcome IN ('quarantined', 'ignored') OR e.reason = 'LINK_NOT_VERIFIED')
    AND ($1::text IS NULL OR e.broker_id = $1) AND ($2::text IS NULL OR e.reason = $2)
  UNION ALL
  SELECT p.broker_id, o.reason, coalesce(l.lots, 0), l.report_no, l.row_number, l.server, l.account, l.close_time, NULL, 'malformed', ${SENTENCE_KIND("coalesce(o.detail, l.malformed, '')")}, NULL, NULL, NULL
  FROM report p JOIN line_outcome o ON o.report_no = p.no AND o.reason = 'MALFORMED' JOIN report_line l ON l.report_no = o.report_no AND l.row_number = o.row_number
  WHERE p.state = 'posted' AND NOT EXISTS (SELECT FROM report n WHERE ${REPLACES('n', 'p')})
    AND NOT EXISTS (SELECT FROM earning e JOIN report s ON s.no = e.report_no WHERE e.broker_id = p.broker_id AND e.key = ${TICKET_KEY} AND NOT e.taken_back AND ${FILE_NO('s')} > ${FILE_NO('p')})
    AND ($1::text IS NULL OR p.broker_id = $1) AND ($2::text IS NULL OR o.reason = $2)
    AND o.revision = (SELECT max(n.revision) FROM line_outcome n WHERE n.report_no = o.report_no AND n.row_number = o.row_number)`;

/** Accounts of reports about which a second operator is asked, or was with what is known now. */
const ASKED = `SELECT w.no AS report_no, c.payload->>'server' AS server, c.payload->>'account' AS account, bool_or(c.state = 'requested') AS asked, bool_or(${REFUSED_AS_KNOWN('w.broker_id', 'a.id')}) AS refused
  FROM change c JOIN report w ON w.id = c.subject_id LEFT JOIN trading_account a ON a.broker_id = w.broker_id AND a.server = c.payload->>'server' AND a.login = c.payload->>'account' WHERE c.kind = 'report_over_limit' AND c.subject_type = 'report' AND c.state IN ('requested', 'rejected', 'withdrawn') AND c.payload ? 'account' GROUP BY 1, 2, 3`;

/** First by account and report, so that what is counted twice over is little. */
const BY_ACCOUNT = `SELECT x.broker_id, x.reason, x.what, x.unknown, x.symbol, x.class_text, x.class, x.report_no, x.server, x.account, x.trading_account_id,
    count(*) AS lines, sum(x.lots) AS lots, min(x.close_time) AS first_close, max(x.close_time) AS last_close
  FROM (${WAITING_LINES}) x GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11`;

const GROUPED = `SELECT md5(jsonb_build_array(g."brokerId", g.reason, g.what, g.unknown, g.server, g.symbol, g."classText", g.class)::text) AS id, g.* FROM (
  SELECT x.broker_id AS "brokerId", x.reason, x.what, coalesce(x.unknown, '') AS unknown, CASE WHEN x.what = 'account' THEN x.server END AS server, x.symbol, x.class_text AS "classText", x.class,
    sum(x.lines)::int AS lines, trim_scale(sum(x.lots))::text AS lots, count(DISTINCT (x.server, x.account))::int AS accounts, count(DISTINCT x.report_no)::int AS reports,
    min(r.received_at) AS since, min(x.first_close) AS "oldestClose", max(x.last_close) AS "newestClose", min(r.no) AS first_no,
    coalesce(sum(x.lines) FILTER (WHERE q.asked), 0)::int AS asked, coalesce(sum(x.lines) FILTER (WHERE q.refused AND NOT q.asked), 0)::int AS refused,
    bool_or(x.what IN ('symbol', 'class_text', 'account_type') AND coalesce(w.knowledge_no, 0) < k.no) AS untried, min(x.trading_account_id) FILTER (WHERE x.what = 'account') AS account_id, min(y.problem) AS problem
  FROM (${BY_ACCOUNT}) x JOIN report r ON r.no = x.report_no LEFT JOIN broker_knowledge k ON k.broker_id = x.broker_id LEFT JOIN waiting_report w ON w.report_no = x.report_no
  LEFT JOIN waiting_account y ON x.what = 'account' AND y.report_no = x.report_no AND y.server = x.server AND y.account = x.account
  LEFT JOIN (${ASKED}) q ON q.report_no = x.report_no AND q.server = x.server AND q.account = x.account
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8) g`;

type Row = Omit<WaitingGroup, 'since' | 'oldestClose' | 'newestClose'> & { since: Date; oldestClose: Date | null; newestClose: Date | null };

/** A page of the groups, those that wait longest first; the key of the page is (since, id). */
export async function waitingGroups(source: SqlSource, filter: GroupFilter, page: { after: { since: string; id: string } | null; limit: number }): Promise<WaitingGroup[]> {
  const { rows } = await sqlOf(source).query<Row>(
    `SELECT g.*, f.id AS "reportId", f.profile_id AS "profileId", (SELECT k.id FROM account_link k WHERE k.trading_account_id = g.account_id AND k.status IN ('requested', 'verified') ORDER BY k.status LIMIT 1) AS "accountLinkId"
     FROM (SELECT * FROM (${GROUPED}) every WHERE $3::timestamptz IS NULL OR (since, id) > ($3, $4) ORDER BY since, id LIMIT $5) g JOIN report f ON f.no = g.first_no ORDER BY g.since, g.id`,
    [filter.brokerId ?? null, filter.reason ?? null, page.after?.since ?? null, page.after?.id ?? null, page.limit]);
  return rows.map((row) => ({ ...row, since: row.since.toISOString(), oldestClose: row.oldestClose?.toISOString() ?? null, newestClose: row.newestClose?.toISOString() ?? null }));
}
