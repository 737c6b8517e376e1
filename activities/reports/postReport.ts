import type { Pool } from 'pg';
import { type Tx, withTransaction } from '../../db/connection.ts';
import { type LineChange, postDifferences, type PostingContext } from '../../db/stores/differencePosting.ts';
import { isSummedElsewhere, keepEarnings, type LineToPost, linesToPost, supersedeElsewhere } from '../../db/stores/earnings.ts';
import { holdExceedingMargin } from '../../db/stores/margin.ts';
import { findByIndex, keepProgress, lockBrokerPosting, lockReport, nextAccountPage, type ReportWork } from '../../db/stores/reportWork.ts';
import { Decimal, plain } from '../../domain/decimal.ts';
import { clearsAt } from '../../domain/pendingPeriod.ts';
import { differences } from '../../domain/restatement/difference.ts';
import { type PageResult, periodMethodology } from './judgeReport.ts';

/** Fixes the one instant at which all of a report version counts as posted; a retry or a rebuild keeps it. */
export async function beginPosting(pool: Pool, reportId: string, asOf: string): Promise<void> {
  await withTransaction(pool, async (tx) => {
    const report = await lockReport(tx, reportId);
    if (report.state !== 'tied_out') return;
    await tx.client.query('UPDATE report SET posted_at = $2 WHERE id = $1', [reportId, asOf]);
    await keepProgress(tx, reportId, { state: 'posting', cursor: null });
  });
}

export async function postingContext(tx: Tx, report: ReportWork, step: string): Promise<PostingContext> {
  const methodology = await periodMethodology(tx, report);
  const postedAt = report.postedAt!;
  return { brokerId: report.brokerId, periodId: report.periodId, reportNo: report.no, postedAt, clearsAt: clearsAt(postedAt, methodology.pendingPeriod), step };
}

/**
 * Posts the next page of whole accounts: only what differs from what their tickets have earned already, as new entries.
 * Money, earnings and the cursor change in one transaction, so a kill at any moment neither posts twice nor skips.
 */
export async function postPage(pool: Pool, reportId: string, size: number): Promise<PageResult> {
  return withTransaction(pool, async (tx) => {
    const report = await lockReport(tx, reportId);
    if (report.state !== 'posting') return { done: true, linesDone: report.lines ?? 0 };
    await lockBrokerPosting(tx, report.brokerId);
    await findByIndex(tx);
    const page = await nextAccountPage(tx, report.no, report.cursor, size);
    const all = await linesToPost(tx, report.brokerId, report.no, page);
    // Rows summed into another row of the same aggregate earn nothing themselves; only their commission counts.
    const lines = all.filter((line) => !isSummedElsewhere(line)).map(keepingItsLink);
    const found = lines.map((line) => ({ line, parts: differences(line.before, line) }));
    const earnedNow = new Map(found.map(({ line, parts }) => [line.key, earnedWith(line, parts)]));
    await supersedeElsewhere(tx, report.periodId, lines, report.postedAt!);
    const ids = await keepEarnings(tx, report.brokerId, report.periodId, report.no, lines, earnedNow);
    const changes = found.flatMap(({ line, parts }): LineChange[] => parts.map((part) => ({
      earningId: ids.get(line.key)!, reportNo: report.no, rowNumber: line.rowNumber, accountLinkId: part.accountLinkId, change: part.change, adjustment: line.kind === 'adjustment',
    })));
    const context = await postingContext(tx, report, `lines:${all[0]?.rowNumber ?? 0}`);
    const accruals = await postDifferences(tx, context, changes);
    await holdExceedingMargin(tx, report, all, accruals);
    const done = page.end === null;
    await keepProgress(tx, reportId, done ? { state: 'settling', cursor: null } : { cursor: page.end, linesDone: all.length });
    return { done, linesDone: all.length };
  });
}

/** An adjustment stays with the link that it was posted to, whoever has the account by now, as long as the broker names that account. */
function keepingItsLink(line: LineToPost): LineToPost {
  if (line.kind !== 'adjustment' || line.outcome !== 'paid' || line.before === null || line.before.accountLinkId === null || line.before.adjustedAccountId !== line.tradingAccountId) return line;
  return { ...line, accountLinkId: line.before.accountLinkId, userId: line.before.userId };
}

/** USD that the line's key has earned with this posting, for the link that it belongs to now. */
export function earnedWith(line: LineToPost, parts: readonly { accountLinkId: string; change: string }[]): string {
  let earned = new Decimal(line.before?.accountLinkId === line.accountLinkId ? (line.before?.earned ?? '0') : '0');
  for (const part of parts) if (part.accountLinkId === line.accountLinkId) earned = earned.plus(part.change);
  return plain(earned);
}
