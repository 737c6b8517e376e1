import { Decimal } from '../../decimal.ts';
import { shareOf } from '../settlement.ts';
import type { OwnItem, RecordItem } from './items.ts';

/**
 * USD that a line moved: as the rail says, else as the payout was settled (of a return its share), else at par. Null where nobody knows: another currency, and neither the rail nor a
 * settled payout gives its USD.
 */
export function usdOf(item: RecordItem, payout: OwnItem | null): Decimal | null {
  if (item.settledUsd !== undefined) return new Decimal(item.settledUsd);
  if (payout !== null && payout.settledUsd !== null && item.currency === payout.payCurrency) {
    return shareOf(payout.settledUsd, item.amount, payout.payAmount);
  }
  // Not settled yet, or from before settlements were kept: what was reserved for what was ordered.
  if (payout !== null && item.currency === payout.payCurrency) return shareOf(payout.amount, item.amount, payout.payAmount);
  return item.currency === 'USD' ? new Decimal(item.amount) : null;
}

/** With the sign of the clearing account: what was executed adds to it, what came back takes from it. */
export function signedUsd(item: RecordItem, payout: OwnItem | null): Decimal | null {
  const usd = usdOf(item, payout);
  return usd === null || item.kind === 'executed' ? usd : usd.negated();
}

/**
 * The same of all lines about a payout. What came back in parts whose USD the rail does not say has its share together, as it is posted (domain/payouts/returns.ts): shares that are cut one by one
 * would not add up to the whole.
 */
export function signedUsdOf(items: readonly RecordItem[], payout: OwnItem | null): (Decimal | null)[] {
  let amount = new Decimal(0);
  return items.map((item) => {
    if (item.kind === 'executed' || item.settledUsd !== undefined || payout === null || item.currency !== payout.payCurrency) return signedUsd(item, payout);
    const before = usdOf({ ...item, amount: amount.toFixed() }, payout);
    amount = amount.plus(item.amount);
    const after = usdOf({ ...item, amount: amount.toFixed() }, payout);
    return before === null || after === null ? null : before.minus(after);
  });
}
