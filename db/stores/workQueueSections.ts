import { type SqlSource, sqlOf } from '../connection.ts';
import { periodStateAt } from './reportPeriods.ts';
import { NOTICED } from './reports.ts';

/** What else waits for an operator: how much of it, since when (ISO instant), and the list that shows it. */
export const SECTIONS = ['changes', 'reports_to_approve', 'reports_refused', 'reports_noticed', 'periods_late', 'ownership_evidence', 'screening_hits', 'reconciliation_cases'] as const;
export type SectionName = (typeof SECTIONS)[number];
export interface Section { section: SectionName; count: number; since: string | null; list: string }

/** A refused report is somebody's work until another version of its period came after it: one that is refused too, or says what was posted before, is none. $1 broker (null: all), $2 now. */
const COUNTS: Record<SectionName, { sql: string; list: string; ofBroker: boolean }> = {
  changes: { sql: "SELECT count(*)::int AS n, min(requested_at) AS since FROM change WHERE state = 'requested' AND $1::text IS NULL AND $2::timestamptz IS NOT NULL", list: '/v1/changes?state=requested', ofBroker: false },
  reports_to_approve: { sql: "SELECT count(*)::int AS n, min(received_at) AS since FROM report WHERE state = 'awaiting_approval' AND ($1::text IS NULL OR broker_id = $1) AND $2::timestamptz IS NOT NULL", list: '/v1/reports?state=awaiting_approval', ofBroker: true },
  reports_refused: {
    sql: `SELECT count(*)::int AS n, min(r.received_at) AS since FROM report r JOIN report_period p ON p.id = r.period_id WHERE r.state = 'refused' AND ($1::text IS NULL OR r.broker_id = $1) AND $2::timestamptz IS NOT NULL
      AND NOT EXISTS (SELECT FROM report n WHERE n.period_id = r.period_id AND n.no > r.no AND n.state NOT IN ('refused', 'unchanged')) AND (p.closed_at IS NULL OR p.reopened_at IS NOT NULL)`,
    list: '/v1/reports?state=refused', ofBroker: true,
  },
  reports_noticed: {
    sql: `SELECT count(*)::int AS n, min(r.received_at) AS since FROM report r JOIN report_period p ON p.id = r.period_id WHERE ${NOTICED} AND ($1::text IS NULL OR r.broker_id = $1) AND $2::timestamptz IS NOT NULL`,
    list: '/v1/reports?noticed=true', ofBroker: true,
  },
  periods_late: {
    sql: `SELECT count(*)::int AS n, min(p.due_at) AS since FROM report_period p WHERE p.calendar_id IS NOT NULL AND ($1::text IS NULL OR p.broker_id = $1) AND ${periodStateAt('$2::timestamptz')} IN ('due', 'overdue', 'escalated')`,
    list: '/v1/report-periods?late=true', ofBroker: true,
  },
  ownership_evidence: { sql: "SELECT count(*)::int AS n, min(requested_at) AS since FROM ownership_verification WHERE state = 'evidence_given' AND $1::text IS NULL AND $2::timestamptz IS NOT NULL", list: '/v1/ownerships?state=evidence_given', ofBroker: false },
  screening_hits: { sql: "SELECT count(*)::int AS n, min(at) AS since FROM screening WHERE state = 'hit' AND $1::text IS NULL AND $2::timestamptz IS NOT NULL", list: '/v1/screenings?state=hit', ofBroker: false },
  reconciliation_cases: { sql: 'SELECT count(*)::int AS n, min(opened_at) AS since FROM reconciliation_case WHERE closed_at IS NULL AND $1::text IS NULL AND $2::timestamptz IS NOT NULL', list: '/v1/reconciliation-cases?open=true', ofBroker: false },
};

/** All sections, or with a broker those that are about one. */
export async function workQueueSections(source: SqlSource, brokerId: string | null, now: string): Promise<Section[]> {
  const names = SECTIONS.filter((name) => brokerId === null || COUNTS[name].ofBroker);
  const { rows } = await sqlOf(source).query<{ section: SectionName; n: number; since: Date | null }>(
    names.map((name) => `SELECT '${name}' AS section, s.n, s.since FROM (${COUNTS[name].sql}) s`).join(' UNION ALL '), [brokerId, now]);
  const found = new Map(rows.map((row) => [row.section, row]));
  return names.map((section) => ({
    section, count: found.get(section)!.n, since: found.get(section)!.since?.toISOString() ?? null, list: COUNTS[section].list + (brokerId === null ? '' : `&brokerId=${encodeURIComponent(brokerId)}`),
  }));
}
