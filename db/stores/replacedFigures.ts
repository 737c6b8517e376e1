import { Decimal, plain } from '../../domain/decimal.ts';
import type { Tx } from '../connection.ts';
import { noteOnReport } from './reportNotice.ts';
import { reportFileProfile } from './reports.ts';
import type { ReportWork } from './reportWork.ts';

type Replacing = Pick<ReportWork, 'no' | 'periodId' | 'profileId' | 'origin'>;

/**
 * Numbers of the period's reports of figures typed from a dashboard that count no more once this report is posted: they stand in for a file that has not come, so its first
 * file replaces them all, whatever it holds; one that states the whole period also those typed later. None for figures themselves.
 */
export async function replacedFigures(tx: Tx, report: Replacing): Promise<ReadonlySet<string>> {
  if (report.origin === 'dashboard') return new Set();
  const { full } = await reportFileProfile(tx, report.profileId);
  const { rows } = await tx.client.query<{ no: string }>(
    `SELECT f.no FROM report f WHERE f.period_id = $1 AND f.origin = 'dashboard' AND f.state = 'posted' AND f.no < $2
       AND ($3 OR f.no < (SELECT min(o.no) FROM report o WHERE o.period_id = $1 AND o.origin <> 'dashboard' AND (o.state = 'posted' OR o.no = $2)))`, [report.periodId, report.no, full === true]);
  return new Set(rows.map(({ no }) => no));
}

/** Says on a report that it replaces figures which count as yet. */
export async function noteReplacedFigures(tx: Tx, report: Replacing & { id: string }): Promise<void> {
  const figures = await replacedFigures(tx, report);
  if (figures.size === 0) return;
  const { rows: [found] } = await tx.client.query<{ lines: number; earned: string; reports: string[] | null }>(
    `SELECT count(*)::int AS lines, coalesce(sum(e.earned), 0)::text AS earned, array_agg(DISTINCT r.id ORDER BY r.id) AS reports
     FROM earning e JOIN report r ON r.no = e.report_no WHERE e.period_id = $1 AND e.report_no = ANY ($2) AND NOT e.taken_back`, [report.periodId, [...figures]]);
  const { lines, earned, reports } = found!;
  if (lines === 0) return;
  await noteOnReport(tx, report.id, {
    code: 'REPLACES_FIGURES', lines, firstLine: 1,
    message: `It replaces the figures typed from the dashboard for this period (${reports!.join(', ')}): ${lines === 1 ? 'one line' : `${lines} lines`}, which earned ${plain(new Decimal(earned))} USD, count no more once it is posted.`,
  });
}
