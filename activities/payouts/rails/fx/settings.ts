import type { Pool } from 'pg';
import { z } from 'zod';
import { required } from '../../../../db/config.ts';
import { PAR } from '../../../../domain/payouts/quote.ts';
import type { RailRegistry } from '../registry.ts';
import { plausibleRates } from './plausible.ts';
import { type FxRates, httpRates } from './rates.ts';

/** Where rails that pay another currency than USD get their rates. */
export const FxEnvironment = z.object({
  FX_RATES_URL: z.url({ protocol: /^https?$/ }).optional().describe('Rate service of the payment processor (`GET /quotes?from=USD&to=EUR`). Needed by rails that pay another currency than USD.'),
  FX_RATES_SECRET: z.string().min(8).optional().describe('Secret shared with the rate service, sent as a bearer token.'),
  FX_LARGEST_CHANGE: z.coerce.number().int().min(1).max(10_000).default(25).describe('By how many percent a rate may differ from the last at which a payout in its currency was quoted; one that differs more is not believed.'),
});
export type FxSettings = z.infer<typeof FxEnvironment>;

/** Of a worker, when it starts. Throws `Problem` CONFIG_MISSING where one of its rails pays another currency than USD and its peg, and there is nothing to ask for rates. */
export function requireRates(rails: RailRegistry, settings: Partial<FxSettings>): void {
  const foreign = rails.ids().filter((id) => { const { currencies, peg } = rails.get(id).guarantees; return currencies.some((currency) => currency !== 'USD' && currency !== peg?.currency); });
  if (foreign.length === 0) return;
  required('FX_RATES_URL', settings.FX_RATES_URL);
  required('FX_RATES_SECRET', settings.FX_RATES_SECRET);
}

/** The rates of the environment. USD needs none; what is missing is only missed when another currency is asked for: then throws `Problem` CONFIG_MISSING, or as `httpRates`. With the `pool` of the payouts, one that is not plausible is none (`plausibleRates`). */
export function fxRates(settings: Partial<FxSettings>, { pool }: { pool?: Pool } = {}): FxRates {
  const rates: FxRates = async (currency, asOf, signal) => {
    if (currency === 'USD') return PAR;
    return httpRates({ url: required('FX_RATES_URL', settings.FX_RATES_URL), secret: required('FX_RATES_SECRET', settings.FX_RATES_SECRET) })(currency, asOf, signal);
  };
  return pool === undefined ? rates : plausibleRates(rates, pool, settings.FX_LARGEST_CHANGE ?? 25);
}
