import { BALANCE_PLACES, cut, Decimal } from '../decimal.ts';
import { Problem } from '../problem.ts';

/** What a partner's percentage is taken of, for one referred trader's lines: spread in USD per standardised lot, or commission in USD. */
export type ShareBase = { of: 'spread'; perLot: string; lots: string } | { of: 'commission'; amount: string };

/**
 * A partner's share in USD, cut to 8 decimals: `percent` (0 to 100) of the spread or of the commission that a referred trader
 * generated (product.md "Partner programme", worked example 11). @throws Problem SHARE_PERCENT
 */
export function partnerShare(percent: string, base: ShareBase): Decimal {
  const part = new Decimal(percent);
  if (part.lt(0) || part.gt(100)) throw new Problem('SHARE_PERCENT', `A partner's share of ${percent} % is impossible; it lies between 0 and 100.`);
  const whole = base.of === 'spread' ? new Decimal(base.perLot).times(base.lots) : new Decimal(base.amount);
  return cut(whole.times(part).div(100), BALANCE_PLACES);
}
