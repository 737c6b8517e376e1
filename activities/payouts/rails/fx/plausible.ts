import type { Pool } from 'pg';
import { latestRate } from '../../../../db/stores/payoutQuotes.ts';
import { Decimal } from '../../../../domain/decimal.ts';
import { Problem } from '../../../../domain/problem.ts';
import type { FxRates } from './rates.ts';

/**
 * The same rates, but for one that differs by more than `percent` from the last at which a payout in its currency was quoted: no money moves by it, and what is paid in that currency waits until
 * somebody has looked. The first rate of a currency is taken as it is. Throws `Problem` FX_RATE_IMPLAUSIBLE (503), and as `rates`.
 */
export function plausibleRates(rates: FxRates, pool: Pool, percent: number): FxRates {
  return async (currency, asOf, signal) => {
    const quoted = await rates(currency, asOf, signal);
    const last = currency === 'USD' ? null : await latestRate(pool, currency);
    if (last === null) return quoted;
    const [low, high] = new Decimal(quoted.rate).lt(last) ? [quoted.rate, last] : [last, quoted.rate];
    if (new Decimal(high).lte(new Decimal(low).times(new Decimal(100).plus(percent).div(100)))) return quoted;
    throw new Problem('FX_RATE_IMPLAUSIBLE', `The rate service quotes ${quoted.rate} ${currency} for 1 USD, the last payout in ${currency} was quoted ${last}: more than ${percent} percent apart. What is paid in ${currency} waits; look which holds, and set FX_LARGEST_CHANGE higher if the new one does.`, { status: 503 });
  };
}
