import type { Pool } from 'pg';
import { type Tx, withTransaction } from '../../db/connection.ts';
import { loadAccountContexts, loadBrokerContext } from '../../db/stores/brokerContext.ts';
import { type LineChange, postDifferences } from '../../db/stores/differencePosting.ts';
import { earningsByKey, keepEarnings, type LineToPost } from '../../db/stores/earnings.ts';
import { type AccountLine, insertOutcomes } from '../../db/stores/lineOutcomes.ts';
import { holdExceedingMargin } from '../../db/stores/margin.ts';
import { lockBrokerPosting, lockReport, type ReportWork } from '../../db/stores/reportWork.ts';
import { reportFileProfile } from '../../db/stores/reports.ts';
import { fixTiers } from '../../db/stores/userTiers.ts';
import { accountLines, nextWaitingAccount, type WaitingAccount } from '../../db/stores/waitingLines.ts';
import { judgeAccount } from '../../domain/eligibility/judgeAccount.ts';
import { Problem } from '../../domain/problem.ts';
import { clearsAt } from '../../domain/pendingPeriod.ts';
import { differences } from '../../domain/restatement/difference.ts';
import type { Change } from '../../db/stores/changes.ts';
import { periodMethodology } from './judgeReport.ts';
import { askForReplay, ReplayOverLimit, requireReplayApproved } from './replayApproval.ts';

/**
 * Judges again, as new entries, the lines of one account that waited for its link to be verified (product.md
 * "Eligibility"): at the rate and tier of their trade date, with an accrual window of their own from `asOf` (ISO instant).
 * Answers the report whose accruals are to be started, or null when nothing waits in the period. Above the limit of reports a second
 * operator is asked first (`change`); `approval` null: nobody is.
 */
export async function replayWaiting(pool: Pool, periodId: string, asOf: string, approval: 'asked' | null = null): Promise<{ reportId: string; change?: Change } | null> {
  try {
    return await replayNext(pool, periodId, asOf, approval);
  } catch (error) {
    if (!(error instanceof ReplayOverLimit)) throw error;
    const change = await askForReplay(pool, error, asOf);
    return { reportId: error.report.id, ...(change && { change }) };
  }
}

async function replayNext(pool: Pool, periodId: string, asOf: string, approval: 'asked' | null): Promise<{ reportId: string } | null> {
  return withTransaction(pool, async (tx) => {
    const next = await nextWaitingAccount(tx, periodId);
    if (next === null) return null;
    const report = await lockReport(tx, next.reportId);
    await lockBrokerPosting(tx, report.brokerId);
    const waiting = await nextWaitingAccount(tx, periodId);
    if (waiting === null || waiting.reportId !== next.reportId) return { reportId: next.reportId };
    const judged = await judgeAgain(tx, report, waiting);
    await post(tx, report, judged, asOf, `replay:${judged.waited[0]!.line.rowNumber}`, approval === null ? null : waiting);
    return { reportId: report.id };
  });
}

/** A line judged again under the key by which it is known, with what the margin needs of it. */
interface Again { line: AccountLine; key: string; commission: string | null; kind: LineToPost['kind'] }

async function judgeAgain(tx: Tx, report: ReportWork, waiting: WaitingAccount): Promise<{ waited: Again[]; summed: Again[] }> {
  const methodology = await periodMethodology(tx, report);
  await fixTiers(tx, report, methodology, true);
  const profile = await reportFileProfile(tx, report.profileId);
  const broker = await loadBrokerContext(tx, report, profile.adjustmentShare ?? '1');
  const account = (await loadAccountContexts(tx, report, [waiting]))(waiting.server, waiting.account);
  const { lines, waitingKeys } = await accountLines(tx, waiting);
  const facts = new Map(lines.map((line) => [line.rowNumber, line]));
  const judged = judgeAccount(lines, broker, account).map((line) => ({ ...line, tradingAccountId: account.tradingAccountId }));
  const again = (line: AccountLine, key: string): Again => ({ line, key, commission: facts.get(line.rowNumber)!.commission, kind: facts.get(line.rowNumber)!.kind as LineToPost['kind'] });
  const waited = judged.flatMap((line) => (waitingKeys.has(line.rowNumber) ? [again(line, waitingKeys.get(line.rowNumber)!)] : []));
  if (waited.some(({ line }) => line.reason === 'LINK_NOT_VERIFIED')) {
    throw new Problem('REPLAY_WITHOUT_END', `Lines of account ${waiting.account} still wait for a link that is verified; the broker profile gives them the reason LINK_NOT_VERIFIED. Mend the profile's statuses.`);
  }
  await insertOutcomes(tx, report.no, methodology.id, waited.map(({ line }) => line), true);
  const keys = new Set(waited.map(({ key }) => key));
  const summed = judged.filter((line) => line.key !== null && keys.has(line.key) && !waitingKeys.has(line.rowNumber)).map((line) => again(line, line.key!));
  return { waited, summed };
}

async function post(tx: Tx, report: ReportWork, { waited, summed }: { waited: readonly Again[]; summed: readonly Again[] }, asOf: string, step: string, approvalFor: WaitingAccount | null): Promise<void> {
  const methodology = await periodMethodology(tx, report);
  const before = await earningsByKey(tx, report.brokerId, waited.map(({ key }) => key));
  const toPost = ({ line, key, commission, kind }: Again): LineToPost => ({
    rowNumber: line.rowNumber, kind, key, outcome: line.outcome as LineToPost['outcome'], reason: line.reason, lots: line.lots, amount: line.amount, commission,
    closeTime: line.closeTime === null ? null : new Date(line.closeTime), userId: line.outcome === 'paid' ? line.userId : null, accountLinkId: line.outcome === 'paid' ? line.accountLinkId : null, tradingAccountId: line.tradingAccountId,
    before: before.get(key) ?? null,
  });
  const lines = waited.map(toPost);
  const found = lines.map((line) => ({ line, parts: differences(line.before, line) }));
  const earned = new Map(found.map(({ line, parts }) => [line.key, parts[0]?.change ?? '0']));
  const ids = await keepEarnings(tx, report.brokerId, report.periodId, report.no, lines, earned);
  const changes = found.flatMap(({ line, parts }): LineChange[] => parts.map((part) => ({
    earningId: ids.get(line.key)!, reportNo: report.no, rowNumber: line.rowNumber, accountLinkId: part.accountLinkId, change: part.change, adjustment: line.kind === 'adjustment',
  })));
  if (approvalFor !== null) await requireReplayApproved(tx, report, approvalFor, changes);
  const context = { brokerId: report.brokerId, periodId: report.periodId, reportNo: report.no, postedAt: asOf, clearsAt: clearsAt(asOf, methodology.pendingPeriod), step };
  const accruals = await postDifferences(tx, context, changes);
  await holdExceedingMargin(tx, { ...report, postedAt: asOf }, [...lines, ...summed.map(toPost)], accruals);
}
