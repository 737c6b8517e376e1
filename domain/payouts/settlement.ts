import { BALANCE_PLACES, cut, Decimal, plain } from '../decimal.ts';
import type { Execution } from './outcomes.ts';
import { inUsd, type Quote } from './quote.ts';

/** The quote that a payout was ordered at. */
export type SettledQuote = Pick<Quote, 'amount' | 'payAmount' | 'rate' | 'fee' | 'feeBearer'>;

/** Where the reserved USD of a payout go. Decimal strings of at most 8 places; `fx` and `railFee` may be any sign and zero. */
export interface Settlement {
  /** To the rail: what its account was debited for the payment. */
  toRail: string;
  /** The fee that the payee bears, which the company keeps. */
  toFees: string;
  /** What the quote had taken more (above zero) or less (below) than the rail debited. */
  fx: string;
  /** Reserved, and needed by no quote any more (a later, better rate): back to the user. */
  back: string;
  /** What the rail charged the company besides. */
  railFee: string;
  /** Units of the pay-out currency for 1 USD that was debited. */
  settledRate: string;
}

/**
 * Splits `reserved` USD over what an execution cost at the settled rate, the payee's fee and the difference of the rates (product.md "Payout"). Adds up exactly:
 * reserved = toRail + toFees + fx + back.
 */
export function settlementOf(reserved: string, quote: SettledQuote, execution: Pick<Execution, 'fee' | 'settledUsd'>): Settlement {
  const toFees = new Decimal(quote.feeBearer === 'payee' ? inUsd(quote.fee, quote.rate) : 0);
  const value = new Decimal(quote.amount).minus(toFees);
  const toRail = execution.settledUsd === undefined ? value : cut(new Decimal(execution.settledUsd), BALANCE_PLACES);
  return {
    toRail: plain(toRail), toFees: plain(toFees), fx: plain(value.minus(toRail)), back: plain(new Decimal(reserved).minus(quote.amount)),
    railFee: inUsd(execution.fee, quote.rate), settledRate: toRail.isZero() ? quote.rate : plain(new Decimal(quote.payAmount).dividedBy(toRail).toDecimalPlaces(12)),
  };
}

/** The share of `total` USD that `amount` has of `of`, at 8 places and cut down; all of it makes all. */
export function shareOf(total: string, amount: string, of: string): Decimal {
  return cut(new Decimal(total).times(amount).dividedBy(of), BALANCE_PLACES);
}
