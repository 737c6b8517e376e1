import { newId } from '../../domain/ids.ts';
import { dueInstants } from '../../domain/reports/calendar.ts';
import { endedPeriods } from '../../domain/reports/expectedPeriods.ts';
import type { DueInstants } from '../../domain/reports/lateness.ts';
import type { SourceToPoll } from '../../domain/reports/sourceToPoll.ts';
import { type SqlSource, sqlOf, type Tx } from '../connection.ts';
import { agreementSpans, calendarVersions, lockCalendar, openedUntil } from './reportCalendars.ts';
import { setAside } from './setAside.ts';

/** What starts the workflow of a report period. ISO instants. */
export interface PeriodRef { brokerId: string; periodId: string; from: string; to: string }

/** Of the sources `s`: an API that does not say when its report is ready. Before the report is due its figures may be half-booked. */
export const UNREADY = "s.kind = 'api' AND NOT s.settings ? 'ready'";
/**
 * The report `r` can be the whole one of the period `p`: it came after the period's end, and what such an API said after the report was due. A
 * reading again of what came earlier says no more than that.
 */
const WHOLE = `EXISTS (SELECT FROM report o WHERE o.id = coalesce(r.file_of, r.id) AND o.received_at >= CASE WHEN EXISTS (SELECT FROM report_source s WHERE s.id = o.source_id AND ${UNREADY}) THEN p.due_at ELSE p.period_to END)`;
/**
 * The whole report of the period `p` is expected by a calendar and has not come: none was posted that came after its end (what was handed in
 * within it is only its beginning), and nobody closed it for good.
 */
export const STILL_EXPECTED = `p.calendar_id IS NOT NULL AND (p.closed_at IS NULL OR p.reopened_at IS NOT NULL)
  AND (p.latest_report_no IS NULL OR NOT EXISTS (SELECT FROM report r WHERE r.period_id = p.id AND r.state IN ('posted', 'unchanged') AND ${WHOLE}))`;
/** Days in which a report may still come of a period that was closed without one; longer than any lateness that an operator would not have asked the broker about. */
const LATE_DAYS = 7;
/**
 * The period `p` was closed without its whole report, and at the instant `at` (SQL) it may still come: a week, or twice as long as the period, after it was
 * closed. For ever would be too long, for holidays are closed too.
 */
export const closedWithout = (at: string): string => `p.closed_at IS NOT NULL AND p.reopened_at IS NULL AND p.closed_at + greatest(interval '${LATE_DAYS} days', 2 * (p.period_to - p.period_from)) > ${at}
  AND (p.latest_report_no IS NULL OR p.calendar_id IS NOT NULL AND NOT EXISTS (SELECT FROM report r WHERE r.period_id = p.id AND r.state IN ('posted', 'unchanged') AND ${WHOLE}))`;

/** A report of the period `p` is being worked on, or waits for a second operator: its workflow looks at no source meanwhile. A mail that was set aside holds nothing up. */
export const IN_WORK = `EXISTS (SELECT FROM report w WHERE w.period_id = p.id AND w.state NOT IN ('posted', 'refused', 'unchanged') AND NOT ${setAside('w')})`;

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

/** Of the source `s`: another text as soon as something of it was changed. */
const EDITION = "left(md5(concat_ws('|', s.settings, s.secret, s.profile_name, s.poll_seconds)), 12)";
/** Seconds by which a look at a source may be late before the sweep wakes those who should look. */
const LATE_LOOK = 900;
const UNLOOKED = `EXISTS (SELECT FROM report_source s WHERE s.broker_id = p.broker_id AND s.state = 'active'
  AND (s.looked_at IS NULL OR s.looked_at < $4::timestamptz - (s.poll_seconds + ${LATE_LOOK}) * interval '1 second'))`;

/** `unlooked`: a source of its broker is not looked at, although its turn has come: whoever waits may not know of it. */
export interface ExpectedPeriod extends PeriodRef { unlooked: boolean }

/** Periods whose report is expected at `asOf` (ISO), of one broker or of all, in the order of their ids. */
export async function expectedPage(source: SqlSource, brokerId: string | null, asOf: string, page: { after: string | null; limit: number }): Promise<ExpectedPeriod[]> {
  const { rows } = await sqlOf(source).query<{ id: string; broker: string; from: Date; to: Date; unlooked: boolean }>(
    `SELECT p.id, p.broker_id AS broker, p.period_from AS "from", p.period_to AS "to", ${UNLOOKED} AS unlooked FROM report_period p
     WHERE ${STILL_EXPECTED} AND ($1::text IS NULL OR p.broker_id = $1) AND ($2::text IS NULL OR p.id > $2) ORDER BY p.id LIMIT $3`, [brokerId, page.after, page.limit, asOf]);
  return rows.map(({ id, broker, from, to, unlooked }) => ({ periodId: id, brokerId: broker, from: from.toISOString(), to: to.toISOString(), unlooked }));
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

/** When a period's report is expected, and where it may come from at `asOf` (ISO); null: it is not expected (any more). */
export async function expectationOf(source: SqlSource, periodId: string, asOf: string): Promise<Expectation | null> {
  const { rows } = await sqlOf(source).query<{ to: Date; due: Date; overdue: Date; escalated: Date; noted: number }>(
    `SELECT p.period_to AS "to", p.due_at AS due, p.overdue_at AS overdue, p.escalated_at AS escalated, num_nonnulls(p.due_noted_at, p.overdue_noted_at, p.escalated_noted_at) AS noted
     FROM report_period p WHERE p.id = $1 AND ${STILL_EXPECTED}`, [periodId]);
  const [row] = rows;
  if (row === undefined) return null;
  return { to: row.to.toISOString(), dueAt: row.due.toISOString(), overdueAt: row.overdue.toISOString(), escalatedAt: row.escalated.toISOString(), noted: row.noted, sources: await sourcesToPoll(source, periodId, asOf) };
}

/** The active sources of a period's broker; at `asOf`: without APIs that are not to be asked before the report is due. */
export async function sourcesToPoll(source: SqlSource, periodId: string, asOf: string | null = null): Promise<SourceToPoll[]> {
  const { rows } = await sqlOf(source).query<SourceToPoll>(
    `SELECT s.id AS "sourceId", s.kind, s.poll_seconds AS "pollSeconds", ${EDITION} AS edition FROM report_source s JOIN report_period p ON p.broker_id = s.broker_id
     WHERE p.id = $1 AND s.state = 'active' AND ($2::timestamptz IS NULL OR p.due_at IS NULL OR p.due_at <= $2 OR NOT (${UNREADY})) ORDER BY s.id`, [periodId, asOf]);
  return rows;
}

/**
 * For each broker whose mailboxes and drops nobody looks at, for no report is waited for, its newest ended period: there re-issues come too.
 * Those that were looked at within their own pace are left out.
 */
export async function periodsToLookBeside(source: SqlSource, asOf: string): Promise<PeriodRef[]> {
  const { rows } = await sqlOf(source).query<{ id: string; broker: string; from: Date; to: Date }>(
    `SELECT b.id AS broker, n.id, n.period_from AS "from", n.period_to AS "to" FROM broker b
     CROSS JOIN LATERAL (SELECT p.* FROM report_period p WHERE p.broker_id = b.id AND p.period_to <= $1 AND NOT ${IN_WORK} ORDER BY p.period_to DESC, p.id LIMIT 1) n
     WHERE EXISTS (SELECT FROM report_source s WHERE s.broker_id = b.id AND s.state = 'active' AND s.kind <> 'api' AND (s.looked_at IS NULL OR s.looked_at <= $1::timestamptz - s.poll_seconds * interval '1 second'))
       AND NOT EXISTS (SELECT FROM report_period p WHERE p.broker_id = b.id AND p.period_to <= $1 AND ${STILL_EXPECTED} AND NOT ${IN_WORK})
     ORDER BY b.id`, [asOf]);
  return rows.map(({ id, broker, from, to }) => ({ periodId: id, brokerId: broker, from: from.toISOString(), to: to.toISOString() }));
}
