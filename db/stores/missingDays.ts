import { Problem } from '../../domain/problem.ts';
import { fileProfileOf } from '../../domain/reports/profile.ts';
import { localDays } from '../../domain/reports/reportDays.ts';
import { type SqlSource, sqlOf } from '../connection.ts';
import { reportProfile } from './reports.ts';

/** A business day on which a posted report says nothing about an account that trades; without an account: about none at all. Only a hint. */
export interface MissingDay { no: number; day: string; wholeDay: boolean; tradingAccountId: string | null; server: string | null; login: string | null; userId: string | null }

/** Business days without any trade, and account-days without one on the others; null: this report has no days (sums of a month). */
export interface MissingDayCounts { days: number; accountDays: number }

/**
 * The CTEs of both questions. A line of a day's sum counts where the middle of its day lies. An account is missing on a business day where it has no trade, nor a sum of the day, while it is
 * linked and verified for all of that day, and traded on another day of this report or in the latest report of the broker's period before.
 */
const FOUND = `WITH day AS (SELECT * FROM unnest($2::int[], $3::text[], $4::timestamptz[], $5::timestamptz[]) AS d (no, day, starts, ends)),
  seen AS MATERIALIZED (SELECT DISTINCT l.server, l.account, width_bucket(CASE WHEN l.bucket IS NULL THEN l.close_time ELSE l.period_start + (l.close_time - l.period_start) / 2 END, $6::timestamptz[]) AS no
    FROM report_line l WHERE l.report_no = $1 AND l.kind IN ('trade', 'aggregate') AND l.malformed IS NULL),
  trading AS (SELECT server, account FROM seen UNION SELECT l.server, l.account FROM report_line l WHERE l.report_no = $7 AND l.kind IN ('trade', 'aggregate') AND l.malformed IS NULL),
  whole AS MATERIALIZED (SELECT d.no, d.day FROM day d WHERE NOT EXISTS (SELECT FROM seen s WHERE s.no = d.no)),
  missing AS (SELECT d.day, a.id, a.server, a.login, k.user_id FROM day d CROSS JOIN trading t JOIN trading_account a ON a.broker_id = $8 AND a.server = t.server AND a.login = t.account
    JOIN account_link k ON k.trading_account_id = a.id AND k.status IN ('verified', 'ended') AND k.requested_at <= d.starts AND (k.ended_at IS NULL OR k.ended_at >= d.ends)
    WHERE NOT EXISTS (SELECT FROM whole w WHERE w.no = d.no) AND NOT EXISTS (SELECT FROM seen s WHERE s.no = d.no AND s.server = t.server AND s.account = t.account))`;

/** Days on which no account has a trade first, then day by day; after the number `after`. Throws REPORT_UNKNOWN (404), REPORT_NOT_POSTED (409). */
export async function missingDays(source: SqlSource, reportId: string, page: { after: number; limit: number }): Promise<MissingDay[]> {
  const question = await asked(source, reportId);
  if (question === null) return [];
  const { rows } = await sqlOf(source).query<MissingDay>(
    `${FOUND} SELECT row_number() OVER (ORDER BY NOT "wholeDay", day, server, login, "userId")::int AS no, * FROM (
       SELECT day, true AS "wholeDay", NULL::text AS "tradingAccountId", NULL::text AS server, NULL::text AS login, NULL::text AS "userId" FROM whole
       UNION ALL SELECT day, false, id, server, login, user_id FROM missing) m ORDER BY no OFFSET $9 LIMIT $10`, [...question, page.after, page.limit]);
  return rows;
}

/** How many there are; null where none are looked for: not posted, or sums of months. Throws REPORT_UNKNOWN (404). */
export async function countMissingDays(source: SqlSource, reportId: string): Promise<MissingDayCounts | null> {
  const question = await asked(source, reportId).catch((error: unknown) => {
    if (error instanceof Problem && error.code === 'REPORT_NOT_POSTED') return null;
    throw error;
  });
  if (question === null) return null;
  const { rows } = await sqlOf(source).query<MissingDayCounts>(`${FOUND} SELECT (SELECT count(*)::int FROM whole) AS days, (SELECT count(*)::int FROM missing) AS "accountDays"`, question);
  return rows[0]!;
}

/** Parameters $1 to $8; null: a report of months, or of less than half a day, has no days. Days are those of the calendar's zone, else the profile's, else UTC. */
async function asked(source: SqlSource, reportId: string): Promise<unknown[] | null> {
  const { rows: [report] } = await sqlOf(source).query<{ no: string; broker: string; profile: string; state: string; from: Date; to: Date; zone: string | null; before: string | null }>(
    `SELECT r.no, r.broker_id AS broker, r.profile_id AS profile, r.state, p.period_from AS "from", p.period_to AS "to", c.zone,
            (SELECT o.latest_report_no FROM report_period o WHERE o.broker_id = r.broker_id AND o.period_to <= p.period_from AND o.latest_report_no IS NOT NULL ORDER BY o.period_to DESC LIMIT 1) AS before
     FROM report r JOIN report_period p ON p.id = r.period_id LEFT JOIN report_calendar c ON c.id = p.calendar_id WHERE r.id = $1`, [reportId]);
  if (report === undefined) throw new Problem('REPORT_UNKNOWN', `No report "${reportId}" exists.`, { status: 404 });
  if (report.state !== 'posted') throw new Problem('REPORT_NOT_POSTED', `Missing days are looked for in a report that was posted; this one is ${report.state}.`, { status: 409 });
  const { level, timeZone } = fileProfileOf(await reportProfile(source, report.profile));
  if (level === 'account-month') return null;
  const days = localDays(report.from.toISOString(), report.to.toISOString(), report.zone ?? timeZone ?? 'UTC');
  if (days.length === 0) return null;
  const business = days.map((day, i) => ({ ...day, no: i + 1 })).filter((day) => day.business);
  const bounds = [...days.map(({ start }) => start), ...days.slice(-1).map(({ end }) => end)];
  return [report.no, business.map(({ no }) => no), business.map(({ day }) => day), business.map(({ start }) => start), business.map(({ end }) => end), bounds, report.before, report.broker];
}
