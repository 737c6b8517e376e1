import { cut, Decimal, plain, sum } from '../../../../domain/decimal.ts';
import type { Execution, LookUpOutcome } from '../../../../domain/payouts/outcomes.ts';
import type { ReturnPart } from '../../../../domain/payouts/returns.ts';
import type { RailEntry } from '../../../../db/stores/railEntries.ts';
import type { AttemptHandle } from '../rail.ts';
import { isRetryable } from './reasons.ts';

/**
 * What the bank's messages say about an attempt (its entries in the order in which they came; those without a key are about its whole file). A booked debit is the execution, whatever a
 * status said before or after it; a return follows an execution, and of two executions one that comes back leaves the other. A rejection of the transfer itself is final. That of the whole file is so only where the bank had not taken this
 * transfer by an earlier word: a file that is read twice is rejected the second time, which says nothing about the first.
 * `file`: in which it left, where there are no entries. `isOverdue`: what the bank last said has been true for longer than it promises; then it says nothing any more.
 */
export function outcomeOf(attempt: AttemptHandle, entries: readonly RailEntry[], file: { id: string; state: string; sentAt: string | null } | null, isOverdue = false): LookUpOutcome {
  const own = entries.filter(({ idempotencyKey }) => idempotencyKey !== null);
  const executions = own.filter(({ kind }) => kind === 'executed');
  const [executed, returned] = [executions[0], own.filter(({ kind }) => kind === 'returned')];
  if (executed !== undefined && isTwice(attempt, executions)) return { kind: 'executed', ...executionOf(attempt, executed), detail: `BOOKED_TWICE: ${executions.map(({ railReference }) => railReference).join(', ')}${returned[0] === undefined ? '' : `, of which ${returned[0].railReference} came back`}` };
  if (returned.length > 0) return returnOf(attempt, executed, returned);
  if (executed !== undefined) return { kind: 'executed', ...executionOf(attempt, executed) };
  const rejected = own.findLast(({ kind }) => kind === 'rejected') ?? ofTheFile(entries);
  if (rejected !== undefined) {
    const code = rejected.code ?? 'MS03';
    return { kind: 'rejected', code: `BANK_${code.replace(/[^A-Z0-9]/gi, '_').toUpperCase()}`, reason: rejected.reason ?? 'the bank gives no reason', retryable: isRetryable(code) };
  }
  const latest = entries.at(-1);
  if (latest?.kind === 'rejected') return { kind: 'unknown', detail: `the bank rejected the whole file (${latest.code}) after it had taken this transfer; its statements will show which holds` };
  if (latest !== undefined && isOverdue) return { kind: 'unknown', detail: `the bank's last word was ${latest.code} on ${latest.at}, and it has not booked it in time` };
  if (latest !== undefined) return { kind: 'pending', railReference: attempt.railReference, detail: latest.kind === 'accepted' ? `the bank has accepted it (${latest.code}), and has not booked it` : `pending at the bank (${latest.code})` };
  if (file === null) return { kind: 'not_found' };
  return { kind: 'unknown', detail: file.state === 'assembled' ? `it waits in the file ${file.id}, of which it is not settled that it was handed over` : `handed over in the file ${file.id} on ${file.sentAt}; the bank has said nothing about it yet` };
}

/** Two bookings, and not one that two messages tell, of which one does not name it. */
function isTwice({ railReference: endToEndId }: AttemptHandle, executions: readonly RailEntry[]): boolean {
  return new Set(executions.map(({ railReference }) => railReference).filter((reference) => reference !== endToEndId)).size > 1 || executions.some(({ entryKey }) => /#\d+$/.test(entryKey));
}

function ofTheFile(entries: readonly RailEntry[]): RailEntry | undefined {
  const at = entries.findIndex(({ kind, idempotencyKey }) => kind === 'rejected' && idempotencyKey === null);
  const taken = entries.slice(0, Math.max(at, 0)).some(({ kind }) => kind === 'accepted' || kind === 'executed');
  return at === -1 || taken ? undefined : entries[at];
}

function executionOf(attempt: AttemptHandle, entry: RailEntry): Execution {
  return {
    railReference: entry.railReference, executedAt: entry.at, amount: entry.amount ?? attempt.amount, currency: entry.currency ?? attempt.currency, fee: entry.fee ?? '0',
    ...(entry.settledUsd !== null && { settledUsd: entry.settledUsd }),
  };
}

/** What came back, part by part; several words about a part are one. */
function returnOf(attempt: AttemptHandle, executed: RailEntry | undefined, words: readonly RailEntry[]): LookUpOutcome {
  const [first] = words as readonly [RailEntry];
  const execution = executed === undefined ? { railReference: first.railReference, executedAt: first.at, amount: attempt.amount, currency: attempt.currency, fee: '0' } : executionOf(attempt, executed);
  const parts = [...Map.groupBy(words, ({ id, sameAs }) => sameAs ?? id)].flatMap(([id, of]): ReturnPart[] => {
    const named = of.find(({ amount, currency }) => amount !== null && currency === execution.currency);
    const amount = named?.amount ?? of.map((word) => returnedIn(execution, word)).find((found) => found !== null);
    const { at, code, reason } = of[0]!;
    const creditedUsd = of.find(({ settledUsd }) => settledUsd !== null)?.settledUsd ?? null;
    return amount === undefined || amount === null ? [] : [{ id, at, amount, code: `BANK_${code ?? 'MS03'}`, reason: reason ?? 'the bank gives no reason', ...(creditedUsd !== null && { creditedUsd }) }];
  });
  const last = parts.at(-1);
  if (last === undefined) return { kind: 'unknown', detail: `RETURNED_IN_OTHER_CURRENCY: ${first.amount} ${first.currency} came back for ${execution.amount} ${execution.currency}` };
  return { kind: 'returned', ...execution, returnedAt: last.at, returnedAmount: plain(Decimal.min(execution.amount, sum(parts.map(({ amount }) => amount)))), code: last.code, reason: last.reason, parts };
}

/** What came back, in the currency of the order: by the rate at which it was debited where the account is in USD and the bank names no other. */
function returnedIn({ amount, currency, settledUsd }: Execution, returned: RailEntry): string | null {
  if (returned.amount === null || returned.currency === null || returned.currency === currency) return returned.amount ?? amount;
  if (returned.currency !== 'USD' || settledUsd === undefined || new Decimal(settledUsd).isZero()) return null;
  return plain(Decimal.min(amount, cut(new Decimal(amount).times(returned.amount).dividedBy(settledUsd), 2)));
}
