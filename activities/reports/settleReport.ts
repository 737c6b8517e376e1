import type { Pool } from 'pg';
import { type Tx, withTransaction } from '../../db/connection.ts';
import { markCommissionStale, postCommission } from '../../db/stores/commission.ts';
import { type LineChange, postDifferences } from '../../db/stores/differencePosting.ts';
import { type Earning, earningsByKey, markReversed, markVanished, vanishedEarnings, withOwners } from '../../db/stores/earnings.ts';
import { otherUploads, statedElsewhere, type StatedLine } from '../../db/stores/otherUploads.ts';
import { findByIndex, keepProgress, lockBrokerPosting, lockReport, type ReportWork } from '../../db/stores/reportWork.ts';
import { replacedFigures } from '../../db/stores/replacedFigures.ts';
import { versionsBefore } from '../../db/stores/replacedReports.ts';
import { earlierReadings } from '../../db/stores/reportRereads.ts';
import { reportFileProfile } from '../../db/stores/reports.ts';
import { Decimal, plain } from '../../domain/decimal.ts';
import { ticketKey } from '../../domain/eligibility/lineKeys.ts';
import { postingContext } from './postingContext.ts';
import { changesSince, keepingItsLink } from './postReport.ts';

const negated = (amount: string): string => plain(new Decimal(amount).neg());

/**
 * After all trades of a file are posted: its reversals, page by page; then what vanished from it; then the version becomes
 * the period's latest. Each page is one transaction; answers whether there is more.
 */
export async function settlePage(pool: Pool, reportId: string, size: number): Promise<{ done: boolean }> {
  return withTransaction(pool, async (tx) => {
    const report = await lockReport(tx, reportId);
    if (report.state !== 'settling') return { done: true };
    await lockBrokerPosting(tx, report.brokerId);
    await findByIndex(tx);
    if (await reversePage(tx, report, size) || await vanishPage(tx, report, size)) return { done: false };
    await tx.client.query('UPDATE report_period SET latest_report_no = greatest(latest_report_no, $2) WHERE id = $1', [report.periodId, report.no]);
    await postCommission(tx, report);
    await keepProgress(tx, reportId, { state: 'posted', cursor: null });
    await tx.client.query('UPDATE report SET lines_done = lines WHERE id = $1', [reportId]);
    return { done: true };
  });
}

/** A reversed trade takes back exactly what it gave; one that arrives again, or names an unknown ticket, moves nothing. */
async function reversePage(tx: Tx, report: ReportWork, size: number): Promise<boolean> {
  const after = Number(report.cursor?.[1] ?? 0);
  const found = await tx.client.query<{ row: number; server: string; ticket: string }>(
    `SELECT row_number AS row, server, reversed_ticket AS ticket FROM report_line
     WHERE report_no = $1 AND kind = 'reversal' AND malformed IS NULL AND row_number > $2 ORDER BY row_number LIMIT $3`, [report.no, after, size]);
  const last = found.rows.at(-1);
  if (last === undefined) return false;
  const earnings = await earningsByKey(tx, report.brokerId, found.rows.map((r) => ticketKey(r.server, r.ticket)));
  const reversed = new Map<string, { earningId: string; rowNumber: number; earned: string }>();
  const changes: LineChange[] = [];
  const otherPeriods: string[] = [];
  for (const { row, server, ticket } of found.rows) {
    const earning = earnings.get(ticketKey(server, ticket));
    if (earning === undefined || earning.reversed || reversed.has(earning.id)) continue;
    reversed.set(earning.id, { earningId: earning.id, rowNumber: row, earned: '0' });
    if (earning.periodId !== report.periodId) otherPeriods.push(earning.periodId);
    if (new Decimal(earning.earned).isZero()) continue;
    changes.push({ earningId: earning.id, reportNo: report.no, rowNumber: row, accountLinkId: earning.accountLinkId!, change: negated(earning.earned), adjustment: false });
  }
  await markReversed(tx, report.no, [...reversed.values()]);
  await markCommissionStale(tx, otherPeriods);
  await postDifferences(tx, await postingContext(tx, report, `reversals:${after}`), changes);
  await keepProgress(tx, report.id, { cursor: ['reversals', String(last.row)], linesDone: 0 });
  return true;
}

/**
 * A line of an earlier report under the same profile name that vanished is taken back if the file states its whole period, or if it stood in this very file as it was read before and no
 * other upload of the period states it; one that another states falls back to that. Otherwise it keeps its money and is flagged. Figures typed from a dashboard are taken back by the file that replaces them.
 */
async function vanishPage(tx: Tx, report: ReportWork, size: number): Promise<boolean> {
  const readings = await earlierReadings(tx, report.id);
  const figures = await replacedFigures(tx, report);
  const earnings = await vanishedEarnings(tx, report, [...new Set([...await versionsBefore(tx, report.id), ...readings.earlier, ...figures])], size);
  const first = earnings[0];
  if (first === undefined) return false;
  const { full } = await reportFileProfile(tx, report.profileId);
  const isGone = ({ reportNo }: Earning): boolean => full === true || readings.earlier.has(reportNo) || figures.has(reportNo);
  const gone = earnings.filter(isGone);
  const stated = full === true ? new Map<string, StatedLine>() : await statedElsewhere(tx, await otherUploads(tx, report, readings), gone.map(({ key }) => key));
  const taken = gone.filter(({ key }) => !stated.has(key));
  const changes = taken.filter((earning) => !new Decimal(earning.earned).isZero()).map((earning): LineChange => ({
    earningId: earning.id, reportNo: earning.reportNo, rowNumber: earning.rowNumber, accountLinkId: earning.accountLinkId!, change: negated(earning.earned), adjustment: false,
  }));
  changes.push(...await fallBack(tx, report, gone, stated));
  if (changes.length > 0) await postDifferences(tx, await postingContext(tx, report, `vanished:${first.id}`), changes);
  await markVanished(tx, report.no, taken.map((earning) => earning.id), true);
  await markVanished(tx, report.no, earnings.filter((earning) => !isGone(earning) || stated.has(earning.key)).map((earning) => earning.id), false);
  return true;
}

/** What it changes that these earnings stand on lines of other uploads from now on. */
async function fallBack(tx: Tx, report: ReportWork, gone: readonly Earning[], stated: ReadonlyMap<string, StatedLine>): Promise<LineChange[]> {
  const before = new Map(gone.map((earning) => [earning.key, earning]));
  const changes: LineChange[] = [];
  for (const [no, lines] of Map.groupBy(stated.values(), ({ reportNo }) => reportNo)) {
    const owned = await withOwners(tx, lines, new Map());
    changes.push(...await changesSince(tx, { ...report, no }, owned.map((line) => keepingItsLink({ ...line, before: before.get(line.key)! }))));
  }
  return changes;
}
