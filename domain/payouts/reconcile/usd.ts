import { BALANCE_PLACES, cut, Decimal } from '../../decimal.ts';
import type { OwnItem, RecordItem } from './items.ts';

/**
 * USD that a line moved: as the rail says, else as the payout was settled (of a return its share), else at par. Null where nobody knows: another currency, and neither the rail nor a
 * settled payout gives its USD.
 */
export function usdOf(item: RecordItem, payout: OwnItem | null): Decimal | null {
  if (item.settledUsd !== undefined) return new Decimal(item.settledUsd);
  if (payout !== null && payout.settledUsd !== null && item.currency === payout.payCurrency) {
    const amount = new Decimal(item.amount);
    return amount.equals(payout.payAmount) ? new Decimal(payout.settledUsd) : cut(amount.dividedBy(payout.payAmount).times(payout.settledUsd), BALANCE_PLACES);
  }
  // Not settled yet, or from before settlements were kept: what was reserved for what was ordered.
  if (payout !== null && item.currency === payout.payCurrency) return cut(new Decimal(item.amount).dividedBy(payout.payAmount).times(payout.amount), BALANCE_PLACES);
  return item.currency === 'USD' ? new Decimal(item.amount) : null;
}

/** With the sign of the clearing account: what was executed adds to it, what came back takes from it. */
export function signedUsd(item: RecordItem, payout: OwnItem | null): Decimal | null {
  const usd = usdOf(item, payout);
  return usd === null || item.kind === 'executed' ? usd : usd.negated();
}
