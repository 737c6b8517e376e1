import { Decimal, plain } from '../decimal.ts';

/** What may be given of a commission. `exceeded`: the cashback alone is more than it; it is posted all the same, and held. */
export interface MarginCut { cashback: string; share: string; exceeded: boolean }

/**
 * The margin rule (product.md "Calculation"): trader cashback and partner share together must not exceed the commission. The share is cut first, down to nothing; the
 * cashback never is: where it alone exceeds the commission it is posted and held with MARGIN_EXCEEDED. USD; `commission` null: the report has none, nothing is cut.
 */
export function cutToMargin(cashback: string, share: string, commission: string | null): MarginCut {
  if (commission === null) return { cashback, share, exceeded: false };
  const left = new Decimal(commission).minus(cashback);
  const kept = Decimal.max(0, Decimal.min(share, left));
  return { cashback, share: plain(kept), exceeded: left.lt(0) };
}
