import type { Pool } from 'pg';
import { type Tx, withTransaction } from '../../db/connection.ts';
import { linesToPost } from '../../db/stores/accountStream.ts';
import { DifferencePosting, type LineChange } from '../../db/stores/differencePosting.ts';
import { type BasisOwner, copyEarnings, earningsByKey, isSummedElsewhere, keepEarnings, type LineToPost, type PostedLine, supersedeElsewhere, withOwners } from '../../db/stores/earnings.ts';
import { holdExceeding, MarginSums } from '../../db/stores/margin.ts';
import { withoutNewerWord } from '../../db/stores/newerWord.ts';
import { earlierReadings } from '../../db/stores/reportRereads.ts';
import { type AccountCursor, findByIndex, keepProgress, lockBrokerPosting, lockReport, readReportWork, type ReportWork } from '../../db/stores/reportWork.ts';
import { Decimal, plain } from '../../domain/decimal.ts';
import { differences } from '../../domain/restatement/difference.ts';
import { lineRange, type PageResult, type Part, PART_LINES, writePages } from './pages.ts';
import { postingContext } from './postingContext.ts';
import { unreverse } from './unreverse.ts';

/** Bases whose owners are remembered from page to page. */
const MOST_OWNERS = 50_000;

/** Fixes the one instant at which all of a report version counts as posted; a retry or a rebuild keeps it. */
export async function beginPosting(pool: Pool, reportId: string, asOf: string): Promise<void> {
  await withTransaction(pool, async (tx) => {
    const report = await lockReport(tx, reportId);
    if (report.state !== 'tied_out') return;
    await tx.client.query('UPDATE report SET posted_at = $2 WHERE id = $1', [reportId, asOf]);
    await unreverse(tx, { ...report, postedAt: asOf });
    await keepProgress(tx, reportId, { state: 'posting', cursor: null });
  });
}

/**
 * Posts the next pages of whole accounts, each of more than `size` lines: only what differs from what their tickets have earned already, as new entries. Money, earnings and the cursor change in one transaction a page, so a kill at any moment neither
 * posts twice nor skips.
 */
export async function postPage(pool: Pool, reportId: string, size: number, pages = 1): Promise<PageResult> {
  const report = await readReportWork(pool, reportId);
  if (report.state !== 'posting') return { done: true, linesDone: report.lines ?? 0 };
  const range = await lineRange(pool, report, size * pages);
  const owners = new Map<string, BasisOwner>();
  return writePages(pool, report, postedParts(linesToPost(pool, range), size, range.upTo), { during: 'posting', after: 'settling', begin: (tx, now) => postingPage(tx, now, owners) });
}

async function* postedParts(batches: AsyncIterable<readonly PostedLine[]>, size: number, upTo: AccountCursor | null): AsyncGenerator<Part<PostedLine>> {
  let lines: PostedLine[] = [];
  let ofPage = 0;
  let own: AccountCursor | null = null;
  for await (const batch of batches) {
    for (const line of batch) {
      if (own?.[1] !== line.account || own[0] !== line.server) {
        if (ofPage > size) {
          yield { lines, read: lines.length, end: own, last: false };
          [lines, ofPage] = [[], 0];
        }
        own = [line.server, line.account];
      }
      lines.push(line);
      ofPage++;
      if (lines.length < PART_LINES) continue;
      yield { lines, read: lines.length, end: null, last: false };
      lines = [];
    }
  }
  yield { lines, read: lines.length, end: upTo, last: upTo === null };
}

async function postingPage(tx: Tx, report: ReportWork, owners: Map<string, BasisOwner>): Promise<{ write(lines: readonly PostedLine[]): Promise<void>; end(): Promise<void> }> {
  await lockBrokerPosting(tx, report.brokerId);
  await findByIndex(tx);
  const { rows: [period] } = await tx.client.query<{ first: boolean }>('SELECT latest_report_no IS NULL AS first FROM report_period WHERE id = $1', [report.periodId]);
  const readings = await earlierReadings(tx, report.id);
  let fresh = period!.first;
  let posting: DifferencePosting | null = null;
  const margin = new MarginSums();
  if (owners.size > MOST_OWNERS) owners.clear();
  return {
    async write(read) {
      if (read.length === 0) return;
      posting ??= new DifferencePosting(tx, await postingContext(tx, report, `lines:${read[0]!.rowNumber}`));
      const all = await withOwners(tx, read, owners);
      // Rows summed into another row of the same aggregate earn nothing themselves; only their commission counts.
      const lines = all.filter((line) => !isSummedElsewhere(line));
      const ids = fresh ? await copyEarnings(tx, report.brokerId, report.periodId, report.no, lines) : null;
      if (ids !== null) {
        margin.add(all);
        await posting.add(firstChanges(report.no, lines, ids));
        return;
      }
      fresh = false;
      const before = await earningsByKey(tx, report.brokerId, lines.map((line) => line.key));
      const known = await withoutNewerWord(tx, report, readings, all.map((line) => ({ ...line, before: before.get(line.key) ?? null })), report.postedAt!);
      margin.add(known);
      await posting.add(await changesSince(tx, report, known.filter((line) => !isSummedElsewhere(line)).map(keepingItsLink)));
    },
    async end() {
      if (posting !== null) await holdExceeding(tx, report, margin, await posting.end());
    },
  };
}

/** What lines whose keys are new earn: all of their amounts. */
function firstChanges(reportNo: string, lines: readonly LineToPost[], ids: readonly bigint[]): LineChange[] {
  const changes: LineChange[] = [];
  for (let i = 0; i < lines.length; i++) {
    const { rowNumber, kind, accountLinkId, amount } = lines[i]!;
    if (amount === '0') continue;
    if (accountLinkId === null) throw new Error('money without an account link');
    changes.push({ earningId: String(ids[i]), reportNo, rowNumber, accountLinkId, change: amount, adjustment: kind === 'adjustment' });
  }
  return changes;
}

/** What lines change of what their keys have earned before; those keys are the report's from now on. */
export async function changesSince(tx: Tx, report: Pick<ReportWork, 'brokerId' | 'periodId' | 'no' | 'postedAt'>, lines: readonly LineToPost[]): Promise<LineChange[]> {
  const found = lines.map((line) => ({ line, parts: differences(line.before, line) }));
  const earnedNow = new Map(found.map(({ line, parts }) => [line.key, earnedWith(line, parts)]));
  await supersedeElsewhere(tx, report.periodId, lines, report.postedAt!);
  const ids = await keepEarnings(tx, report.brokerId, report.periodId, report.no, lines, earnedNow);
  return found.flatMap(({ line, parts }): LineChange[] => parts.map((part) => ({
    earningId: ids.get(line.key)!, reportNo: report.no, rowNumber: line.rowNumber, accountLinkId: part.accountLinkId, change: part.change, adjustment: line.kind === 'adjustment',
  })));
}

/** An adjustment stays with the link that it was posted to, whoever has the account by now, as long as the broker names that account. */
export function keepingItsLink(line: LineToPost): LineToPost {
  if (line.kind !== 'adjustment' || line.outcome !== 'paid' || line.before === null || line.before.accountLinkId === null || line.before.adjustedAccountId !== line.tradingAccountId) return line;
  return { ...line, accountLinkId: line.before.accountLinkId, userId: line.before.userId };
}

/** USD that the line's key has earned with this posting, for the link that it belongs to now. */
export function earnedWith(line: LineToPost, parts: readonly { accountLinkId: string; change: string }[]): string {
  let earned = new Decimal(line.before?.accountLinkId === line.accountLinkId ? (line.before?.earned ?? '0') : '0');
  for (const part of parts) if (part.accountLinkId === line.accountLinkId) earned = earned.plus(part.change);
  return plain(earned);
}
