import { Problem } from '../../domain/problem.ts';
import { type SqlSource, sqlOf } from '../connection.ts';
import type { Page } from './page.ts';

/** One broker × one period [from, to); `latestReportId` is the version whose lines count. */
export interface ReportPeriod { id: string; brokerId: string; from: string; to: string; methodologyId: string | null; latestReportId: string | null; versions: number }

type Row = Omit<ReportPeriod, 'from' | 'to'> & { from: Date; to: Date };
const SELECT = `SELECT p.id, p.broker_id AS "brokerId", p.period_from AS "from", p.period_to AS "to", p.methodology_id AS "methodologyId",
    (SELECT r.id FROM report r WHERE r.no = p.latest_report_no) AS "latestReportId", (SELECT count(*)::int FROM report r WHERE r.period_id = p.id) AS versions
  FROM report_period p`;
const shown = (row: Row): ReportPeriod => ({ ...row, from: row.from.toISOString(), to: row.to.toISOString() });

/** `from` and `to` (ISO instants, `to` exclusive) are about when the period begins. By id (the order in which their first reports came), after the id `after`. */
export async function listReportPeriods(source: SqlSource, filter: { brokerId?: string | undefined; from?: string | undefined; to?: string | undefined }, page: Page): Promise<ReportPeriod[]> {
  const { rows } = await sqlOf(source).query<Row>(`${SELECT} WHERE ($1::text IS NULL OR p.broker_id = $1) AND ($2::text IS NULL OR p.id > $2)
     AND ($4::timestamptz IS NULL OR p.period_from >= $4) AND ($5::timestamptz IS NULL OR p.period_from < $5) ORDER BY p.id LIMIT $3`,
  [filter.brokerId ?? null, page.after ?? null, page.limit, filter.from ?? null, filter.to ?? null]);
  return rows.map(shown);
}

/** Those of these periods that exist, in one statement. */
export async function reportPeriodsByIds(source: SqlSource, ids: readonly string[]): Promise<ReportPeriod[]> {
  const { rows } = await sqlOf(source).query<Row>(`${SELECT} WHERE p.id = ANY ($1)`, [ids]);
  return rows.map(shown);
}

/** Throws REPORT_PERIOD_UNKNOWN (404). */
export async function getReportPeriod(source: SqlSource, id: string): Promise<ReportPeriod> {
  const { rows } = await sqlOf(source).query<Row>(`${SELECT} WHERE p.id = $1`, [id]);
  if (!rows[0]) throw new Problem('REPORT_PERIOD_UNKNOWN', `There is no report period "${id}".`, { status: 404 });
  return shown(rows[0]);
}
