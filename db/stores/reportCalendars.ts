import { newId } from '../../domain/ids.ts';
import { normaliseInstant } from '../../domain/instant.ts';
import { Problem } from '../../domain/problem.ts';
import { type CalendarRule, type CalendarVersion, checkCalendar } from '../../domain/reports/calendar.ts';
import type { Span } from '../../domain/reports/expectedPeriods.ts';
import { type SqlSource, sqlOf, type Tx } from '../connection.ts';
import { requireBroker } from './brokers.ts';
import type { Page } from './page.ts';

export type ReportCalendar = CalendarVersion & { brokerId: string; createdBy: string; createdAt: string };
export type NewCalendar = CalendarRule & { brokerId: string; effectiveFrom: string; by: string; at: string };

/** A calendar may begin this long before it is posted: enough to look for reports that were forgotten, not for ages of them. */
const REACH_BACK_DAYS = 400;

type Row = Omit<ReportCalendar, 'effectiveFrom' | 'createdAt'> & { effectiveFrom: Date; createdAt: Date };
const SELECT = `SELECT id, broker_id AS "brokerId", version, effective_from AS "effectiveFrom", cadence, first_weekday AS "firstWeekday", zone, expected_after AS "expectedAfter",
  overdue_after AS "overdueAfter", escalated_after AS "escalatedAfter", created_by AS "createdBy", created_at AS "createdAt" FROM report_calendar`;
const shown = (row: Row): ReportCalendar => ({ ...row, effectiveFrom: row.effectiveFrom.toISOString(), createdAt: row.createdAt.toISOString() });

/** Until the transaction ends nobody else adds a version to this broker's calendar or opens periods by it. */
export async function lockCalendar(tx: Tx, brokerId: string): Promise<void> {
  await tx.client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`report-calendar:${brokerId}`]);
}

/**
 * The broker's next version. Periods that were opened stay as they are, so it cannot begin before the last of them has ended.
 * Throws BROKER_UNKNOWN, CALENDAR_INVALID, DURATION_UNREADABLE, TIME_ZONE_UNKNOWN, CALENDAR_TOO_EARLY.
 */
export async function addCalendar(tx: Tx, { brokerId, by, at, ...rule }: NewCalendar): Promise<ReportCalendar> {
  await requireBroker(tx.db, brokerId);
  checkCalendar(rule);
  const effectiveFrom = normaliseInstant(rule.effectiveFrom, 'effectiveFrom');
  await lockCalendar(tx, brokerId);
  const earliest = await openedUntil(tx, brokerId) ?? new Date(Date.parse(at) - REACH_BACK_DAYS * 86_400_000).toISOString();
  if (effectiveFrom < earliest) {
    throw new Problem('CALENDAR_TOO_EARLY', `This calendar would begin at ${effectiveFrom}, but the earliest possible is ${earliest}: periods that were opened stay as they are, and the first calendar reaches back at most ${REACH_BACK_DAYS} days.`,
      { status: 409, at: { field: 'effectiveFrom' }, facts: { earliest } });
  }
  const { rows } = await tx.client.query<Row>(
    `INSERT INTO report_calendar (id, broker_id, version, effective_from, cadence, first_weekday, zone, expected_after, overdue_after, escalated_after, created_by, created_at)
     SELECT $1, $2, coalesce(max(version), 0) + 1, $3, $4, $5, $6, $7, $8, $9, $10, $11 FROM report_calendar WHERE broker_id = $2 RETURNING id`,
    [newId('calendar'), brokerId, effectiveFrom, rule.cadence, rule.firstWeekday, rule.zone, rule.expectedAfter, rule.overdueAfter, rule.escalatedAfter, by, at]);
  return getCalendar(tx, rows[0]!.id);
}

async function getCalendar(source: SqlSource, id: string): Promise<ReportCalendar> {
  return shown((await sqlOf(source).query<Row>(`${SELECT} WHERE id = $1`, [id])).rows[0]!);
}

/** A broker's versions in their order; the page's key is the version. */
export async function calendarsPage(source: SqlSource, brokerId: string, page: Page): Promise<ReportCalendar[]> {
  const { rows } = await sqlOf(source).query<Row>(`${SELECT} WHERE broker_id = $1 AND version > $2::bigint ORDER BY version LIMIT $3`, [brokerId, page.after ?? '0', page.limit]);
  return rows.map(shown);
}

export async function calendarVersions(source: SqlSource, brokerId: string): Promise<ReportCalendar[]> {
  return (await sqlOf(source).query<Row>(`${SELECT} WHERE broker_id = $1 ORDER BY version`, [brokerId])).rows.map(shown);
}

/** Every broker whose reports a calendar expects, in the order of their ids. */
export async function brokersWithCalendar(source: SqlSource): Promise<string[]> {
  return (await sqlOf(source).query<{ id: string }>('SELECT DISTINCT broker_id AS id FROM report_calendar ORDER BY 1')).rows.map(({ id }) => id);
}

/** When the broker's agreements are in force: ISO instants. */
export async function agreementSpans(source: SqlSource, brokerId: string): Promise<Span[]> {
  const { rows } = await sqlOf(source).query<{ from: Date; to: Date | null }>('SELECT active_from AS "from", active_to AS "to" FROM agreement WHERE broker_id = $1', [brokerId]);
  return rows.map(({ from, to }) => ({ from: from.toISOString(), to: to?.toISOString() ?? null }));
}

/** End of the last period that was opened by a calendar; null: none was. */
export async function openedUntil(source: SqlSource, brokerId: string): Promise<string | null> {
  const { rows } = await sqlOf(source).query<{ until: Date | null }>('SELECT max(period_to) AS until FROM report_period WHERE broker_id = $1 AND calendar_id IS NOT NULL', [brokerId]);
  return rows[0]!.until?.toISOString() ?? null;
}
