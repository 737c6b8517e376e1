import { expectedText, type Lateness } from '../../domain/reports/lateness.ts';
import { type SqlSource, sqlOf } from '../connection.ts';
import type { Page } from './page.ts';
import { periodStateAt } from './reportPeriods.ts';

/** A report that a broker has not sent, as one of its users sees it. ISO instants. */
export interface ReportDelay { periodId: string; brokerId: string; brokerName: string; from: string; to: string; dueAt: string; lateness: Lateness; text: string }

/** The reports that delay a user's cashback at `asOf` (ISO): due and not come, of brokers where an account of his counted in the period. By period id. */
export async function reportDelays(source: SqlSource, userId: string, asOf: string, page: Page): Promise<ReportDelay[]> {
  const { rows } = await sqlOf(source).query<{ periodId: string; brokerId: string; brokerName: string; from: Date; to: Date; due: Date; lateness: Lateness }>(
    `SELECT p.id AS "periodId", p.broker_id AS "brokerId", b.name AS "brokerName", p.period_from AS "from", p.period_to AS "to", p.due_at AS due, ${periodStateAt('$2::timestamptz')} AS lateness
     FROM report_period p JOIN broker b ON b.id = p.broker_id
     WHERE p.calendar_id IS NOT NULL AND p.due_at <= $2 AND ($3::text IS NULL OR p.id > $3)
       AND ${periodStateAt('$2::timestamptz')} IN ('due', 'overdue', 'escalated')
       AND EXISTS (SELECT FROM account_link l JOIN trading_account a ON a.id = l.trading_account_id
         WHERE l.user_id = $1 AND a.broker_id = p.broker_id AND l.status IN ('verified', 'ended') AND l.requested_at < p.period_to AND (l.ended_at IS NULL OR l.ended_at > p.period_from))
     ORDER BY p.id LIMIT $4`, [userId, asOf, page.after ?? null, page.limit]);
  return rows.map(({ due, ...row }) => ({ ...row, from: row.from.toISOString(), to: row.to.toISOString(), dueAt: due.toISOString(), text: `Delayed by the broker: ${expectedText(due.toISOString(), asOf)}` }));
}
