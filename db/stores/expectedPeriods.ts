import { newId } from '../../domain/ids.ts';
import { dueInstants } from '../../domain/reports/calendar.ts';
import { endedPeriods } from '../../domain/reports/expectedPeriods.ts';
import type { DueInstants } from '../../domain/reports/lateness.ts';
import type { SourceToPoll } from '../../domain/reports/sourceToPoll.ts';
import { type SqlSource, sqlOf, type Tx } from '../connection.ts';
import { agreementSpans, calendarVersions, lockCalendar, openedUntil } from './reportCalendars.ts';

/** What starts the workflow of a report period. ISO instants. */
export interface PeriodRef { brokerId: string; periodId: string; from: string; to: string }

/** A report of the period `p` is expected by a calendar and has not come: none was posted, and nobody closed it for good. */
export const STILL_EXPECTED = 'p.calendar_id IS NOT NULL AND p.latest_report_no IS NULL AND (p.closed_at IS NULL OR p.reopened_at IS NOT NULL)';

/**
 * Opens the next periods of a broker's calendar that have ended by `asOf` (ISO), oldest first, at most `limit`; a period for which a report
 * came earlier only gets its instants. Answers how many there were.
 */
export async function openPeriods(tx: Tx, brokerId: string, asOf: string, limit: number): Promise<number> {
  await lockCalendar(tx, brokerId);
  const periods = endedPeriods(await calendarVersions(tx, brokerId), await agreementSpans(tx, brokerId), await openedUntil(tx, brokerId), asOf, limit);
  const rows = periods.map((period) => ({ ...period, ...dueInstants(period) }));
  await tx.client.query(
    `INSERT INTO report_period (id, broker_id, period_from, period_to, calendar_id, due_at, overdue_at, escalated_at)
     SELECT id, $1, f, t, calendar, due, overdue, escalated FROM unnest($2::text[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::timestamptz[]) AS o (id, f, t, calendar, due, overdue, escalated)
     ON CONFLICT (broker_id, period_from, period_to) DO UPDATE SET calendar_id = EXCLUDED.calendar_id, due_at = EXCLUDED.due_at, overdue_at = EXCLUDED.overdue_at, escalated_at = EXCLUDED.escalated_at
       WHERE report_period.calendar_id IS NULL`,
    // In their order: lists of periods go by id.
    [brokerId, rows.map(() => newId('reportPeriod')).toSorted(), rows.map(({ from }) => from), rows.map(({ to }) => to), rows.map(({ calendar }) => calendar.id), rows.map(({ dueAt }) => dueAt), rows.map(({ overdueAt }) => overdueAt), rows.map(({ escalatedAt }) => escalatedAt)]);
  return rows.length;
}

/** Periods whose report is expected, of one broker or of all, in the order of their ids. */
export async function expectedPage(source: SqlSource, brokerId: string | null, page: { after: string | null; limit: number }): Promise<PeriodRef[]> {
  const { rows } = await sqlOf(source).query<{ id: string; broker: string; from: Date; to: Date }>(
    `SELECT p.id, p.broker_id AS broker, p.period_from AS "from", p.period_to AS "to" FROM report_period p
     WHERE ${STILL_EXPECTED} AND ($1::text IS NULL OR p.broker_id = $1) AND ($2::text IS NULL OR p.id > $2) ORDER BY p.id LIMIT $3`, [brokerId, page.after, page.limit]);
  return rows.map(({ id, broker, from, to }) => ({ periodId: id, brokerId: broker, from: from.toISOString(), to: to.toISOString() }));
}

export async function isExpected(source: SqlSource, periodId: string): Promise<boolean> {
  return (await sqlOf(source).query(`SELECT 1 FROM report_period p WHERE p.id = $1 AND ${STILL_EXPECTED}`, [periodId])).rowCount === 1;
}

export interface Expectation extends DueInstants {
  /** End of the period: before it no source is looked at. */
  to: string;
  /** How many of the steps due, overdue, escalated were noted. */
  noted: number;
  sources: SourceToPoll[];
}

/** When a period's report is expected and where it may come from; null: it is not expected (any more). */
export async function expectationOf(source: SqlSource, periodId: string): Promise<Expectation | null> {
  const { rows } = await sqlOf(source).query<{ to: Date; due: Date; overdue: Date; escalated: Date; noted: number }>(
    `SELECT p.period_to AS "to", p.due_at AS due, p.overdue_at AS overdue, p.escalated_at AS escalated, num_nonnulls(p.due_noted_at, p.overdue_noted_at, p.escalated_noted_at) AS noted
     FROM report_period p WHERE p.id = $1 AND ${STILL_EXPECTED}`, [periodId]);
  const [row] = rows;
  if (row === undefined) return null;
  return { to: row.to.toISOString(), dueAt: row.due.toISOString(), overdueAt: row.overdue.toISOString(), escalatedAt: row.escalated.toISOString(), noted: row.noted, sources: await sourcesToPoll(source, periodId) };
}

/** The active sources of a period's broker. */
export async function sourcesToPoll(source: SqlSource, periodId: string): Promise<SourceToPoll[]> {
  const { rows } = await sqlOf(source).query<SourceToPoll>(
    `SELECT s.id AS "sourceId", s.kind, s.poll_seconds AS "pollSeconds" FROM report_source s JOIN report_period p ON p.broker_id = s.broker_id
     WHERE p.id = $1 AND s.state = 'active' ORDER BY s.id`, [periodId]);
  return rows;
}
