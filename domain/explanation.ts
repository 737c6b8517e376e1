import { lineAmount } from './calculation/amount.ts';
import { Decimal, plain, sum } from './decimal.ts';

/** One movement of an accrual with everything it was worked out from. Lots as reported, USD as decimal strings. */
export interface ExplainedEntry {
  reportId: string;
  fileName: string;
  fileSha256: string;
  lineNumber: number;
  rowNumber: number;
  raw: string;
  kind: string;
  ticket: string | null;
  lots: string | null;
  lotFactor: string | null;
  class: string | null;
  rateId: string | null;
  rateVersion: number | null;
  perLot: string | null;
  tier: string | null;
  multiplier: string | null;
  methodologyVersion: number | null;
  outcome: string;
  reason: string | null;
  /** What the line earns in all, and what its ticket had been given before this line. */
  lineAmount: string;
  earnedBefore: string;
  /** What this entry moved on the accrual: positive when it was posted, negative where it was taken back. */
  amount: string;
  journalKey: string;
  /** lots × lot factor × rate × multiplier worked out anew; null for adjustments and take-backs. */
  recomputed?: string | null;
}

export interface Explanation {
  entries: ExplainedEntry[];
  /** Sum of the entries: what the accrual holds now. */
  recomputedSum: string;
  /** Whether every line recomputes to its amount and the sum is what the ledger holds. */
  agrees: boolean;
}

/** Works every line and the sum out anew from the stored inputs, and says whether they agree with what was posted. */
export function explain(entries: readonly ExplainedEntry[], accrual: { amount: string; takenBack: string }): Explanation {
  let agrees = true;
  const explained = entries.map((entry) => {
    const { lots, lotFactor, perLot, multiplier } = entry;
    const recomputed = lots !== null && lotFactor !== null && perLot !== null && multiplier !== null && entry.outcome === 'paid' ? plain(lineAmount(lots, lotFactor, perLot, multiplier)) : null;
    if (recomputed !== null && recomputed !== plain(new Decimal(entry.lineAmount))) agrees = false;
    return { ...entry, recomputed };
  });
  const total = sum(entries.map((entry) => entry.amount));
  if (!total.equals(new Decimal(accrual.amount).minus(accrual.takenBack))) agrees = false;
  return { entries: explained, recomputedSum: plain(total), agrees };
}
