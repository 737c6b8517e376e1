import type { LineFacts } from '../../domain/eligibility/context.ts';
import type { SqlSource, Tx } from '../connection.ts';
import { sqlOf } from '../connection.ts';

/** Lines of one account in one report version that waited for the link and can be judged now. */
export interface WaitingAccount { reportId: string; reportNo: string; server: string; account: string }

/**
 * What waits: the standing line says LINK_NOT_VERIFIED, or is an adjustment that had no link to go to, and the account has a
 * verified link by now. Left out while a second operator is asked about them (they earn more than the limit), or has said no.
 */
const WAITING = `FROM earning e JOIN report_line l ON l.report_no = e.report_no AND l.row_number = e.row_number
  JOIN trading_account a ON a.broker_id = e.broker_id AND a.server = l.server AND a.login = l.account
  WHERE (e.outcome = 'excluded' AND e.reason = 'LINK_NOT_VERIFIED' OR e.outcome = 'ignored' AND l.kind = 'adjustment' AND e.vanished_in_report_no IS NULL) AND EXISTS (SELECT FROM account_link k WHERE k.trading_account_id = a.id AND k.status = 'verified')
    AND NOT EXISTS (SELECT FROM change c JOIN report w ON w.id = c.subject_id WHERE c.subject_type = 'report' AND w.no = e.report_no AND c.state IN ('requested', 'rejected', 'withdrawn')
      AND c.payload->>'server' = l.server AND c.payload->>'account' = l.account)`;

/** The next account of a period whose waiting lines can be judged now; null where none waits. */
export async function nextWaitingAccount(source: SqlSource, periodId: string): Promise<WaitingAccount | null> {
  const found = await sqlOf(source).query<WaitingAccount>(
    `SELECT r.id AS "reportId", r.no AS "reportNo", w.server, w.account FROM (SELECT e.report_no, l.server, l.account ${WAITING} AND e.period_id = $1 ORDER BY e.id LIMIT 1) w JOIN report r ON r.no = w.report_no`, [periodId]);
  return found.rows[0] ?? null;
}

/** Periods with lines that wait although the link is verified: of one account (a link was just verified), or of all (the sweep). */
export async function periodsWithWaitingLines(source: SqlSource, tradingAccountId: string | null): Promise<{ periodId: string; brokerId: string; from: string; to: string }[]> {
  const found = await sqlOf(source).query<{ id: string; broker_id: string; period_from: Date; period_to: Date }>(
    `SELECT p.id, p.broker_id, p.period_from, p.period_to FROM report_period p
     WHERE p.id IN (SELECT e.period_id ${WAITING} AND ($1::text IS NULL OR a.id = $1)) ORDER BY p.period_from, p.id`, [tradingAccountId]);
  return found.rows.map((row) => ({ periodId: row.id, brokerId: row.broker_id, from: row.period_from.toISOString(), to: row.period_to.toISOString() }));
}

/** All lines of one account in a report version that were judged themselves, in file order, with the keys of the rows that wait. */
export async function accountLines(tx: Tx, waiting: WaitingAccount): Promise<{ lines: LineFacts[]; waitingKeys: Map<number, string> }> {
  const found = await tx.client.query<LineFacts & { openTime: Date | null; closeTime: Date | null; periodStart: Date | null; waits: string | null }>(
    `SELECT l.row_number AS "rowNumber", l.kind, l.malformed, l.content_hash AS "contentHash", l.server, l.account, l.ticket, l.symbol, l.class_text AS "classText", l.class, l.bucket, l.lots,
            l.open_time AS "openTime", l.close_time AS "closeTime", l.period_start AS "periodStart", l.points, l.commission, l.amount, l.status_reason AS "statusReason",
            (SELECT e.key FROM earning e WHERE e.broker_id = r.broker_id AND e.key = o.key AND e.report_no = l.report_no AND e.row_number = l.row_number
               AND (e.reason = 'LINK_NOT_VERIFIED' OR e.outcome = 'ignored' AND l.kind = 'adjustment' AND e.vanished_in_report_no IS NULL)) AS waits
     FROM report_line l JOIN report r ON r.no = l.report_no JOIN line_outcome o ON o.report_no = l.report_no AND o.row_number = l.row_number AND o.revision = 1
     WHERE l.report_no = $1 AND l.server = $2 AND l.account = $3 AND o.reason IS DISTINCT FROM 'DUPLICATE' AND o.reason IS DISTINCT FROM 'SUPERSEDED'
     ORDER BY l.row_number`, [waiting.reportNo, waiting.server, waiting.account]);
  const iso = (at: unknown): string | null => (at instanceof Date ? at.toISOString() : null);
  return {
    lines: found.rows.map(({ waits: _waits, ...row }) => ({ ...row, openTime: iso(row.openTime), closeTime: iso(row.closeTime), periodStart: iso(row.periodStart) })),
    waitingKeys: new Map(found.rows.flatMap((row) => (row.waits === null ? [] : [[row.rowNumber, row.waits] as const]))),
  };
}
