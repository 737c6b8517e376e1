import type { Tx } from '../../db/connection.ts';
import { accountLines, newestClasses, type StandingLine } from '../../db/stores/accountLines.ts';
import { loadAccountContexts, loadBrokerContext } from '../../db/stores/brokerContext.ts';
import { type Earning, earningsByKey } from '../../db/stores/earnings.ts';
import type { AccountLine } from '../../db/stores/lineOutcomes.ts';
import type { ReportWork } from '../../db/stores/reportWork.ts';
import { reportFileProfile } from '../../db/stores/reports.ts';
import type { WaitingAccount } from '../../db/stores/waitingLines.ts';
import type { JudgedLine } from '../../domain/eligibility/context.ts';
import { judgeAccount } from '../../domain/eligibility/judgeAccount.ts';

/** A line judged again: its next outcome, and as it stood. */
export interface JudgedAgain { line: AccountLine; was: StandingLine }

export interface AccountAgain {
  /** Lines whose outcome changes, in file order; those with a key of their own are posted. */
  changed: JudgedAgain[];
  /** The account's other lines of the report, for its margin. */
  rest: StandingLine[];
  tradingAccountId: string;
  /** Keys under which lines waited that are known by another now. */
  retired: string[];
  /** What the keys of the changed lines have earned so far; locked. */
  before: Map<string, Earning>;
}

/**
 * Judges one account's lines of a report version by what is known now, and answers those that waited and wait no more, or for something
 * else. What was paid or excluded before is left as it is, whatever its symbol is mapped to by now; only an aggregate that a waiting row
 * turns out to be part of is summed anew. A class text is read by the newest version of the profile.
 */
export async function judgeAgain(tx: Tx, report: ReportWork, waiting: WaitingAccount): Promise<AccountAgain> {
  const profile = await reportFileProfile(tx, report.profileId);
  const broker = await loadBrokerContext(tx, report, profile.adjustmentShare ?? '1');
  const classes = await newestClasses(tx, report.profileId);
  const account = (await loadAccountContexts(tx, report, [waiting]))(waiting.server, waiting.account);
  const lines = await accountLines(tx, waiting);
  const standing = new Map(lines.map((line) => [line.rowNumber, line]));
  const judged = judgeAccount(lines.map((line) => ({ ...line, class: line.class ?? classes.get(line.classText ?? '') ?? null })), broker, account);
  const heads = new Map<string, JudgedLine>();
  for (const line of judged) if (line.key !== null && !isPart(line)) heads.set(line.key, line);

  const changed = new Map<number, JudgedLine>();
  const renamed = new Map<string, JudgedLine>();
  for (const line of judged) {
    const was = standing.get(line.rowNumber)!;
    if (was.waitsAs === null) continue;
    const head = line.key === null ? line : heads.get(line.key)!;
    if (head.reason === was.now.reason && head.outcome === was.now.outcome) continue;
    if (line.key !== null && line.key !== was.waitsAs) renamed.set(line.key, head);
    // A line that turns out malformed keeps the key by which it waited: nothing else may take it for a new one.
    else changed.set(line.rowNumber, { ...line, key: line.key ?? was.waitsAs });
  }
  const before = await earningsByKey(tx, report.brokerId, [...renamed.keys(), ...[...changed.values()].map((line) => line.key!)]);
  const retired: string[] = [];
  for (const key of renamed.keys()) {
    const known = before.get(key);
    // What was taken back is no word of the broker any more.
    const overtaken = known !== undefined && !known.takenBack && BigInt(known.reportNo) > BigInt(report.no);
    for (const line of judged.filter((one) => one.key === key)) {
      const was = standing.get(line.rowNumber)!;
      if (was.waitsAs !== null && was.waitsAs !== key) retired.push(was.waitsAs);
      if (!overtaken) changed.set(line.rowNumber, line);
      else if (was.waitsAs !== null) changed.set(line.rowNumber, superseded(line));
    }
  }
  const again = judged.flatMap((line): JudgedAgain[] => (changed.has(line.rowNumber) ? [{ line: { ...changed.get(line.rowNumber)!, tradingAccountId: account.tradingAccountId }, was: standing.get(line.rowNumber)! }] : []))
    .filter(({ line, was: { now } }) => line.reason !== now.reason || line.outcome !== now.outcome || line.key !== now.key || line.lots !== now.lots || line.amount !== now.amount);
  const rows = new Set(again.map(({ line }) => line.rowNumber));
  return { changed: again, rest: lines.filter((line) => !rows.has(line.rowNumber)), tradingAccountId: account.tradingAccountId!, retired, before };
}

/** A row of an aggregate that is summed in another row of its key. */
const isPart = (line: JudgedLine): boolean => line.outcome === 'ignored' && line.detail !== null;

const superseded = (line: JudgedLine): JudgedLine => ({
  ...line, outcome: 'superseded', reason: 'SUPERSEDED', detail: 'A later report has this account, day or month, and instrument again.', key: null, lots: '0', amount: '0', basis: null, accountLinkId: null, userId: null,
});
