import { Problem } from '../../domain/problem.ts';
import { expectedText, LATENESS, type Lateness, type PeriodState } from '../../domain/reports/lateness.ts';
import { type SqlSource, sqlOf } from '../connection.ts';
import { IN_WORK, STILL_EXPECTED } from './expectedPeriods.ts';
import type { Page } from './page.ts';

/** One broker × one period [from, to); `latestReportId` is the version whose lines count. */
export interface ReportPeriod { id: string; brokerId: string; from: string; to: string; methodologyId: string | null; latestReportId: string | null; versions: number }

/** What a calendar expects of a period; instants are ISO. */
export interface Expected {
  calendarId: string;
  dueAt: string;
  overdueAt: string;
  escalatedAt: string;
  /** Null: not late, or its report has come. */
  lateness: Lateness | null;
  /** Such as `expected Tue 06:00 UTC, 6 h late`; null once nothing is waited for. */
  text: string | null;
  /** When each step was noted by the period's workflow, and told. */
  notedAt: Record<Lateness, string | null>;
}
/** A period as it stands at an instant. */
export interface PeriodView extends ReportPeriod {
  state: PeriodState;
  expected: Expected | null;
  /** An operator closed it without a report; `reopenedAt`: one came all the same. */
  closed: { at: string; by: string; reason: string; reopenedAt: string | null } | null;
}

type Row = Omit<ReportPeriod, 'from' | 'to'> & { from: Date; to: Date };
const COLUMNS = `p.id, p.broker_id AS "brokerId", p.period_from AS "from", p.period_to AS "to", p.methodology_id AS "methodologyId",
    (SELECT r.id FROM report r WHERE r.no = p.latest_report_no) AS "latestReportId", (SELECT count(*)::int FROM report r WHERE r.period_id = p.id) AS versions`;
const shown = (row: Row): ReportPeriod => ({ id: row.id, brokerId: row.brokerId, from: row.from.toISOString(), to: row.to.toISOString(), methodologyId: row.methodologyId, latestReportId: row.latestReportId, versions: row.versions });

/** A period's state (domain/reports/lateness.ts) at the instant `asOf`, an SQL expression. What was posted within the period is not its whole report. */
export const periodStateAt = (asOf: string): string => `CASE WHEN p.latest_report_no IS NOT NULL AND NOT (p.period_to <= ${asOf} AND ${STILL_EXPECTED}) THEN 'posted'
  WHEN ${IN_WORK} THEN 'received'
  WHEN p.closed_at IS NOT NULL AND p.reopened_at IS NULL THEN 'closed'
  WHEN p.calendar_id IS NULL OR p.period_to > ${asOf} THEN 'open'
  WHEN p.escalated_at <= ${asOf} THEN 'escalated' WHEN p.overdue_at <= ${asOf} THEN 'overdue' WHEN p.due_at <= ${asOf} THEN 'due' ELSE 'waiting' END`;

type ViewRow = Row & {
  state: PeriodState; calendarId: string | null; dueAt: Date; overdueAt: Date; escalatedAt: Date; dueNotedAt: Date | null; overdueNotedAt: Date | null; escalatedNotedAt: Date | null;
  closedAt: Date | null; closedBy: string; closeReason: string; reopenedAt: Date | null;
};
const VIEW = `SELECT ${COLUMNS}, ${periodStateAt('$1::timestamptz')} AS state, p.calendar_id AS "calendarId", p.due_at AS "dueAt", p.overdue_at AS "overdueAt", p.escalated_at AS "escalatedAt",
    p.due_noted_at AS "dueNotedAt", p.overdue_noted_at AS "overdueNotedAt", p.escalated_noted_at AS "escalatedNotedAt", p.closed_at AS "closedAt", p.closed_by AS "closedBy", p.close_reason AS "closeReason", p.reopened_at AS "reopenedAt"
  FROM report_period p`;
const isLate = (state: PeriodState): state is Lateness => (LATENESS as readonly PeriodState[]).includes(state);
const isoOf = (at: Date | null): string | null => at?.toISOString() ?? null;

function viewed(row: ViewRow, asOf: string): PeriodView {
  const waits = row.state === 'waiting' || isLate(row.state);
  const expected: Expected | null = row.calendarId === null ? null : {
    calendarId: row.calendarId, dueAt: row.dueAt.toISOString(), overdueAt: row.overdueAt.toISOString(), escalatedAt: row.escalatedAt.toISOString(),
    lateness: isLate(row.state) ? row.state : null, text: waits ? expectedText(row.dueAt.toISOString(), asOf) : null,
    notedAt: { due: isoOf(row.dueNotedAt), overdue: isoOf(row.overdueNotedAt), escalated: isoOf(row.escalatedNotedAt) },
  };
  const closed = row.closedAt === null ? null : { at: row.closedAt.toISOString(), by: row.closedBy, reason: row.closeReason, reopenedAt: isoOf(row.reopenedAt) };
  return { ...shown(row), state: row.state, expected, closed };
}

/** `from` and `to` (ISO instants, `to` exclusive) are about when the period begins; `late`: its report is due or worse. */
export interface PeriodFilter { brokerId?: string | undefined; from?: string | undefined; to?: string | undefined; state?: PeriodState | undefined; late?: boolean | undefined }

/** By id (the order in which they were opened or their first reports came), after the id `after`, as they stand at `asOf`. */
export async function listReportPeriods(source: SqlSource, filter: PeriodFilter, asOf: string, page: Page): Promise<PeriodView[]> {
  const { rows } = await sqlOf(source).query<ViewRow>(`SELECT * FROM (${VIEW} WHERE ($2::text IS NULL OR p.broker_id = $2) AND ($3::text IS NULL OR p.id > $3)
     AND ($4::timestamptz IS NULL OR p.period_from >= $4) AND ($5::timestamptz IS NULL OR p.period_from < $5)) v
     WHERE ($6::text IS NULL OR v.state = $6) AND ($7::boolean IS NULL OR (v.state IN ('due', 'overdue', 'escalated')) = $7) ORDER BY v.id LIMIT $8`,
  [asOf, filter.brokerId ?? null, page.after ?? null, filter.from ?? null, filter.to ?? null, filter.state ?? null, filter.late ?? null, page.limit]);
  return rows.map((row) => viewed(row, asOf));
}

/** Those of these periods that exist, in one statement. */
export async function reportPeriodsByIds(source: SqlSource, ids: readonly string[]): Promise<ReportPeriod[]> {
  const { rows } = await sqlOf(source).query<Row>(`SELECT ${COLUMNS} FROM report_period p WHERE p.id = ANY ($1)`, [ids]);
  return rows.map(shown);
}

/** As it stands at `asOf` (ISO). Throws REPORT_PERIOD_UNKNOWN (404). */
export async function getReportPeriod(source: SqlSource, id: string, asOf: string): Promise<PeriodView> {
  const { rows } = await sqlOf(source).query<ViewRow>(`${VIEW} WHERE p.id = $2`, [asOf, id]);
  if (!rows[0]) throw new Problem('REPORT_PERIOD_UNKNOWN', `There is no report period "${id}".`, { status: 404 });
  return viewed(rows[0], asOf);
}
