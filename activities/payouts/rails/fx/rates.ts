import { z } from 'zod';
import { Decimal, plain } from '../../../../domain/decimal.ts';
import { type FxRate, PAR } from '../../../../domain/payouts/quote.ts';
import { Problem } from '../../../../domain/problem.ts';
import { call } from '../sandbox-http.ts';

/** What 1 USD is worth in a currency at `asOf` (ISO instant). Throws `Problem` FX_UNAVAILABLE or FX_QUOTE_STALE, both 503: whoever pays by it waits. */
export type FxRates = (currency: string, asOf: string, signal: AbortSignal) => Promise<FxRate>;

/** The processor's answer, to the letter: a field that is missing, unknown or of another form makes the whole quote unusable. */
const Quote = z.strictObject({
  id: z.string().regex(/^[\w.:-]{1,80}$/), from: z.literal('USD'), to: z.string().regex(/^[A-Z]{3,5}$/),
  rate: z.string().regex(/^\d{1,12}(\.\d{1,12})?$/), source: z.string().regex(/^[\w .:-]{1,80}$/), validUntil: z.iso.datetime(),
});

export interface FxConfig { url: string; secret: string; timeoutMs?: number }

/** Rates quoted by a payment processor over HTTP: units of the currency for 1 USD. One request a call; nothing is kept, so that no rate outlives its quote. USD itself is never asked for. */
export function httpRates({ url, secret, timeoutMs = 5000 }: FxConfig): FxRates {
  const base = url.replace(/\/$/, '');
  const unavailable = (currency: string, why: string): Problem => new Problem('FX_UNAVAILABLE', `There is no rate from USD to ${currency}: ${why}. What is paid in ${currency} waits for one.`, { status: 503 });
  return async (currency, asOf, signal) => {
    if (currency === 'USD') return PAR;
    if (!/^[A-Z]{3,5}$/.test(currency)) throw unavailable(currency.slice(0, 10), 'that is no currency code');
    const answer = await call(`${base}/quotes?from=USD&to=${currency}`, { headers: { authorization: `Bearer ${secret}` } }, timeoutMs, signal);
    if (answer.kind === 'none') throw unavailable(currency, answer.detail.replace('from the rail', 'from the rate service'));
    if (answer.status !== 200) throw unavailable(currency, answer.status === 404 ? 'the rate service does not quote that currency' : `the rate service answered ${answer.status}`);
    const quote = Quote.safeParse(answer.json);
    if (!quote.success) throw unavailable(currency, `the rate service answered with something unreadable (${quote.error.issues.map(({ path, code }) => path.join('.') || code).join(', ')})`);
    const { id, to, rate, source, validUntil } = quote.data;
    if (to !== currency || new Decimal(rate).isZero()) throw unavailable(currency, `the rate service quoted ${rate} ${to}`);
    if (Date.parse(validUntil) <= Date.parse(asOf)) throw new Problem('FX_QUOTE_STALE', `The rate service's quote ${id} for ${currency} ran out at ${validUntil}; what is paid in ${currency} waits for a newer one.`, { status: 503 });
    return { currency, rate: plain(new Decimal(rate)), source: `${source}, quote ${id}`, validUntil: new Date(validUntil).toISOString() };
  };
}
