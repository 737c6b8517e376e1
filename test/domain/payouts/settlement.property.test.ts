import { expect, test } from 'vitest';
import { Decimal, plain } from '../../../domain/decimal.ts';
import { quoteAt } from '../../../domain/payouts/quote.ts';
import { settlementOf } from '../../../domain/payouts/settlement.ts';
import fc from '../../support/properties.ts';

const minor = (most: number, places: number) => fc.bigInt({ min: 1n, max: BigInt(most) }).map((units) => plain(new Decimal(units.toString()).dividedBy(new Decimal(10).pow(places))));
const available = minor(10 ** 12, 8);
const rate = minor(10 ** 9, 5);
const terms = fc.record({ minimum: fc.constant('0'), maximum: fc.constantFrom(null, '250'), fee: fc.constantFrom('0', '0.35', '1'), feeBearer: fc.constantFrom('company' as const, 'payee' as const), precision: fc.constantFrom(0, 2, 3, 6) });
const given = fc.tuple(available, rate, terms).map(([usd, perUsd, of]) => ({ usd, quote: quoteAt(of, usd, { currency: 'XTS', rate: perUsd, source: 'test', validUntil: null }) })).filter(({ quote }) => quote !== null)
  .map(({ usd, quote }) => ({ usd, quote: quote! }));
const places = (text: string): number => new Decimal(text).decimalPlaces();

test('what is reserved goes somewhere to the last digit, whatever the rail debited', () => {
  fc.assert(fc.property(given, fc.option(minor(10 ** 12, 8)), ({ usd, quote }, settledUsd) => {
    const { toRail, toFees, fx, back } = settlementOf(usd, quote, { fee: '0', ...(settledUsd === null ? {} : { settledUsd }) });
    expect(plain(new Decimal(toRail).plus(toFees).plus(fx).plus(back))).toBe(usd);
    for (const part of [toRail, toFees, fx, back]) expect(places(part)).toBeLessThanOrEqual(8);
    expect(new Decimal(back).gte(0)).toBe(true);
    if (settledUsd === null) expect(fx).toBe('0');
  }));
});

test('at the quoted rate the company never pays more than it took of the user', () => {
  fc.assert(fc.property(given, ({ usd, quote }) => {
    const { toRail } = settlementOf(usd, quote, { fee: '0' });
    expect(new Decimal(quote.payAmount).dividedBy(quote.rate).minus(toRail).lte('0.00000001')).toBe(true);
    expect(new Decimal(quote.amount).lte(usd)).toBe(true);
  }));
});

test('100 USD at 0.9137 pay 91.37 EUR; the bank debits 100.21 USD: 0.21 go to FX', () => {
  const quote = quoteAt({ minimum: '1', maximum: null, fee: '0', feeBearer: 'company', precision: 2 }, '100', { currency: 'EUR', rate: '0.9137', source: 'processor', validUntil: null })!;
  expect(quote).toMatchObject({ amount: '100', payAmount: '91.37', carried: '0' });
  expect(settlementOf('100', quote, { fee: '0.20', settledUsd: '100.21' })).toEqual({ toRail: '100.21', toFees: '0', fx: '-0.21', back: '0', railFee: '0.21889022', settledRate: '0.911785250972' });
});

test('the fee that the payee bears is kept, and only what the quote needs is taken', () => {
  const quote = quoteAt({ minimum: '1', maximum: null, fee: '1', feeBearer: 'payee', precision: 6 }, '42.98765432', { currency: 'USDT', rate: '1', source: 'peg', validUntil: null })!;
  expect(quote).toMatchObject({ amount: '42.987654', payAmount: '41.987654', carried: '0.00000032' });
  expect(settlementOf('42.987654', quote, { fee: '0' })).toMatchObject({ toRail: '41.987654', toFees: '1', fx: '0', back: '0' });
});
