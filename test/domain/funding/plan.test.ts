import { describe, expect, test } from 'vitest';
import { Decimal, sum } from '../../../domain/decimal.ts';
import { type MemberFacts, planMember } from '../../../domain/payouts/plan.ts';
import fc from '../../support/properties.ts';

const at = (brokerId: string, amount: string) => ({ brokerId, programme: 'cashback' as const, amount });
const facts = (balances: MemberFacts['balances'], rooms: Record<string, string>, more: Partial<MemberFacts> = {}): MemberFacts => ({
  active: true, frozen: '1000000', balances, minimum: '10', hasMethod: true, rail: { precision: 2, minimum: '10', maximum: null, fee: '0', feeBearer: 'company' as const }, blockedBy: null, rooms: new Map(Object.entries(rooms)), ...more,
});

describe('what a broker has not paid for', () => {
  test('is left out whole, and the rest is paid', () => {
    expect(planMember(facts([at('ava', '40'), at('ice', '15')], { ava: '39.99' }))).toMatchObject({ decision: 'planned', amount: '15', sources: [at('ice', '15')], withheld: [at('ava', '40')] });
    expect(planMember(facts([at('ava', '40'), at('ice', '15')], { ava: '40' }))).toMatchObject({ decision: 'planned', amount: '55', sources: [at('ava', '40'), at('ice', '15')] });
  });

  test('keeps all of it where the rest is below the minimum; his own reasons come first', () => {
    expect(planMember(facts([at('ava', '40'), at('ice', '9.99')], { ava: '1' }))).toEqual({ decision: 'broker_funding', withheld: [at('ava', '40')] });
    expect(planMember(facts([at('ava', '40')], { ava: '-3' }))).toEqual({ decision: 'broker_funding', withheld: [at('ava', '40')] });
    expect(planMember(facts([at('ava', '40')], { ava: '1' }, { blockedBy: 'ownership_missing' }))).toEqual({ decision: 'ownership_missing' });
    expect(planMember(facts([at('ava', '9')], { ava: '1' }))).toEqual({ decision: 'changed_since' });
  });

  test('a balance below zero counts also where its broker has no room', () => {
    expect(planMember(facts([at('ava', '-6'), at('ice', '30')], { ava: '0' }))).toMatchObject({ decision: 'planned', amount: '24', sources: [at('ice', '24')] });
  });

  test('what is taken counts, not what is there: a rail with a maximum, and another broker that must give more instead', () => {
    expect(planMember(facts([at('ava', '400')], { ava: '50' }, { rail: { precision: 2, minimum: '10', maximum: '50', fee: '0', feeBearer: 'company' as const } }))).toMatchObject({ decision: 'planned', amount: '50' });
    expect(planMember(facts([at('ava', '40'), at('ice', '30')], { ava: '1', ice: '20' }, { frozen: '50' }))).toEqual({ decision: 'broker_funding', withheld: [at('ava', '40'), at('ice', '30')] });
  });
});

const amount = fc.integer({ min: -5_000_000_000, max: 50_000_000_000 }).map((units) => new Decimal(units).div(100_000_000).toFixed());
const balances = fc.uniqueArray(fc.tuple(fc.constantFrom('ava', 'ice', 'fox', 'oak'), amount), { selector: ([broker]) => broker, maxLength: 4 }).map((list) => list.map(([broker, text]) => at(broker, text)));
const rooms = fc.dictionary(fc.constantFrom('ava', 'ice', 'fox'), amount);

test('a plan never takes more of a broker than its room, leaves only out what does not fit, and without limits leaves out nothing', () => {
  fc.assert(fc.property(balances, rooms, amount, (list, limits, frozen) => {
    const plan = planMember(facts(list, limits, { frozen }));
    const free = planMember(facts(list, {}, { frozen }));
    if (plan.decision === 'planned') {
      for (const { brokerId, amount: part } of plan.sources) if (limits[brokerId] !== undefined) expect(new Decimal(part).lte(limits[brokerId]!)).toBe(true);
      expect(sum(plan.sources.map((source) => source.amount)).equals(plan.amount)).toBe(true);
      expect(new Decimal(plan.amount).lte((free as { amount: string }).amount)).toBe(true);
      for (const { brokerId } of plan.withheld ?? []) expect(plan.sources.some((source) => source.brokerId === brokerId)).toBe(false);
    } else if (plan.decision === 'broker_funding') {
      expect(free.decision).toBe('planned');
      expect(plan.withheld.length).toBeGreaterThan(0);
    } else expect(plan).toEqual(free);
    if (Object.keys(limits).length === 0) expect(plan).toEqual(free);
  }), { numRuns: 500 });
});
