import { Decimal, plain, sum } from '../decimal.ts';
import type { PayoutState } from './states.ts';

/** A line of the rail's own record. `amount` is a decimal string. */
export interface RecordMovement { kind: 'executed' | 'returned'; payoutId: string | null; amount: string; railReference: string }
/** What we say of a payout. */
export interface OwnPayout { id: string; state: PayoutState; amount: string }

export type FindingCode =
  | 'PAID_TWICE' | 'PAID_NOT_EXECUTED' | 'EXECUTED_NOT_PAID' | 'FAILED_BUT_EXECUTED' | 'AMOUNT_DIFFERS' | 'RETURN_NOT_POSTED' | 'RETURN_NOT_ON_RECORD'
  | 'PAYOUT_UNKNOWN' | 'CLEARING_DIFFERS';
export interface Finding { code: FindingCode; payoutId: string | null; detail: string }

/**
 * Compares the rail's own record, the only oracle, with our payouts and with what the ledger says is with the rail (USD, its
 * clearing account). A payout whose outcome is still open is in nobody's way: executed or not, it is `EXECUTED_NOT_PAID` only
 * where it was executed, which its next look-up mends. Double payments stay visible although the ledger balances.
 */
export function compareRecord(payouts: readonly OwnPayout[], record: readonly RecordMovement[], clearing: string): Finding[] {
  const findings: Finding[] = [];
  const movements = Map.groupBy(record, (movement) => movement.payoutId);
  const known = new Map(payouts.map((payout) => [payout.id, payout]));
  for (const [payoutId, of] of movements) {
    if (payoutId === null || !known.has(payoutId)) findings.push({ code: 'PAYOUT_UNKNOWN', payoutId, detail: `the rail moved ${of.map((one) => one.railReference).join(', ')}, which is no payout of ours` });
  }
  for (const payout of payouts) {
    const found = (code: FindingCode, detail: string): number => findings.push({ code, payoutId: payout.id, detail });
    const of = movements.get(payout.id) ?? [];
    const executed = of.filter((movement) => movement.kind === 'executed');
    const returned = of.filter((movement) => movement.kind === 'returned');
    if (executed.length > 1) found('PAID_TWICE', `executed ${executed.length} times: ${executed.map((one) => one.railReference).join(', ')}`);
    const wrong = executed.find((one) => !new Decimal(one.amount).equals(payout.amount));
    if (wrong) found('AMOUNT_DIFFERS', `ordered ${payout.amount}, executed ${wrong.amount}`);
    const settled = payout.state === 'paid' || payout.state === 'returned';
    if (settled && executed.length === 0) found('PAID_NOT_EXECUTED', `${payout.state}, but the rail never executed it`);
    if (payout.state === 'failed' && executed.length > 0) found('FAILED_BUT_EXECUTED', 'its money was released, and the rail executed it');
    if (!settled && payout.state !== 'failed' && executed.length > 0) found('EXECUTED_NOT_PAID', `executed, and ${payout.state} here`);
    if (payout.state === 'paid' && returned.length > 0) found('RETURN_NOT_POSTED', `returned as ${returned[0]!.railReference}, and paid here`);
    if (payout.state === 'returned' && returned.length === 0) found('RETURN_NOT_ON_RECORD', 'returned here, but not by the rail');
  }
  const net = sum(record.map((movement) => (movement.kind === 'executed' ? movement.amount : new Decimal(movement.amount).negated())));
  if (!net.equals(clearing)) findings.push({ code: 'CLEARING_DIFFERS', payoutId: null, detail: `the rail paid ${plain(net)} net, the ledger says ${plain(new Decimal(clearing))}` });
  return findings;
}
