import type { Tx } from '../../db/connection.ts';
import { retireEarnings, type StandingLine } from '../../db/stores/accountLines.ts';
import { postCommissionAgain } from '../../db/stores/commission.ts';
import { type LineChange, postDifferences } from '../../db/stores/differencePosting.ts';
import { isSummedElsewhere, keepEarnings, type LineToPost, supersedeElsewhere } from '../../db/stores/earnings.ts';
import { insertOutcomes } from '../../db/stores/lineOutcomes.ts';
import { holdExceedingMargin } from '../../db/stores/margin.ts';
import type { Methodology } from '../../db/stores/methodologies.ts';
import type { ReportWork } from '../../db/stores/reportWork.ts';
import { clearsAt } from '../../domain/pendingPeriod.ts';
import { differences } from '../../domain/restatement/difference.ts';
import type { AccountAgain, JudgedAgain } from './judgeAgain.ts';
import { earnedWith } from './postReport.ts';

/**
 * Writes the next outcomes of an account's lines and posts what they earn, as new entries with an accrual window of their own from `asOf`
 * (ISO instant). `allowed` is asked with the changes before any money moves, and may throw.
 */
export async function postAgain(tx: Tx, report: ReportWork, again: AccountAgain, methodology: Methodology, asOf: string, allowed: (changes: readonly LineChange[]) => Promise<void>): Promise<void> {
  const { changed, before } = again;
  await insertOutcomes(tx, report.no, methodology.id, changed.map(({ line }) => line), asOf);
  const lines = changed.filter(({ line }) => line.key !== null).map((one) => toPost(one, before));
  const posted = lines.filter((line) => !isSummedElsewhere(line));
  const found = posted.map((line) => ({ line, parts: differences(line.before, line) }));
  await supersedeElsewhere(tx, report.periodId, posted, asOf);
  const ids = await keepEarnings(tx, report.brokerId, report.periodId, report.no, posted, new Map(found.map(({ line, parts }) => [line.key, earnedWith(line, parts)])));
  await retireEarnings(tx, report.brokerId, again.retired);
  const changes = found.flatMap(({ line, parts }): LineChange[] => parts.map((part) => ({
    earningId: ids.get(line.key)!, reportNo: report.no, rowNumber: line.rowNumber, accountLinkId: part.accountLinkId, change: part.change, adjustment: line.kind === 'adjustment',
  })));
  await allowed(changes);
  const step = await stepOf(tx, report, changed);
  const context = { brokerId: report.brokerId, periodId: report.periodId, reportNo: report.no, postedAt: asOf, clearsAt: clearsAt(asOf, methodology.pendingPeriod), step };
  const accruals = await postDifferences(tx, context, changes);
  const reversedBefore = new Map(changed.map(({ line, was }) => [line.rowNumber, was.reversedBefore]));
  const whole = [...lines.map((line) => asOfPosting(line, reversedBefore.get(line.rowNumber)!)), ...again.rest.filter((line) => line.now.key !== null).map((line) => standing(line, again.tradingAccountId))];
  await holdExceedingMargin(tx, { ...report, postedAt: asOf }, whole, accruals);
  const periods = commissionChanged(report, again, posted);
  if (periods.length > 0) await postCommissionAgain(tx, report, periods, step, asOf);
}

/**
 * Periods whose commission may be another now: a line waited whose key another report has by now or had before, or the account has a line that is malformed (as the sum of
 * some rows can be, and of some more need not). Known by another key within the report the same lines stand, and nothing is summed anew.
 */
function commissionChanged(report: ReportWork, { changed, rest }: AccountAgain, posted: readonly LineToPost[]): string[] {
  const taken = posted.flatMap(({ before }) => (before === null || before.reportNo === report.no ? [] : [before.periodId]));
  const reasons = [...changed.flatMap(({ line, was }) => [line.reason, was.now.reason]), ...rest.map(({ now }) => now.reason)];
  const stands = taken.length === 0 && !reasons.includes('MALFORMED') && changed.every(({ line }) => line.outcome !== 'superseded');
  return stands ? [] : [...new Set([report.periodId, ...taken])];
}

/** A row and its newest revision: no other posting of the report has that name. */
async function stepOf(tx: Tx, report: ReportWork, changed: readonly JudgedAgain[]): Promise<string> {
  const row = changed[0]!.line.rowNumber;
  const { rows } = await tx.client.query<{ revision: number }>('SELECT max(revision) AS revision FROM line_outcome WHERE report_no = $1 AND row_number = $2', [report.no, row]);
  return `replay:${row}:${rows[0]!.revision}`;
}

function toPost({ line, was }: JudgedAgain, before: AccountAgain['before']): LineToPost {
  return {
    rowNumber: line.rowNumber, kind: was.kind as LineToPost['kind'], key: line.key!, outcome: line.outcome as LineToPost['outcome'], reason: line.reason, lots: line.lots, amount: line.amount, commission: was.commission,
    closeTime: line.closeTime === null ? null : new Date(line.closeTime), userId: line.outcome === 'paid' ? line.userId : null, accountLinkId: line.outcome === 'paid' ? line.accountLinkId : null,
    tradingAccountId: line.tradingAccountId, before: before.get(line.key!) ?? null,
  };
}

/** For the margin: what a line of the report earned by itself, whatever was reversed since. */
const asOfPosting = (line: LineToPost, reversed: boolean): LineToPost => ({ ...line, before: line.before && { ...line.before, reversed } });

function standing(line: StandingLine, tradingAccountId: string): LineToPost {
  const { now } = line;
  return {
    rowNumber: line.rowNumber, kind: line.kind as LineToPost['kind'], key: now.key!, outcome: line.reversedBefore ? 'ignored' : (now.outcome as LineToPost['outcome']), reason: now.reason, lots: now.lots, amount: now.amount,
    commission: line.commission, closeTime: null, userId: now.userId, accountLinkId: now.accountLinkId, tradingAccountId, before: null,
  };
}
