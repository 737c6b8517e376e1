import { describe, expect, test } from 'vitest';
import { Decimal } from '../../../domain/decimal.ts';
import { exactSum } from '../../../domain/reports/exactSum.ts';
import { isFloatSum, isSameFloatSum, readFloatSum } from '../../../domain/reports/floatSum.ts';
import fc from '../../support/properties.ts';

const sumOf = (figures: readonly string[]): ReturnType<typeof exactSum> => {
  const sum = exactSum();
  for (const figure of figures) sum.add(figure);
  return sum;
};
/** What a spreadsheet's SUM gives: doubles are the thing under test here. */
const inDoubles = (figures: string[]): string => readFloatSum(plainDouble(figures.reduce((sum, figure) => sum + Number(figure), 0)))!;
const plainDouble = (value: number): string => (/e/.test(String(value)) ? new Decimal(String(value)).toFixed() : String(value));
const decimal = (units: number, places: number): string => {
  const digits = String(Math.abs(units)).padStart(places + 1, '0');
  return `${units < 0 ? '-' : ''}${digits.slice(0, digits.length - places)}.${digits.slice(digits.length - places)}`;
};

test('what SUM makes of figures is their sum', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 5 }), fc.array(fc.integer({ min: -5_000_000, max: 50_000_000 }), { minLength: 1, maxLength: 300 }), (places, units) => {
    const figures = units.map((unit) => decimal(unit, places));
    expect(isSameFloatSum(inDoubles(figures), sumOf(figures))).toBe(true);
  }));
  const many = Array.from({ length: 200_000 }, (_, at) => decimal((at * 7_919) % 100_003, 2));
  expect(isSameFloatSum(inDoubles(many), sumOf(many))).toBe(true);
});

test('one unit of the figures’ last decimal more or less is another sum', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 5 }), fc.array(fc.integer({ min: -5_000_000, max: 50_000_000 }), { minLength: 1, maxLength: 300 }), fc.constantFrom(-1, 1), (places, units, more) => {
    const figures = units.map((unit) => decimal(unit, places));
    expect(isSameFloatSum(inDoubles([...figures, decimal(more, places)]), sumOf(figures))).toBe(false);
  }));
});

test('a difference in the last of 15 digits is a difference', () => {
  fc.assert(fc.property(fc.bigInt({ min: 100_000_000_000_000n, max: 999_999_999_999_998n }), fc.integer({ min: 1, max: 14 }), (units, places) => {
    const text = (digits: bigint): string => `${String(digits).slice(0, 15 - places)}.${String(digits).slice(15 - places)}`;
    expect(isSameFloatSum(text(units + 1n), sumOf([text(units)]))).toBe(false);
    expect(isSameFloatSum(text(units), sumOf([text(units)]))).toBe(true);
  }));
});

describe('which sums are doubles', () => {
  test.each([['0.3', 'json', false], ['0.30000000000000004', 'json', true], ['123456789012345', 'json', false], ['-0.000123456789012345', 'json', false], ['1234567890123456', 'json', true], ['0.3', 'xlsx', true]])('%s in %s: %s', (text, format, is) => {
    expect(isFloatSum(text, format)).toBe(is);
  });
  test.each([['0.00000000000000005551115123125783', '0.00000000000000005551'], ['1e5', null], ['2.50', '2.5'], ['', null]])('%s is read as %s', (text, figure) => expect(readFloatSum(text)).toBe(figure));
});
