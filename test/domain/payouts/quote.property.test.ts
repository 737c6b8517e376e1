import { expect, test } from 'vitest';
import { Decimal } from '../../../domain/decimal.ts';
import { precisionOf } from '../../../domain/payouts/guarantees.ts';
import { type FxRate, inUsd, PAR, quoteAt, type QuoteTerms } from '../../../domain/payouts/quote.ts';
import fc from '../../support/properties.ts';

/** The currencies that matter: none, two, three and six decimals, cheap and dear ones. */
const CURRENCIES = { USD: ['1', '1'], EUR: ['0.7', '1.3'], USDT: ['1', '1'], JPY: ['80', '200'], BHD: ['0.37', '0.38'], IDR: ['9000', '20000'], XAU: ['0.0002', '0.0006'] } as const;
const PRECISION = { precision: 2, currencyPrecision: { JPY: 0, BHD: 3, USDT: 6, XAU: 8 } };

/** A decimal text with up to `places` decimals in [0, below). */
const decimal = (below: number, places: number) => fc.tuple(fc.integer({ min: 0, max: below - 1 }), fc.bigInt({ min: 0n, max: 10n ** BigInt(places) - 1n }), fc.integer({ min: 0, max: places }))
  .map(([whole, fraction, kept]) => (kept === 0 ? String(whole) : `${whole}.${fraction.toString().padStart(places, '0').slice(0, kept)}`));

const rate = fc.constantFrom(...Object.keys(CURRENCIES) as (keyof typeof CURRENCIES)[]).chain((currency) => {
  const [low, high] = CURRENCIES[currency];
  return decimal(1, 12).map((point): FxRate => ({
    currency, rate: new Decimal(low).plus(new Decimal(high).minus(low).times(point)).toFixed(), source: 'test', validUntil: null,
  }));
});
const terms = fc.record({
  minimum: decimal(40, 3), maximum: fc.option(decimal(5000, 9), { nil: null }), fee: fc.oneof(fc.constant('0'), decimal(5, 3)), feeBearer: fc.constantFrom('company' as const, 'payee' as const),
}).map((drawn): QuoteTerms => ({ ...PRECISION, ...drawn }));
const amountUsd = fc.oneof(decimal(30, 8), decimal(1_000_000, 8));
const runs = { numRuns: 3000 };
const borne = (of: QuoteTerms): Decimal => new Decimal(of.feeBearer === 'payee' ? of.fee : 0);

test('what is paid, with the fee that the payee bears, is never worth more than what is taken', () => {
  fc.assert(fc.property(terms, amountUsd, rate, (of, amount, at) => {
    const quote = quoteAt(of, amount, at);
    if (quote === null) return;
    expect(new Decimal(quote.payAmount).plus(borne(of)).lte(new Decimal(quote.amount).times(at.rate))).toBe(true);
  }), runs);
});

test('what is taken is at most 0.00000001 USD more than what is paid is worth', () => {
  fc.assert(fc.property(terms, amountUsd, rate, (of, amount, at) => {
    const quote = quoteAt(of, amount, at);
    if (quote === null) return;
    const tooMuch = new Decimal(quote.amount).minus('0.00000001').times(at.rate);
    expect(tooMuch.lt(new Decimal(quote.payAmount).plus(borne(of)))).toBe(true);
  }), runs);
});

test('taken and carried are what there was, exactly, and neither is negative', () => {
  fc.assert(fc.property(terms, amountUsd, rate, (of, amount, at) => {
    const quote = quoteAt(of, amount, at);
    if (quote === null) return;
    expect(new Decimal(quote.amount).plus(quote.carried).eq(amount)).toBe(true);
    expect(new Decimal(quote.amount).gt(0) && new Decimal(quote.carried).gte(0)).toBe(true);
    expect(new Decimal(quote.amount).decimalPlaces()).toBeLessThanOrEqual(8);
  }), runs);
});

test('the amount paid has the currency’s decimals, lies between minimum and maximum, and is above zero', () => {
  fc.assert(fc.property(terms, amountUsd, rate, (of, amount, at) => {
    const quote = quoteAt(of, amount, at);
    if (quote === null) return;
    const pay = new Decimal(quote.payAmount);
    expect(pay.decimalPlaces()).toBeLessThanOrEqual(precisionOf(of, at.currency));
    expect(pay.gt(0) && pay.gte(of.minimum) && (of.maximum === null || pay.lte(of.maximum))).toBe(true);
  }), runs);
});

test('quoting what is taken again pays the same and takes the same', () => {
  fc.assert(fc.property(terms, amountUsd, rate, (of, amount, at) => {
    const quote = quoteAt(of, amount, at);
    if (quote === null) return;
    expect(quoteAt(of, quote.amount, at)).toEqual({ ...quote, carried: '0' });
  }), runs);
});

test('one unit of the currency more could not have been paid, unless the maximum is reached', () => {
  fc.assert(fc.property(terms, amountUsd, rate, (of, amount, at) => {
    const quote = quoteAt(of, amount, at);
    const unit = new Decimal(10).pow(-precisionOf(of, at.currency));
    const worth = new Decimal(amount).times(at.rate).minus(borne(of));
    if (quote !== null) {
      const more = new Decimal(quote.payAmount).plus(unit);
      expect(more.gt(worth) || (of.maximum !== null && more.gt(of.maximum))).toBe(true);
    } else {
      // Nothing: too little for the minimum or for one unit, or a maximum below them.
      const least = Decimal.max(of.minimum, unit);
      const most = of.maximum === null ? worth : Decimal.min(worth, of.maximum);
      expect(most.toDecimalPlaces(precisionOf(of, at.currency), Decimal.ROUND_DOWN).lt(least)).toBe(true);
    }
  }), runs);
});

test('more money never pays less', () => {
  fc.assert(fc.property(terms, amountUsd, decimal(100, 8), rate, (of, amount, extra, at) => {
    const quote = quoteAt(of, amount, at);
    const more = quoteAt(of, new Decimal(amount).plus(extra).toFixed(), at);
    expect(quote === null || new Decimal(more!.payAmount).gte(quote.payAmount)).toBe(true);
  }), runs);
});

test('an amount in USD back from what was paid is never more than what was taken', () => {
  fc.assert(fc.property(terms, amountUsd, rate, (of, amount, at) => {
    const quote = quoteAt(of, amount, at);
    expect(quote === null || new Decimal(inUsd(quote.payAmount, quote.rate)).lte(quote.amount)).toBe(true);
  }), runs);
});

const plainTerms: QuoteTerms = { ...PRECISION, minimum: '0', maximum: null, fee: '0', feeBearer: 'company' };
const at = (currency: string, perUsd: string): FxRate => ({ currency, rate: perUsd, source: 'bank', validUntil: '2026-11-16T09:10:00.000Z' });

test.each([
  ['USD', '1', '10.9999', '10.99', '10.99', '0.0099'],
  ['USDT', '1', '10.99999999', '10.999999', '10.999999', '0.00000099'],
  // 42.98 × 0.9214 = 39.601772; 39.6 need 42.97807684….
  ['EUR', '0.9214', '42.98', '39.6', '42.97807684', '0.00192316'],
  // 20 × 149.37 = 2987.4; 2987 yen need 19.99732208….
  ['JPY', '149.37', '20', '2987', '19.99732209', '0.00267791'],
  ['BHD', '0.376', '100', '37.6', '100', '0'],
  ['BHD', '0.376', '33.33333333', '12.533', '33.33244681', '0.00088652'],
])('%s at %s: of %s USD pays %s, takes %s and carries %s', (currency, perUsd, amount, payAmount, taken, carried) => {
  expect(quoteAt(plainTerms, amount, at(currency, perUsd))).toMatchObject({ payAmount, amount: taken, carried, payCurrency: currency, rateSource: 'bank', validUntil: '2026-11-16T09:10:00.000Z' });
});

test('the payee’s fee comes off what is paid and is paid for by what is taken; the company’s does neither', () => {
  const fee: QuoteTerms = { ...plainTerms, fee: '1.5', feeBearer: 'payee' };
  expect(quoteAt(fee, '10', PAR)).toMatchObject({ payAmount: '8.5', amount: '10', carried: '0', fee: '1.5', feeBearer: 'payee' });
  expect(quoteAt({ ...fee, feeBearer: 'company' }, '10', PAR)).toMatchObject({ payAmount: '10', amount: '10', fee: '1.5', feeBearer: 'company' });
  expect(quoteAt(fee, '1.5', PAR)).toBeNull();
  expect(quoteAt(fee, '1.51', PAR)).toMatchObject({ payAmount: '0.01' });
});

test('minimum and maximum are in the currency that is paid', () => {
  const bounds: QuoteTerms = { ...plainTerms, minimum: '10', maximum: '100.005' };
  expect(quoteAt(bounds, '9.995', PAR)).toBeNull();
  expect(quoteAt(bounds, '10', PAR)).toMatchObject({ payAmount: '10' });
  expect(quoteAt(bounds, '10.5', at('EUR', '0.95'))).toBeNull();
  expect(quoteAt(bounds, '5000', PAR)).toMatchObject({ payAmount: '100', amount: '100', carried: '4900' });
});

test.each(['0', '-1', 'NaN', 'Infinity'])('a rate of %s is refused', (perUsd) => {
  expect(() => quoteAt(plainTerms, '10', at('EUR', perUsd))).toThrow(expect.objectContaining({ code: 'FX_RATE_INVALID' }));
});
