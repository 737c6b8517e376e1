import type { Pool } from 'pg';
import { expect, test } from 'vitest';
import { currencyOf } from '../../../../../activities/payouts/rails/bank/currency.ts';
import { checkDestination } from '../../../../../activities/payouts/rails/bank/destination.ts';
import { bankRail } from '../../../../../activities/payouts/rails/bank/rail.ts';

const [DE, GB, CH, US, BR] = ['DE89370400440532013000', 'GB29NWBK60161331926819', 'CH9300762011623852957', 'XK051212012345678906', 'BR1800360305000010009795493C1'];
const of = (currencies: string[], iban: string, currency?: string) => currencyOf({ iban, ...(currency !== undefined && { currency }) }, currencies);

test.each<[string, string[], string, string | undefined, string | null]>([
  ['the only one there is', ['EUR'], GB, undefined, 'EUR'], ['the one that its country has', ['EUR', 'GBP', 'CHF'], GB, undefined, 'GBP'], ['the same, wherever it stands in the list', ['GBP', 'CHF', 'EUR'], DE, undefined, 'EUR'],
  ['its country has francs, which are not paid', ['EUR', 'GBP'], CH, undefined, 'EUR'], ['the one that the method names', ['EUR', 'GBP'], GB, 'EUR', 'EUR'], ['a named one in small letters', ['EUR', 'GBP'], DE, 'gbp', 'GBP'],
  ['euros reach no country outside SEPA', ['EUR', 'USD'], BR, undefined, 'USD'], ['none reaches it', ['EUR'], BR, undefined, null], ['a country with euros outside SEPA\'s list', ['USD'], US, undefined, 'USD'],
])('%s', (_name, currencies, iban, named, expected) => {
  expect(of(currencies, iban, named)).toBe(expected);
});

const check = (destination: Record<string, string>, currencies = ['EUR', 'GBP']) => checkDestination({ holderName: 'A', ...destination }, { own: 'NL41MOCK0000000001', currencies });
test('a currency that is not paid, or that cannot reach the account, is refused when the method is added; a named one is kept and shown', () => {
  expect(check({ iban: GB, currency: 'gbp' })).toEqual({ ok: true, destination: { iban: GB, holderName: 'A', currency: 'GBP' }, shown: 'GB29 … 6819, GBP' });
  expect(check({ iban: GB })).toMatchObject({ ok: true, destination: { iban: GB, holderName: 'A' }, shown: 'GB29 … 6819' });
  expect(check({ iban: GB, currency: '' })).toMatchObject({ ok: true, destination: { iban: GB, holderName: 'A' } });
  expect(check({ iban: GB, currency: 'USD' })).toMatchObject({ ok: false, field: 'currency', code: 'CURRENCY_NOT_PAID', reason: expect.stringContaining('EUR, GBP') });
  expect(check({ iban: BR, currency: 'EUR' })).toMatchObject({ ok: false, field: 'iban', code: 'IBAN_NOT_SEPA' });
  expect(check({ iban: BR }, ['EUR', 'GBP'])).toMatchObject({ ok: true });
  expect(check({ iban: BR }, ['EUR'])).toMatchObject({ ok: false, code: 'IBAN_NOT_SEPA' });
});

test('the rail says which currency a method is paid in, and prepares it in that one', async () => {
  const rail = bankRail({
    pool: {} as Pool, debtor: { name: 'Acme', iban: 'NL41MOCK0000000001', bic: null }, folders: () => Promise.reject(new Error('not asked')), currencies: ['EUR', 'GBP'], calendar: { cutOff: '15:00', timeZone: 'UTC', holidays: [] },
    minimum: '1', maximum: null, fee: '0', feeBearer: 'company', settlesWithinSeconds: 1, settleMs: 0, remittance: 'Cashback', rate: async (currency) => ({ currency, rate: '0.7', source: 'test', validUntil: null }),
  });
  const destination = { iban: GB, holderName: 'A' };
  expect(rail.currencyOf(destination)).toBe('GBP');
  expect(await rail.rate(rail.currencyOf(destination), '2026-11-23T09:00:00.000Z', new AbortController().signal)).toMatchObject({ currency: 'GBP' });
  const prepared = await rail.prepare({ payoutId: 'pay_1', attemptId: 'att_1', idempotencyKey: 'pay_1-1', amount: '12', currency: 'GBP', destination, asOf: '2026-11-23T09:00:00.000Z' }, {} as never);
  expect(prepared.bytes.toString()).toContain('<InstdAmt Ccy="GBP">12.00</InstdAmt>');
  // The method says otherwise by now: what was quoted is what is ordered, or nothing.
  await expect(rail.prepare({ payoutId: 'pay_1', attemptId: 'att_1', idempotencyKey: 'pay_1-1', amount: '12', currency: 'CHF', destination, asOf: '2026-11-23T09:00:00.000Z' }, {} as never)).rejects.toMatchObject({ code: 'CURRENCY_REFUSED' });
});
