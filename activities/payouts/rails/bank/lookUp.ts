import { cut, Decimal, plain, sum } from '../../../../domain/decimal.ts';
import type { Execution, LookUpOutcome } from '../../../../domain/payouts/outcomes.ts';
import type { ReturnPart } from '../../../../domain/payouts/returns.ts';
import type { RailEntry } from '../../../../db/stores/railEntries.ts';
import type { AttemptHandle } from '../rail.ts';
import { isDuplicate, isRetryable, isUnspecific, REVERSED } from './reasons.ts';

/** A debit that the bank took back without saying why is not given back to the user before so long: a bank that corrects a booking books it again, mostly on the same day. */
const REVERSAL_STANDS_MS = 14 * 86_400_000;

/** What a bank that could not execute an order now is asked again after: a day for an account that has to be funded, else an hour. */
const RETRY_SECONDS: Readonly<Record<string, number>> = { AM04: 86_400 };

/**
 * What the bank's messages say about an attempt (its entries in the order in which they came; those without a key are about its whole file). A booked debit is the execution, whatever a
 * status said before or after it; a return follows an execution, and of two executions one that comes back leaves the other: what came back counts once it is more than was booked beyond the order. A rejection of the
 * transfer itself is final, unless the bank also says that it has settled it. That of the whole file is so only where the bank had not taken this transfer, and says why: a file that is read twice is rejected the
 * second time, which says nothing about the first.
 * `file`: in which it left, where there are no entries. `asOf`: ISO instant. `isOverdue`: what the bank last said has been true for longer than it promises; then it says nothing any more.
 */
export function outcomeOf(attempt: AttemptHandle, entries: readonly RailEntry[], file: { id: string; state: string; sentAt: string | null } | null, asOf: string, isOverdue = false): LookUpOutcome {
  const own = entries.filter(({ idempotencyKey }) => idempotencyKey !== null);
  const moved = movedBy(attempt, own, asOf);
  if (moved !== null) return moved;
  const rejected = own.findLast(({ kind }) => kind === 'rejected');
  if (rejected !== undefined && own.some(saysSettled)) return { kind: 'unknown', detail: `the bank rejected it (${rejected.code}), and says that it has settled it; its statements will show which holds` };
  const final = rejected ?? ofTheFile(entries);
  if (final !== undefined) {
    const code = final.code ?? 'MS03';
    const retryable = isRetryable(code);
    return { kind: 'rejected', code: `BANK_${code.replace(/[^A-Z0-9]/gi, '_').toUpperCase()}`, reason: final.reason ?? 'the bank gives no reason', retryable, ...(retryable && { retryAfterSeconds: RETRY_SECONDS[code] ?? 3_600 }) };
  }
  const latest = entries.at(-1);
  if (latest?.kind === 'rejected') {
    const { code } = latest;
    return { kind: 'unknown', detail: `the bank rejected the whole file (${code}) ${isUnspecific(code) ? 'and does not say why' : 'after it had taken this transfer'}; its statements will show which holds` };
  }
  if (latest !== undefined && isDuplicate(latest.code)) return { kind: 'unknown', detail: `the bank has seen it before (${latest.code}), and says nothing about the first time` };
  if (latest !== undefined && isOverdue) return { kind: 'unknown', detail: `the bank's last word was ${latest.code} on ${latest.at}, and it has not booked it in time` };
  if (latest !== undefined) return { kind: 'pending', railReference: attempt.railReference, detail: latest.kind === 'accepted' ? `the bank has accepted it (${latest.code}), and has not booked it` : `pending at the bank (${latest.code})` };
  if (file === null) return { kind: 'not_found' };
  return { kind: 'unknown', detail: file.state === 'assembled' ? `it waits in the file ${file.id}, of which it is not settled that it was handed over` : `handed over in the file ${file.id} on ${file.sentAt}; the bank has said nothing about it yet` };
}

/** By what moved the account; null: nothing did. */
function movedBy(attempt: AttemptHandle, words: readonly RailEntry[], asOf: string): LookUpOutcome | null {
  const bookings = eachOnce(words, 'executed');
  const returns = words.filter(({ kind }) => kind === 'returned');
  const [first, ...more] = bookings.map((booking) => executionOf(attempt, booking));
  if (returns.length === 0 && first === undefined) return null;
  const executed = first ?? { railReference: returns[0]!.railReference, executedAt: returns[0]!.at, amount: attempt.amount, currency: attempt.currency, fee: '0' };
  const parts = partsOf(executed, returns);
  if (returns.length > 0 && parts.length === 0) return { kind: 'unknown', detail: `RETURNED_IN_OTHER_CURRENCY: ${returns[0]!.amount} ${returns[0]!.currency} came back for ${executed.amount} ${executed.currency}` };
  const left = beyond(parts, sum(more.map(({ amount }) => amount)));
  const twice = more.length === 0 ? {} : { detail: `BOOKED_TWICE: ${[executed, ...more].map(({ railReference }) => railReference).join(', ')}${parts.length === 0 ? '' : `, of which ${parts.map(({ railReference }) => railReference).join(', ')} came back`}` };
  if (left.length === 0) return { kind: 'executed', ...executed, ...twice };
  const standing = left.filter(({ isReversal, at }) => !isReversal || Date.parse(asOf) >= Date.parse(at) + REVERSAL_STANDS_MS);
  const last = standing.at(-1);
  if (last === undefined) return { kind: 'unknown', detail: `REVERSED: the bank took its debit back on ${left[0]!.at.slice(0, 10)} and does not say that it was returned; it may book it again, and counts as returned ${REVERSAL_STANDS_MS / 86_400_000} days later` };
  return { kind: 'returned', ...executed, returnedAt: last.at, returnedAmount: plain(Decimal.min(executed.amount, sum(standing.map(({ amount }) => amount)))), code: last.code, reason: last.reason, parts: standing.map(({ isReversal: _, railReference: __, ...part }) => part) };
}

/** The words about each movement of a kind, in the order of the first. */
const eachOnce = (words: readonly RailEntry[], of: RailEntry['kind']): RailEntry[][] => [...Map.groupBy(words.filter(({ kind }) => kind === of), ({ id, sameAs }) => sameAs ?? id).values()];

/** The bank says that its side of it is done; its key names the status where the code is a reason's. */
const saysSettled = ({ kind, code, entryKey }: RailEntry): boolean => kind === 'accepted' && (code === 'ACSC' || code === 'ACCC' || /:AC[SC]C:/.test(entryKey));

/** That the whole file is rejected, where it says so of this transfer too. */
function ofTheFile(entries: readonly RailEntry[]): RailEntry | undefined {
  const taken = entries.some(({ kind }) => kind === 'accepted' || kind === 'executed');
  return taken ? undefined : entries.find(({ kind, idempotencyKey, code }) => kind === 'rejected' && idempotencyKey === null && !isUnspecific(code));
}

/** By the word that names it in the order's currency, else by the first. */
function executionOf(attempt: AttemptHandle, words: readonly RailEntry[]): Execution {
  const entry = words.find(({ currency }) => currency === attempt.currency) ?? words[0]!;
  return {
    railReference: entry.railReference, executedAt: entry.at, amount: entry.amount ?? attempt.amount, currency: entry.currency ?? attempt.currency, fee: entry.fee ?? '0',
    ...(entry.settledUsd !== null && { settledUsd: entry.settledUsd }),
  };
}

/** `isReversal`: nobody says that it was sent back, only that a debit was taken back. */
type Back = ReturnPart & { railReference: string; isReversal: boolean };

/** What came back, part by part; several words about a part are one. */
function partsOf(execution: Execution, words: readonly RailEntry[]): Back[] {
  return eachOnce(words, 'returned').flatMap((of): Back[] => {
    const named = of.find(({ amount, currency }) => amount !== null && currency === execution.currency);
    const amount = named?.amount ?? of.map((word) => returnedIn(execution, word)).find((found) => found !== null);
    const { id, sameAs, at, railReference } = of[0]!;
    const { code, reason } = of.find((word) => word.code !== REVERSED) ?? of[0]!;
    const creditedUsd = of.find(({ settledUsd }) => settledUsd !== null)?.settledUsd ?? null;
    const part = { id: sameAs ?? id, at, code: `BANK_${code ?? 'MS03'}`, reason: reason ?? 'the bank gives no reason', ...(creditedUsd !== null && { creditedUsd }), railReference, isReversal: of.every((word) => word.code === REVERSED) };
    return amount === undefined || amount === null ? [] : [{ ...part, amount }];
  });
}

/** The parts without as much of them as was booked beyond the order, of which debits that were taken back are the first. Of a part that counts in part, so do its USD. */
function beyond(parts: readonly Back[], excess: Decimal): Back[] {
  let over = excess;
  const left = new Map<string, Back>();
  for (const part of parts.toSorted((a, b) => Number(b.isReversal) - Number(a.isReversal))) {
    const taken = Decimal.min(over, part.amount);
    over = over.minus(taken);
    const rest = new Decimal(part.amount).minus(taken);
    if (rest.lte(0)) continue;
    left.set(part.id, taken.isZero() || part.creditedUsd === undefined ? { ...part, amount: plain(rest) } : { ...part, amount: plain(rest), creditedUsd: plain(cut(new Decimal(part.creditedUsd).times(rest).dividedBy(part.amount), 8)) });
  }
  return parts.flatMap(({ id }) => left.get(id) ?? []);
}

/** What came back, in the currency of the order: by the rate at which it was debited where the account is in USD and the bank names no other. */
function returnedIn({ amount, currency, settledUsd }: Execution, returned: RailEntry): string | null {
  if (returned.amount === null || returned.currency === null || returned.currency === currency) return returned.amount ?? amount;
  if (returned.currency !== 'USD' || settledUsd === undefined || new Decimal(settledUsd).isZero()) return null;
  return plain(Decimal.min(amount, cut(new Decimal(amount).times(returned.amount).dividedBy(settledUsd), 2)));
}
