import { Decimal, plain } from '../decimal.ts';

/** An accrual that holds money of a line: what its entries for that line sum to. `seq` grows with age. */
export interface Holding { accrualSeq: string; state: 'pending' | 'held'; holds: string }

/** Where a part of a negative difference is taken from. */
export interface Taken { accrualSeq: string | null; from: 'pending' | 'held' | 'available'; amount: string }

/**
 * Splits a negative difference (given as a positive USD amount): from the pending accruals that hold the line, newest
 * first, up to what each holds of it; then from what stands on hold; the rest from available, which may go below zero
 * (cases/README; worked example 6). The parts always add up to `amount`.
 */
export function takeBack(amount: string, holdings: readonly Holding[]): Taken[] {
  let left = new Decimal(amount);
  const parts: Taken[] = [];
  const newestFirst = [...holdings].sort((a, b) => (BigInt(b.accrualSeq) > BigInt(a.accrualSeq) ? 1 : -1));
  for (const state of ['pending', 'held'] as const) {
    for (const holding of newestFirst) {
      if (holding.state !== state || left.lte(0)) continue;
      const part = Decimal.min(left, holding.holds);
      if (part.lte(0)) continue;
      parts.push({ accrualSeq: holding.accrualSeq, from: state, amount: plain(part) });
      left = left.minus(part);
    }
  }
  if (left.gt(0)) parts.push({ accrualSeq: null, from: 'available', amount: plain(left) });
  return parts;
}
