import { z } from 'zod';
import { required } from '../../../../db/config.ts';
import { PAR } from '../../../../domain/payouts/quote.ts';
import { type FxRates, httpRates } from './rates.ts';

/** Where rails that pay another currency than USD get their rates. */
export const FxEnvironment = z.object({
  FX_RATES_URL: z.url({ protocol: /^https?$/ }).optional().describe('Rate service of the payment processor (`GET /quotes?from=USD&to=EUR`). Needed by rails that pay another currency than USD.'),
  FX_RATES_SECRET: z.string().min(8).optional().describe('Secret shared with the rate service, sent as a bearer token.'),
});
export type FxSettings = z.infer<typeof FxEnvironment>;

/** The rates of the environment. USD needs none; what is missing is only missed when another currency is asked for: then throws `Problem` CONFIG_MISSING, or as `httpRates`. */
export function fxRates(settings: FxSettings): FxRates {
  return async (currency, asOf, signal) => {
    if (currency === 'USD') return PAR;
    return httpRates({ url: required('FX_RATES_URL', settings.FX_RATES_URL), secret: required('FX_RATES_SECRET', settings.FX_RATES_SECRET) })(currency, asOf, signal);
  };
}
