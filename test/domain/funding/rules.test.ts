import { describe, expect, test } from 'vitest';
import { Decimal, sum } from '../../../domain/decimal.ts';
import { byBroker, exposureOf, overRoom, roomOf, roomsAfter } from '../../../domain/funding/exposure.ts';
import { cutToMargin } from '../../../domain/funding/margin.ts';
import { checkMatches, matchOldestFirst } from '../../../domain/funding/match.ts';
import { boundsOf, isMonth, monthOf, monthOfPeriod } from '../../../domain/funding/month.ts';
import fc from '../../support/properties.ts';

const amount = (most = 50_000) => fc.integer({ min: 0, max: most * 100_000_000 }).map((units) => new Decimal(units).div(100_000_000).toFixed());

describe('a period belongs to one month', () => {
  test.each([
    ['2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z', '2026-11'],
    // The broker's own November, by zones on both sides of UTC.
    ['2026-10-31T22:00:00Z', '2026-11-30T22:00:00Z', '2026-11'], ['2026-11-01T05:00:00Z', '2026-12-01T05:00:00Z', '2026-11'],
    ['2026-11-30T00:00:00Z', '2026-12-07T00:00:00Z', '2026-12'], ['2026-11-26T00:00:00Z', '2026-12-03T00:00:00Z', '2026-11'],
    ['2026-12-31T00:00:00Z', '2027-01-01T00:00:00Z', '2026-12'],
  ])('%s to %s is of %s', (from, to, month) => expect(monthOfPeriod(from, to)).toBe(month));

  test('a month has bounds; what is none has not', () => {
    expect(boundsOf('2026-12')).toEqual({ from: '2026-12-01T00:00:00.000Z', to: '2027-01-01T00:00:00.000Z' });
    expect(monthOf(boundsOf('2027-02').from)).toBe('2027-02');
    expect(['2026-13', '2026-1', '202611', ''].map(isMonth)).toEqual([false, false, false, false]);
    expect(() => boundsOf('2026-13')).toThrow(/2026-11/);
  });
});

describe('matching', () => {
  const owed = [{ month: '2026-10', owed: '30' }, { month: '2026-09', owed: '20' }, { month: '2026-08', owed: '-5' }, { month: '2026-11', owed: '7.5' }];

  test('the oldest month that is owed comes first; what is too much stays', () => {
    expect(matchOldestFirst('45', owed)).toEqual([{ month: '2026-09', amount: '20' }, { month: '2026-10', amount: '25' }]);
    expect(matchOldestFirst('1000', owed).map(({ amount: part }) => part)).toEqual(['20', '30', '7.5']);
    expect(matchOldestFirst('45', owed, ['2026-11', '2026-10'])).toEqual([{ month: '2026-10', amount: '30' }, { month: '2026-11', amount: '7.5' }]);
    expect(matchOldestFirst('45', owed, ['2026-12'])).toEqual([]);
  });

  test('an operator cannot match more than is left or owed', () => {
    const problem = (parts: { month: string; amount: string }[]) => { try { checkMatches('25', owed, parts); return null; } catch (error) { return (error as { code: string }).code; } };
    expect(problem([{ month: '2026-09', amount: '20' }, { month: '2026-10', amount: '5' }])).toBeNull();
    expect(problem([{ month: '2026-09', amount: '20' }, { month: '2026-10', amount: '5.01' }])).toBe('MATCH_EXCEEDS_PAYMENT');
    expect(problem([{ month: '2026-09', amount: '10' }, { month: '2026-09', amount: '10.01' }])).toBe('MATCH_EXCEEDS_OWED');
    expect(problem([{ month: '2026-08', amount: '1' }])).toBe('MATCH_EXCEEDS_OWED');
  });

  test('the rule never matches more than is left, nor more than a month is owed, and stops only where nothing is left or owed', () => {
    const months = fc.uniqueArray(fc.record({ month: fc.integer({ min: 1, max: 9 }).map((n) => `2026-0${n}`), owed: fc.oneof(amount(), fc.constant('-3')) }), { selector: ({ month }) => month });
    fc.assert(fc.property(amount(), months, (left, list) => {
      const parts = matchOldestFirst(left, list);
      const matched = sum(parts.map((part) => part.amount));
      expect(() => checkMatches(left, list, parts)).not.toThrow();
      const due = sum(list.map(({ owed: one }) => Decimal.max(0, one)));
      expect(matched.equals(Decimal.min(left, due))).toBe(true);
    }));
  });
});

describe('the margin', () => {
  test.each([
    ['6', '2', '10', { cashback: '6', share: '2', exceeded: false }], ['6', '4', '10', { cashback: '6', share: '4', exceeded: false }],
    ['6', '5', '10', { cashback: '6', share: '4', exceeded: false }], ['10', '5', '10', { cashback: '10', share: '0', exceeded: false }],
    ['10.00000001', '5', '10', { cashback: '10.00000001', share: '0', exceeded: true }], ['6', '5', '-1', { cashback: '6', share: '0', exceeded: true }],
    ['6', '5', null, { cashback: '6', share: '5', exceeded: false }],
  ] as const)('cashback %s, share %s of a commission of %s', (cashback, share, commission, cut) => expect(cutToMargin(cashback, share, commission)).toEqual(cut));

  test('the cashback is never cut, the share only as far as it must be', () => {
    fc.assert(fc.property(amount(), amount(), amount(), (cashback, share, commission) => {
      const cut = cutToMargin(cashback, share, commission);
      const both = new Decimal(cut.cashback).plus(cut.share);
      expect(cut.cashback).toBe(cashback);
      expect(new Decimal(cut.share).gte(0) && new Decimal(cut.share).lte(share)).toBe(true);
      expect(cut.exceeded).toBe(new Decimal(cashback).gt(commission));
      if (!cut.exceeded) expect(both.equals(Decimal.min(commission, new Decimal(cashback).plus(share)))).toBe(true);
    }));
  });
});

test('exposure, room, and what fits into it', () => {
  expect(exposureOf('100', '30')).toBe('70');
  expect([roomOf('50', '70'), roomOf('70', '70'), roomOf('70', '-5'), roomOf(null, '70')]).toEqual(['-20', '0', '75', null]);
  const rooms = new Map([['ava', '10'], ['ice', '5']]);
  const part = (brokerId: string, value: string) => ({ brokerId, amount: value });
  expect(overRoom([part('ava', '10'), part('fox', '1000')], rooms)).toBeNull();
  expect(overRoom([part('fox', '1'), part('ice', '3'), part('ice', '2.01')], rooms)).toBe('ice');
  expect(roomsAfter(rooms, [part('ava', '2.5'), part('fox', '1')])).toEqual(new Map([['ava', '7.5'], ['ice', '5']]));
  expect(byBroker([part('ice', '1'), part('ava', '2'), part('ice', '0.5')])).toEqual([part('ava', '2'), part('ice', '1.5')]);
});
