import type { Unknown } from '../../domain/eligibility/waiting.ts';
import { type SqlSource, sqlOf } from '../connection.ts';

/** Lines of one account in one report version that may be judged again. */
export interface WaitingAccount { reportId: string; reportNo: string; server: string; account: string }

/** All links of the trading account `account` as they are now, in a short text that is another one when any of them changes; null: none. */
const LINKS_OF = (account: string): string =>
  `(SELECT md5(string_agg(concat_ws(' ', s.id, s.status, extract(epoch FROM s.requested_at), extract(epoch FROM s.ended_at)), ',' ORDER BY s.id)) FROM account_link s WHERE s.trading_account_id = ${account})`;

/**
 * A second operator has refused (or the question was withdrawn), and nothing has changed since by which the lines are judged: the change `c` keeps
 * what was known when it was asked. `broker` and `account` (a trading account's id) name columns.
 */
export const REFUSED_AS_KNOWN = (broker: string, account: string): string =>
  `(c.state IN ('rejected', 'withdrawn') AND c.payload->>'knowledgeNo' = coalesce((SELECT s.no FROM broker_knowledge s WHERE s.broker_id = ${broker}), 0)::text AND c.payload->>'links' IS NOT DISTINCT FROM ${LINKS_OF(account)})`;

/** Left out while a second operator is asked about the account's lines (they earn more than the limit), or has said no to them as they are known now. */
const NOT_ASKED = `NOT EXISTS (SELECT FROM change c JOIN report w ON w.id = c.subject_id WHERE c.subject_type = 'report' AND w.no = e.report_no
  AND c.payload->>'server' = l.server AND c.payload->>'account' = l.account AND (c.state = 'requested' OR ${REFUSED_AS_KNOWN('e.broker_id', 'a.id')}))`;

/** What waits for its link, with the predicate of the index `earning_waiting`. */
const FOR_LINK = `(e.outcome = 'excluded' AND e.reason = 'LINK_NOT_VERIFIED' OR e.outcome = 'ignored' AND l.kind = 'adjustment' AND NOT e.taken_back)
  AND e.outcome IN ('excluded', 'ignored') AND (e.outcome IN ('quarantined', 'ignored') OR e.reason = 'LINK_NOT_VERIFIED')`;

/**
 * What waits for its link: the standing line says LINK_NOT_VERIFIED, or is an adjustment that had no link to go to, and the account has a link by now that is verified,
 * or was before it ended. Once for the links as they are: what none of them covers waits for another claim.
 */
const LINKED = `FROM earning e JOIN report_line l ON l.report_no = e.report_no AND l.row_number = e.row_number
  JOIN trading_account a ON a.broker_id = e.broker_id AND a.server = l.server AND a.login = l.account
  WHERE ${FOR_LINK} AND EXISTS (SELECT FROM account_link k WHERE k.trading_account_id = a.id AND k.status IN ('verified', 'ended')) AND ${NOT_ASKED}
    AND NOT EXISTS (SELECT FROM waiting_account y WHERE y.report_no = e.report_no AND y.server = l.server AND y.account = l.account AND y.links = ${LINKS_OF('a.id')})`;

/** The next account of a period whose lines waited for its link and can be judged now; null where none does. */
export async function nextLinkedAccount(source: SqlSource, periodId: string): Promise<WaitingAccount | null> {
  const found = await sqlOf(source).query<WaitingAccount>(
    `SELECT r.id AS "reportId", r.no AS "reportNo", w.server, w.account
     FROM (SELECT e.report_no, l.server, l.account ${LINKED} AND e.broker_id = (SELECT broker_id FROM report_period WHERE id = $1) AND e.period_id = $1 ORDER BY e.id LIMIT 1) w
     JOIN report r ON r.no = w.report_no`, [periodId]);
  return found.rows[0] ?? null;
}

/** Lines that wait for a symbol, a class or an account type; the predicate of `earning_waiting` is part of it. */
export const FOR_KNOWLEDGE = "e.outcome = 'quarantined' AND e.reason IN ('UNKNOWN_SYMBOL', 'UNKNOWN_ACCOUNT_TYPE')";

/** A report version with lines that wait and were not tried since the broker's symbols, rates, terms, profiles or account types last changed. */
export interface ReportToTry { reportId: string; reportNo: string; brokerId: string; periodId: string; knowledgeNo: string }

const TO_TRY = `FROM broker_knowledge k JOIN report_period p ON p.broker_id = k.broker_id JOIN report r ON r.period_id = p.id AND r.state = 'posted'
  LEFT JOIN waiting_report w ON w.report_no = r.no
  WHERE coalesce(w.knowledge_no, 0) < k.no AND EXISTS (SELECT FROM earning e WHERE e.broker_id = k.broker_id AND e.period_id = p.id AND e.report_no = r.no AND ${FOR_KNOWLEDGE})`;

/** Of a period, the earliest first. */
export async function reportsToTry(source: SqlSource, periodId: string): Promise<ReportToTry[]> {
  const found = await sqlOf(source).query<ReportToTry>(
    `SELECT r.id AS "reportId", r.no AS "reportNo", r.broker_id AS "brokerId", p.id AS "periodId", k.no AS "knowledgeNo" ${TO_TRY} AND p.id = $1 ORDER BY r.no`, [periodId]);
  return found.rows;
}

/** What the waiting lines of a report version wait for; `key` names it for `accountsToTry`. */
export async function unknownsOf(source: SqlSource, report: ReportToTry): Promise<(Unknown & { key: string })[]> {
  const found = await sqlOf(source).query<Unknown & { key: string }>(
    `SELECT e.reason, l.symbol, l.class_text AS "classText", l.class, a.type AS "accountType", ${UNKNOWN_KEY} AS key ${WAITING_IN_REPORT} GROUP BY 1, 2, 3, 4, 5, 6`, inReport(report));
  return found.rows;
}

/** Accounts with a line that waits for one of these and were not tried yet with what is known now. */
export async function accountsToTry(source: SqlSource, report: ReportToTry, keys: readonly string[], limit: number): Promise<WaitingAccount[]> {
  const found = await sqlOf(source).query<{ server: string; account: string }>(
    `SELECT DISTINCT l.server, l.account ${WAITING_IN_REPORT} AND ${UNKNOWN_KEY} = ANY ($4) AND ${NOT_ASKED}
       AND NOT EXISTS (SELECT FROM waiting_account y WHERE y.report_no = e.report_no AND y.server = l.server AND y.account = l.account AND y.knowledge_no >= $5)
     ORDER BY 1, 2 LIMIT $6`, [...inReport(report), keys, report.knowledgeNo, limit]);
  return found.rows.map((row) => ({ reportId: report.reportId, reportNo: report.reportNo, ...row }));
}

const UNKNOWN_KEY = "jsonb_build_array(e.reason, l.symbol, l.class_text, l.class, a.type)::text";
const WAITING_IN_REPORT = `FROM earning e JOIN report_line l ON l.report_no = e.report_no AND l.row_number = e.row_number
  LEFT JOIN trading_account a ON a.broker_id = e.broker_id AND a.server = l.server AND a.login = l.account
  WHERE e.broker_id = $1 AND e.period_id = $2 AND e.report_no = $3 AND ${FOR_KNOWLEDGE}`;
const inReport = (report: ReportToTry): string[] => [report.brokerId, report.periodId, report.reportNo];

/** Nothing of the report is left to try with what was known at that number; not yet while a second operator is asked about some of it. */
export async function keepReportTried(source: SqlSource, report: ReportToTry): Promise<void> {
  await sqlOf(source).query(
    `INSERT INTO waiting_report AS w (report_no, knowledge_no)
     SELECT $1, $2 WHERE NOT EXISTS (SELECT FROM change c WHERE c.subject_type = 'report' AND c.subject_id = $3 AND c.state = 'requested' AND c.payload ? 'account')
     ON CONFLICT (report_no) DO UPDATE SET knowledge_no = greatest(w.knowledge_no, excluded.knowledge_no)`, [report.reportNo, report.knowledgeNo, report.reportId]);
}

/** What an account's lines are judged by, as numbered and named when it was read; what changes later makes them be tried once more. */
export interface Known { knowledgeNo: string; links: string | null }

/** To be read before what it stands for is loaded. */
export async function knownOf(source: SqlSource, brokerId: string, { server, account }: WaitingAccount): Promise<Known> {
  const found = await sqlOf(source).query<Known>(
    `SELECT coalesce((SELECT no FROM broker_knowledge WHERE broker_id = $1), 0)::text AS "knowledgeNo",
       (SELECT ${LINKS_OF('a.id')} FROM trading_account a WHERE a.broker_id = $1 AND a.server = $2 AND a.login = $3) AS links`, [brokerId, server, account]);
  return found.rows[0]!;
}

/** What came of trying an account: a sentence where its lines wait for what no link mends, and the approvals that are used up. */
export interface Tried extends Known { problem: string | null; approvals: readonly string[] }

/** The account was tried. `knowledgeNo` 0: only for its links. */
export async function keepAccountTried(source: SqlSource, waiting: WaitingAccount, tried: Tried): Promise<void> {
  await sqlOf(source).query(
    `INSERT INTO waiting_account AS w (report_no, server, account, knowledge_no, links, problem, approvals) VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (report_no, server, account) DO UPDATE SET knowledge_no = greatest(w.knowledge_no, excluded.knowledge_no), links = excluded.links, problem = excluded.problem, approvals = w.approvals || excluded.approvals`,
    [waiting.reportNo, waiting.server, waiting.account, tried.knowledgeNo, tried.links, tried.problem, tried.approvals]);
}

/** A period, as its workflow is started. */
export interface WaitingPeriod { periodId: string; brokerId: string; from: string; to: string }

/**
 * Periods with lines that wait and may be judged now: of one account whose link was just verified, of one broker (something of it
 * was just changed), or of all (the sweep).
 */
export async function periodsWithWaitingLines(source: SqlSource, only: { tradingAccountId: string } | { brokerId: string } | null): Promise<WaitingPeriod[]> {
  const tradingAccountId = only !== null && 'tradingAccountId' in only ? only.tradingAccountId : null;
  const brokerId = only !== null && 'brokerId' in only ? only.brokerId : null;
  const found = await sqlOf(source).query<{ id: string; broker_id: string; period_from: Date; period_to: Date }>(
    `SELECT p.id, p.broker_id, p.period_from, p.period_to FROM report_period p
     WHERE p.id IN (SELECT e.period_id ${LINKED} AND $2::text IS NULL AND ($1::text IS NULL OR a.id = $1))
        OR p.id IN (SELECT p.id ${TO_TRY} AND ($2::text IS NULL OR k.broker_id = $2) AND ($1::text IS NULL OR k.broker_id = (SELECT broker_id FROM trading_account WHERE id = $1)))
     ORDER BY p.period_from, p.id`, [tradingAccountId, brokerId]);
  return found.rows.map((row) => ({ periodId: row.id, brokerId: row.broker_id, from: row.period_from.toISOString(), to: row.period_to.toISOString() }));
}
