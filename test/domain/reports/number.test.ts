import { describe, expect, test } from 'vitest';
import { numberReader, readPlainNumber } from '../../../domain/reports/number.ts';
import fc from '../../support/properties.ts';

const point = readPlainNumber;
const german = numberReader({ decimal: ',', thousands: '.', unitSuffix: '' });
const spaced = numberReader({ decimal: '.', thousands: ' ', unitSuffix: ' Lots' });

describe('a number is digits with the declared marks and an optional minus', () => {
  test.each([
    ['1', '1'], ['1.50', '1.5'], ['-0.25', '-0.25'], ['-0', '0'], ['-0.00', '0'], ['007', '7'], [' 1.2 ', '1.2'], ['0.0123456789', '0.0123456789'],
    ['9007199254740993', null], ['123456789012345', '123456789012345'],
    ['1,234', null], ['1.234.567', null], ['1e5', null], ['1.2E+3', null], ['NaN', null], ['Infinity', null], ['', null], [' ', null], ['-', null],
    ['+1', null], ['.5', null], ['1.', null], ['1-', null], ['--1', null], ['- 1', null], ['0x10', null], ['１', null], ['1 000', null], ['−1', null], ['1\n2', null],
    [`0.${'1'.repeat(21)}`, null], [`0.${'1'.repeat(20)}${'0'.repeat(30)}`, `0.${'1'.repeat(20)}`],
  ])('point: %j → %j', (text, expected) => expect(point(text)).toBe(expected));

  test.each([
    ['1.234', '1234'], ['1,234', '1.234'], ['1.234.567,89', '1234567.89'], ['1234,5', '1234.5'], ['-1.500,00', '-1500'], ['999.999', '999999'],
    ['12.34', null], ['1.2345', null], ['1234.567', null], ['1.23.456', null], ['.123', null], ['1.,5', null], ['1,234.5', null], ['0.500', null], ['1..234', null], ['1,234,567', null],
  ])('comma and points between groups of three: %j → %j', (text, expected) => expect(german(text)).toBe(expected));

  test.each([
    ['1 250.00 Lots', '1250'], ['0.02 Lots', '0.02'], ['0.02', '0.02'], ['1\u00a0250.00\u00a0Lots', '1250'], ['1\u202f250', '1250'],
    ['12 50 Lots', null], ['Lots', null], ['1 Lot', null], ['1 Lots Lots', null], ['1,250 Lots', null],
  ])('spaces and a unit: %j → %j', (text, expected) => expect(spaced(text)).toBe(expected));
});

test('any number formatted with any marks reads back exactly', () => {
  const marks = fc.constantFrom(['.', ''], ['.', ','], [',', '.'], [',', ''], ['.', ' '], [',', '\u00a0'], ['.', "'"], [',', "'"]);
  const digits = (max: number) => fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: max }).map((list) => list.join(''));
  fc.assert(
    fc.property(marks, fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 15n - 1n }), fc.option(digits(20)), fc.boolean(), ([decimal = '.', thousands = ''], minus, whole, decimals, unit) => {
      const read = numberReader({ decimal, thousands, unitSuffix: ' Lots' });
      const grouped = whole.toString().replace(/\B(?=(\d{3})+$)/g, thousands);
      const text = `${minus ? '-' : ''}${grouped}${decimals === null ? '' : decimal + decimals}${unit ? ' Lots' : ''}`;
      const places = (decimals ?? '').replace(/0+$/, '');
      const bare = `${whole}${places === '' ? '' : `.${places}`}`;
      expect(read(text)).toBe(minus && bare !== '0' ? `-${bare}` : bare);
    }),
    { numRuns: 1_000 },
  );
});
