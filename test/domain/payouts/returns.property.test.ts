import { describe, expect, test } from 'vitest';
import { cut, Decimal, plain, sum } from '../../../domain/decimal.ts';
import { quoteAt } from '../../../domain/payouts/quote.ts';
import { partsOfTotal, type PostedReturn, type ReturnPart, returnsToPost } from '../../../domain/payouts/returns.ts';
import { settlementOf } from '../../../domain/payouts/settlement.ts';
import fc from '../../support/properties.ts';

const minor = (most: number, places: number) => fc.bigInt({ min: 1n, max: BigInt(most) }).map((units) => plain(new Decimal(units.toString()).dividedBy(new Decimal(10).pow(places))));
const terms = fc.record({ minimum: fc.constant('0'), maximum: fc.constantFrom(null, '250'), fee: fc.constantFrom('0', '0.35', '1'), feeBearer: fc.constantFrom('company' as const, 'payee' as const), precision: fc.constantFrom(0, 2, 3, 6) });
const paid = fc.tuple(minor(10 ** 12, 8), minor(10 ** 9, 5), terms, fc.option(minor(10 ** 12, 8)))
  .map(([usd, perUsd, of, settledUsd]) => ({ usd, settledUsd, quote: quoteAt(of, usd, { currency: 'XTS', rate: perUsd, source: 'test', validUntil: null }) })).filter(({ quote }) => quote !== null)
  .map(({ usd, settledUsd, quote }) => ({ usd, settledUsd, quote: quote! }));
type Paid = { usd: string; settledUsd: string | null; quote: NonNullable<ReturnType<typeof quoteAt>> };
/** Per mille of the payment, and what was credited for it where that is known: before it is posted or only after. */
const shares = fc.array(fc.record({ mille: fc.integer({ min: 1, max: 700 }), credited: fc.option(minor(10 ** 12, 8)), late: fc.boolean() }), { minLength: 1, maxLength: 6 });
const at = '2026-11-24T00:00:00.000Z';
const part = (id: string, amount: string, creditedUsd?: string): ReturnPart => ({ id, at, amount, code: 'BANK_AC04', reason: 'closed', ...(creditedUsd !== undefined && { creditedUsd }) });
const amountOf = ({ quote }: Paid, mille: number): string => plain(cut(new Decimal(quote.payAmount).times(mille).dividedBy(1000), 8));

/** What the rows hold after posting what is new. */
function post({ usd, quote, settledUsd }: Paid, parts: readonly ReturnPart[], rows: readonly PostedReturn[]): { rows: PostedReturn[]; fx: Decimal; clearing: Decimal; user: Decimal } {
  const plan = returnsToPost(usd, quote, settledUsd, parts, rows);
  const corrected = rows.map((row) => { const to = plan.corrections.find((one) => one.part === row.part); return to === undefined ? row : { ...row, fromRail: to.fromRail, creditedUsd: to.creditedUsd }; });
  return {
    rows: [...corrected, ...plan.parts], user: sum(plan.parts.map(({ toUser }) => toUser)), fx: sum([...plan.parts.map(({ fx }) => fx), ...plan.corrections.map(({ difference }) => difference)]),
    clearing: sum([...plan.parts.map(({ fromRail }) => fromRail), ...plan.corrections.map(({ difference }) => difference)]),
  };
}
const valueOf = ({ usd, quote, settledUsd }: Paid): Decimal => { const { toRail, fx } = settlementOf(usd, quote, { fee: '0', ...(settledUsd !== null && { settledUsd }) }); return new Decimal(toRail).plus(fx); };

describe('a payment that comes back in parts', () => {
  test('each part is posted once, in whatever order and however often it is told; the user gets his share, never more than was paid; the postings add up', () => {
    fc.assert(fc.property(paid, shares, fc.infiniteStream(fc.nat()), (of, given, picks) => {
      const parts = given.map(({ mille, credited }, i) => part(`p${i}`, amountOf(of, mille), credited ?? undefined)).filter(({ amount }) => amount !== '0');
      const early = parts.map((one, i) => (given[i]!.late ? part(one.id, one.amount) : one));
      let rows: PostedReturn[] = [];
      const totals = { user: new Decimal(0), fx: new Decimal(0), clearing: new Decimal(0) };
      const tell = (told: readonly ReturnPart[]): void => {
        const posted = post(of, told, rows);
        rows = posted.rows;
        for (const side of ['user', 'fx', 'clearing'] as const) totals[side] = totals[side].plus(posted[side]);
      };
      const turns = picks.next().value! % 8;
      for (let turn = 0; turn < turns; turn++) tell(early.filter(() => picks.next().value! % 2 === 0));
      tell(parts);
      const before = totals.clearing;
      tell([...parts].reverse());
      expect(plain(totals.clearing)).toBe(plain(before));
      expect(rows.map((row) => row.part).sort()).toEqual(parts.map(({ id }) => id).sort());
      expect(plain(totals.user.plus(totals.fx))).toBe(plain(totals.clearing));
      expect(plain(sum(rows.map(({ fromRail }) => fromRail)))).toBe(plain(totals.clearing));
      const came = Decimal.min(sum(parts.map(({ amount }) => amount)), of.quote.payAmount);
      expect(plain(sum(rows.map(({ amount }) => amount)))).toBe(plain(came));
      expect(plain(totals.user)).toBe(plain(cut(valueOf(of).times(came).dividedBy(of.quote.payAmount), 8)));
      expect(totals.user.lte(valueOf(of))).toBe(true);
    }));
  });

  test('where nobody says what was credited, all parts together take from the rail what was debited, to the last digit', () => {
    fc.assert(fc.property(paid, fc.integer({ min: 1, max: 999 }), (of, mille) => {
      const one = amountOf(of, mille);
      const rest = plain(new Decimal(of.quote.payAmount).minus(one));
      fc.pre(one !== '0' && rest !== '0');
      const first = post(of, [part('a', one)], []);
      const both = post(of, [part('a', one), part('b', rest)], first.rows);
      expect(plain(first.clearing.plus(both.clearing))).toBe(settlementOf(of.usd, of.quote, { fee: '0', ...(of.settledUsd !== null && { settledUsd: of.settledUsd }) }).toRail);
      expect(plain(first.user.plus(both.user))).toBe(plain(valueOf(of)));
    }));
  });

  test('what was credited is known before it is posted or after: the same in the end', () => {
    fc.assert(fc.property(paid, shares, (of, given) => {
      const parts = given.map(({ mille, credited }, i) => part(`p${i}`, amountOf(of, mille), credited ?? undefined));
      const atOnce = post(of, parts, []);
      const blind = post(of, parts.map(({ id, amount }) => part(id, amount)), []);
      const after = post(of, parts, blind.rows);
      expect([plain(blind.clearing.plus(after.clearing)), plain(blind.user.plus(after.user))]).toEqual([plain(atOnce.clearing), plain(atOnce.user)]);
    }));
  });
});

const quote = quoteAt({ minimum: '1', maximum: null, fee: '0', feeBearer: 'company', precision: 2 }, '100', { currency: 'EUR', rate: '0.9137', source: 'processor', validUntil: null })!;
const of: Paid = { usd: '100', quote, settledUsd: '100.21' };

test('100 USD paid 91.37 EUR for a debit of 100.21 USD: all of it back gives 100, half of it 50; the difference comes back from FX', () => {
  expect(post(of, [part('a', '91.37')], []).rows).toMatchObject([{ toUser: '100', fromRail: '100.21', fx: '0.21', creditedUsd: null }]);
  expect(post(of, [part('a', '45.685')], []).rows).toMatchObject([{ toUser: '50', fromRail: '50.105', fx: '0.105' }]);
});

test('credited at another rate: the user gets what he was charged, FX the difference to what the bank credited', () => {
  const { rows } = post(of, [part('a', '45.685', '49.2')], []);
  expect(rows).toMatchObject([{ toUser: '50', fromRail: '49.2', fx: '-0.8' }]);
  expect(post(of, [part('a', '45.685', '49.2'), part('b', '45.685', '51')], rows).rows).toMatchObject([{ part: 'a' }, { part: 'b', toUser: '50', fromRail: '51', fx: '1' }]);
});

test('more than was paid: only what was paid counts, and what is more is kept as a part of nothing', () => {
  expect(post(of, [part('a', '91.37'), part('b', '10', '11')], []).rows).toMatchObject([{ toUser: '100' }, { part: 'b', amount: '0', toUser: '0', fromRail: '0', fx: '0' }]);
  expect(post(of, [part('a', '81.37'), part('b', '20', '22')], []).rows).toMatchObject([{ amount: '81.37' }, { amount: '10', fromRail: '11' }]);
});

test('a rail that only says how much came back in all: what is more than before is a part', () => {
  const total = (amount: string) => ({ at, amount, code: 'X', reason: 'y' });
  expect(partsOfTotal(total('5'), [])).toMatchObject([{ id: 'returned', amount: '5' }]);
  const posted = [{ part: 'returned', amount: '5', toUser: '5', fromRail: '5', creditedUsd: null }];
  expect(partsOfTotal(total('5'), posted)).toEqual([]);
  expect(partsOfTotal(total('8.0'), posted)).toMatchObject([{ id: 'returned:8', amount: '3' }]);
});
