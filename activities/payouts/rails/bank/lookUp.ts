import { cut, Decimal, plain } from '../../../../domain/decimal.ts';
import type { Execution, LookUpOutcome } from '../../../../domain/payouts/outcomes.ts';
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
  const [executed, returned] = [executions[0], own.find(({ kind }) => kind === 'returned')];
  if (executed !== undefined && isTwice(attempt, executions)) return { kind: 'executed', ...executionOf(attempt, executed), detail: `BOOKED_TWICE: ${executions.map(({ railReference }) => railReference).join(', ')}${returned === undefined ? '' : `, of which ${returned.railReference} came back`}` };
  if (returned !== undefined) return returnOf(attempt, executed, returned);
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

function returnOf(attempt: AttemptHandle, executed: RailEntry | undefined, returned: RailEntry): LookUpOutcome {
  const execution = executed === undefined ? { railReference: returned.railReference, executedAt: returned.at, amount: attempt.amount, currency: attempt.currency, fee: '0' } : executionOf(attempt, executed);
  const returnedAmount = returnedIn(execution, returned);
  if (returnedAmount === null) return { kind: 'unknown', detail: `RETURNED_IN_OTHER_CURRENCY: ${returned.amount} ${returned.currency} came back for ${execution.amount} ${execution.currency}` };
  return { kind: 'returned', ...execution, returnedAt: returned.at, returnedAmount, code: `BANK_${returned.code ?? 'MS03'}`, reason: returned.reason ?? 'the bank gives no reason' };
}

/** What came back, in the currency of the order: by the rate at which it was debited where the account is in USD. */
function returnedIn({ amount, currency, settledUsd }: Execution, returned: RailEntry): string | null {
  if (returned.amount === null || returned.currency === null || returned.currency === currency) return returned.amount ?? amount;
  if (returned.currency !== 'USD' || settledUsd === undefined || new Decimal(settledUsd).isZero()) return null;
  return plain(Decimal.min(amount, cut(new Decimal(amount).times(returned.amount).dividedBy(settledUsd), 2)));
}
