import { Decimal, plain, sum } from '../../decimal.ts';
import { PAYOUT_SETTLED } from '../states.ts';
import { type Difference, type DifferenceCode, MENDED_BY_LOOK_UP, type OwnItem, type RecordItem } from './items.ts';
import { type MatchedItem, matchRecord, wasTakenForUnpaid } from './match.ts';
import { signedUsd, signedUsdOf } from './usd.ts';

export interface Reconciled {
  differences: readonly Difference[];
  /** Lines of the record. */
  items: number;
  /** USD, executed less returned, by the rail's record; of lines whose USD nobody knows nothing is in it. */
  railTotal: string;
  /** USD on the rail's clearing account by our journals. */
  ledgerTotal: string;
}

export interface Compared { rail: string; payouts: readonly OwnItem[]; record: readonly RecordItem[]; ledgerTotal: string }

/** What a part of both sides comes to: payouts, each with all its lines, or lines that are nobody's. Parts are added up. USD. */
export interface Judged {
  differences: readonly Difference[]; items: number; railTotal: Decimal;
  /** What the clearing account should have moved; what is on its way counts as it was posted. */
  expected: Decimal;
  /** Lines whose USD nobody knows. */
  unvalued: number;
}

/**
 * The rail's own record, the only oracle, against our payouts, attempts and ledger, item by item and both ways (docs/operations.md "Reconciliation"). `mendedBefore` (ISO instant): what a look-up
 * mends is reported only of lines from before it, for later ones are on their way; null: of all. Double payments stay visible although the ledger balances.
 */
export function compareWithRecord({ rail, payouts, record, ledgerTotal }: Compared, mendedBefore: string | null): Reconciled {
  return reconciled(rail, [judgePart({ payouts, record }, mendedBefore)], ledgerTotal);
}

/** All parts together. */
export function reconciled(rail: string, parts: readonly Judged[], ledgerTotal: string): Reconciled {
  const total = (of: (part: Judged) => Decimal): Decimal => sum(parts.map(of));
  const count = (of: (part: Judged) => number): number => parts.reduce((all, part) => all + of(part), 0);
  const [railTotal, expected, unvalued] = [total((part) => part.railTotal), total((part) => part.expected), count((part) => part.unvalued)];
  const differences = parts.flatMap((part) => part.differences);
  if (!expected.equals(ledgerTotal)) {
    differences.push(difference('CLEARING_DIFFERS', rail, null,
      `By its record the rail moved ${plain(expected)} USD, the ledger says ${plain(new Decimal(ledgerTotal))}${unvalued === 0 ? '' : `; without ${unvalued} movements whose USD are not known`}.`,
      { rail: plain(expected), ledger: plain(new Decimal(ledgerTotal)), difference: plain(expected.minus(ledgerTotal)) }));
  }
  return { differences, items: count((part) => part.items), railTotal: plain(railTotal), ledgerTotal: plain(new Decimal(ledgerTotal)) };
}

export function judgePart({ payouts, record }: Pick<Compared, 'payouts' | 'record'>, mendedBefore: string | null): Judged {
  const { of, strangers } = matchRecord(payouts, record);
  const known = new Map(payouts.map((payout) => [payout.id, payout]));
  const differences = payouts.flatMap((payout) => differencesOf(payout, of.get(payout.id) ?? []));
  const fresh = (difference: Difference): boolean => mendedBefore !== null && MENDED_BY_LOOK_UP.includes(difference.code) && Date.parse(difference.facts['at'] ?? '') >= Date.parse(mendedBefore);
  const onTheirWay = new Set(differences.filter(fresh).map(({ payoutId }) => payoutId));
  const kept = differences.filter((difference) => !onTheirWay.has(difference.payoutId) || (!fresh(difference) && difference.code !== 'LEDGER_DIFFERS'));
  kept.push(...strangers.map((item) => notOurs(item)));

  const moved = [...of].flatMap(([id, lines]) => signedUsdOf(lines.map(({ item }) => item), known.get(id) ?? null).map((usd) => ({ id, usd })));
  const all = [...moved, ...strangers.map((item) => ({ id: null, usd: signedUsd(item, null) }))];
  const total = (entries: typeof all): Decimal => sum(entries.flatMap(({ usd }) => (usd === null ? [] : [usd])));
  // What is on its way is neither here nor there: the payout's postings, if any, against its lines.
  const expected = total(all.filter(({ id }) => !onTheirWay.has(id))).plus(sum(payouts.filter(({ id }) => onTheirWay.has(id)).map(({ posted }) => posted)));
  return { differences: kept, items: all.length, railTotal: total(all), expected, unvalued: all.filter(({ usd }) => usd === null).length };
}

function differencesOf(payout: OwnItem, all: readonly MatchedItem[]): Difference[] {
  const found: Difference[] = [];
  const lines = withoutTakenBack(payout, all);
  const executed = lines.filter(({ item }) => item.kind === 'executed');
  const returned = lines.filter(({ item }) => item.kind === 'returned');
  const references = executed.map(({ item }) => item.railReference).join(', ');
  const add = (code: DifferenceCode, detail: string, facts: Record<string, string> = {}): number => found.push(difference(code, payout.id, payout.id, detail, { state: payout.state, ...facts }));
  const settled = PAYOUT_SETTLED.includes(payout.state);
  const paid = payout.state === 'paid' || payout.state === 'returned';

  if (payout.state === 'unknown') add('UNKNOWN_OUTCOME', unknownText(payout, executed.length), unknownFacts(payout, executed.length > 0));
  if (executed.length > 1) add('PAID_TWICE', `The rail executed it ${executed.length} times: ${references}.`, { references });
  const wrong = executed.find(({ item }) => item.currency !== payout.payCurrency || !new Decimal(item.amount).equals(payout.payAmount));
  if (wrong) add('AMOUNT_DIFFERS', `Ordered ${payout.payAmount} ${payout.payCurrency}, executed ${wrong.item.amount} ${wrong.item.currency} as ${wrong.item.railReference}.`, { ordered: `${payout.payAmount} ${payout.payCurrency}`, executed: `${wrong.item.amount} ${wrong.item.currency}`, references });
  if (paid && executed.length === 0) add('PAID_NOT_EXECUTED', `It is ${payout.state} here, and the rail's record has no execution of it.`);
  if (payout.state === 'failed' && executed.length > 0) add('FAILED_BUT_EXECUTED', `Its money was given back, and the rail executed it as ${references}.`, { references });
  else if (executed.some(wasTakenForUnpaid) && executed.length === 1) add('FAILED_BUT_EXECUTED', `The rail executed an attempt as ${references} that was taken for never to execute; another one may pay it again. Stop the rail.`, { references });
  else if (!settled && executed.length > 0) add('EXECUTED_NOT_PAID', `The rail executed it as ${references}, and it is ${payout.state} here.`, { references, at: latest(executed) });
  if (payout.state === 'paid' && returned.length > 0) add('RETURN_NOT_POSTED', `The rail sent it back as ${returned[0]!.item.railReference}, and it is paid here.`, { references: returned[0]!.item.railReference, at: latest(returned) });
  if (payout.state === 'returned' && returned.length === 0) add('RETURN_NOT_ON_RECORD', "It came back here, and the rail's record has no return of it.");

  const moved = signedUsdOf(lines.map(({ item }) => item), payout);
  const net = sum(moved.flatMap((usd) => (usd === null ? [] : [usd])));
  if (payout.state === 'returned' && payout.settledUsd !== null && returned.length > 0) {
    // Another part, or what the bank credited for one: a look-up posts it. More than was paid stays.
    const back = sum(moved.flatMap((usd, at) => (usd === null || lines[at]!.item.kind === 'executed' ? [] : [usd.negated()])));
    const posted = new Decimal(payout.settledUsd).minus(payout.posted);
    if (!back.equals(posted)) add('RETURN_NOT_POSTED', `By the rail's record ${plain(back)} USD of it came back, the ledger says ${plain(posted)}.`, { references: returned.map(({ item }) => item.railReference).join(', '), at: latest(returned) });
  }
  // Every other difference makes this one too, so it is told only where nothing else explains it.
  if (found.every(({ code }) => code === 'UNKNOWN_OUTCOME') && !net.equals(payout.posted)) {
    add('LEDGER_DIFFERS', `By the rail's record ${plain(net)} USD left for it, the ledger says ${plain(new Decimal(payout.posted))}.`, { rail: plain(net), ledger: plain(new Decimal(payout.posted)) });
  }
  return found;
}

/**
 * The lines without executions beyond the first that came back as they were: a rail that corrects itself. Only where that leaves what stands here: one execution, and nothing that came back, or something,
 * as the payout's state says; else people see all of them.
 */
function withoutTakenBack({ state }: OwnItem, lines: readonly MatchedItem[]): readonly MatchedItem[] {
  const executed = lines.filter(({ item }) => item.kind === 'executed');
  if (executed.length < 2) return lines;
  const gone = new Set<MatchedItem>();
  for (const beyond of executed.slice(1)) {
    const back = lines.find((line) => !gone.has(line) && line.item.kind === 'returned' && line.item.currency === beyond.item.currency && new Decimal(line.item.amount).equals(beyond.item.amount));
    if (back === undefined) return lines;
    gone.add(beyond).add(back);
  }
  const left = lines.filter((line) => !gone.has(line));
  return (state === 'returned') === left.some(({ item }) => item.kind === 'returned') ? left : lines;
}

const latest = (lines: readonly MatchedItem[]): string => lines.map(({ item }) => item.at).reduce((a, b) => (Date.parse(a) >= Date.parse(b) ? a : b));

function unknownText(payout: OwnItem, executions: number): string {
  const last = payout.attempts.at(-1);
  const record = executions > 0 ? "The rail's record has an execution of it." : "The rail's record has nothing of it.";
  return `Nobody knows whether it was paid. ${record}${last?.detail === null || last === undefined ? '' : ` Last answer: ${last.detail}`}`;
}

/** The same names wherever an unknown outcome is noted (db/stores/unknownOutcomes.ts). */
function unknownFacts({ attempts }: OwnItem, onRecord: boolean): Record<string, string> {
  const last = attempts.at(-1);
  return { onRecord: onRecord ? 'executed' : 'nothing', attempts: String(attempts.length), ...(last === undefined ? {} : { attemptId: last.id }) };
}

function notOurs(item: RecordItem): Difference {
  const what = item.kind === 'executed' ? 'paid' : 'took back';
  return difference('NOT_OURS', item.sequence, null, `The rail ${what} ${item.amount} ${item.currency} as ${item.railReference} at ${item.at}, which is no payout of ours.`, {
    references: item.railReference, amount: item.amount, currency: item.currency, at: item.at, ...(item.idempotencyKey === null ? {} : { idempotencyKey: item.idempotencyKey }),
  });
}

function difference(code: DifferenceCode, subject: string, payoutId: string | null, detail: string, facts: Record<string, string>): Difference {
  return { code, subject, payoutId, detail, facts };
}
