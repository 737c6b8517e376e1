import { expect, test } from 'vitest';
import { Decimal, sum } from '../../../domain/decimal.ts';
import { giveBack, type MemberFacts, planMember } from '../../../domain/payouts/plan.ts';
import fc from '../../support/properties.ts';

const facts = (over: Partial<MemberFacts>): MemberFacts => ({
  active: true, frozen: '1000000', balances: [], minimum: '10', hasMethod: true, rail: { precision: 2, minimum: '10', maximum: null, fee: '0', feeBearer: 'company' as const }, blockedBy: null, ...over,
});
const at = (brokerId: string, amount: string) => ({ brokerId, programme: 'cashback' as const, amount });

test('9.9950 is not paid, 10.00 is (worked example 7)', () => {
  expect(planMember(facts({ balances: [at('ava', '9.9950')] }))).toEqual({ decision: 'changed_since' });
  expect(planMember(facts({ balances: [at('ava', '10.00')] }))).toMatchObject({ decision: 'planned', amount: '10', sources: [at('ava', '10')] });
});

test('cut to the rail\'s precision and its maximum; its minimum counts too', () => {
  expect(planMember(facts({ balances: [at('ava', '25.019')] }))).toMatchObject({ amount: '25.01' });
  expect(planMember(facts({ balances: [at('ava', '25.019')], rail: { precision: 6, minimum: '1', maximum: '20', fee: '0', feeBearer: 'company' as const } }))).toMatchObject({ amount: '20' });
  expect(planMember(facts({ balances: [at('ava', '25')], rail: { precision: 2, minimum: '50', maximum: null, fee: '0', feeBearer: 'company' as const } }))).toEqual({ decision: 'below_minimum' });
});

const amount = fc.integer({ min: -5_000_000_000, max: 50_000_000_000 }).map((units) => new Decimal(units).div(100_000_000).toFixed());
const balances = fc.uniqueArray(fc.tuple(fc.constantFrom('ava', 'ice', 'fox', 'oak'), amount), { selector: ([broker]) => broker, maxLength: 4 }).map((list) => list.map(([broker, text]) => at(broker, text)));

test('a plan never pays more than the sum of all balances nor than was frozen, never touches a negative balance, and its parts add up', () => {
  fc.assert(fc.property(balances, amount, (list, frozen) => {
    const plan = planMember(facts({ balances: list, frozen }));
    if (plan.decision !== 'planned') return;
    const paid = new Decimal(plan.amount);
    expect(paid.lte(sum(list.map((one) => one.amount)))).toBe(true);
    expect(paid.lte(frozen)).toBe(true);
    expect(paid.decimalPlaces()).toBeLessThanOrEqual(2);
    expect(sum(plan.sources.map((source) => source.amount)).equals(paid)).toBe(true);
    for (const source of plan.sources) {
      const balance = list.find((one) => one.brokerId === source.brokerId)!;
      expect(new Decimal(source.amount).gt(0) && new Decimal(source.amount).lte(balance.amount)).toBe(true);
    }
  }), { numRuns: 500 });
});

test('giving back splits over the sources, each up to what was taken, and never more than all of it', () => {
  const sources = [at('ava', '15'), at('ice', '5.5')];
  expect(giveBack(sources, '20.5')).toEqual(sources);
  expect(giveBack(sources, '16')).toEqual([at('ava', '15'), at('ice', '1')]);
  expect(giveBack(sources, '99')).toEqual(sources);
});
