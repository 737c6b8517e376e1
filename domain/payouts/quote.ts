import { BALANCE_PLACES, cut, Decimal, plain } from '../decimal.ts';
import { Problem } from '../problem.ts';
import { precisionOf, type RailGuarantees } from './guarantees.ts';

/** Units of `currency` for 1 USD, where it comes from, and until when it holds (ISO instant; null: always). */
export interface FxRate { currency: string; rate: string; source: string; validUntil: string | null }

/** What a payout of `amount` USD pays. Decimal strings; `fee` in `payCurrency`. */
export interface Quote {
  /** USD that leave the balance: what is paid, and the fee where the payee bears it. */
  amount: string;
  /** USD that stay on the balance: what the rail's precision cuts off. */
  carried: string;
  payAmount: string; payCurrency: string;
  rate: string; rateSource: string; validUntil: string | null;
  fee: string; feeBearer: RailGuarantees['feeBearer'];
}

export type QuoteTerms = Pick<RailGuarantees, 'minimum' | 'maximum' | 'fee' | 'feeBearer' | 'precision' | 'currencyPrecision'>;

/** USD itself. */
export const PAR: FxRate = { currency: 'USD', rate: '1', source: 'par', validUntil: null };

/**
 * What `amountUsd` (decimal string) pays at a rate: converted, less the payee's fee, capped by the rail's maximum and cut down to the currency's precision; the USD that this needs
 * are rounded up at 8 places, so that what is carried never makes the company pay more than it takes. Null: less than the rail's minimum, or nothing.
 *
 * @throws Problem FX_RATE_INVALID for a rate that is not above zero
 */
export function quoteAt(terms: QuoteTerms, amountUsd: string, { currency, rate, source, validUntil }: FxRate): Quote | null {
  const perUsd = new Decimal(rate);
  if (!perUsd.isFinite() || perUsd.lte(0)) throw new Problem('FX_RATE_INVALID', `The rate ${rate} of ${currency} from ${source} is not above zero.`);
  const available = new Decimal(amountUsd);
  const fee = terms.feeBearer === 'payee' ? new Decimal(terms.fee) : new Decimal(0);
  const most = available.times(perUsd).minus(fee);
  const capped = terms.maximum === null ? most : Decimal.min(most, terms.maximum);
  const pay = cut(capped, precisionOf(terms, currency));
  if (pay.lte(0) || pay.lt(terms.minimum)) return null;
  const amount = Decimal.min(available, pay.plus(fee).dividedBy(perUsd).toDecimalPlaces(BALANCE_PLACES, Decimal.ROUND_UP));
  return {
    amount: plain(amount), carried: plain(available.minus(amount)), payAmount: plain(pay), payCurrency: currency,
    rate: plain(perUsd), rateSource: source, validUntil, fee: terms.fee, feeBearer: terms.feeBearer,
  };
}

/** USD, at 8 places and cut down, of an amount in the quote's currency. */
export function inUsd(amount: string, rate: string): string {
  return plain(cut(new Decimal(amount).dividedBy(rate), BALANCE_PLACES));
}
