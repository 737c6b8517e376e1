import { expect, test } from 'vitest';
import { Decimal, plain, sum } from '../../../domain/decimal.ts';
import { exactSum, timesExactly } from '../../../domain/reports/exactSum.ts';
import fc from '../../support/properties.ts';

const decimals = fc.tuple(fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }), fc.integer({ min: 0, max: 12 }))
  .map(([units, scale]) => new Decimal(units.toString()).times(new Decimal(10).pow(-scale)).toFixed());

test('the sum of nothing is 0', () => expect(exactSum().total()).toBe('0'));

test('sums are those of exact decimals, in plain text', () => {
  fc.assert(fc.property(fc.array(decimals, { maxLength: 50 }), (texts) => {
    const running = exactSum();
    for (const text of texts) running.add(text);
    expect(running.total()).toBe(plain(sum(texts)));
  }));
});

test('products are those of exact decimals, in plain text', () => {
  fc.assert(fc.property(decimals, decimals, (left, right) => {
    expect(timesExactly(left, right)).toBe(plain(new Decimal(left).times(right)));
  }));
});
