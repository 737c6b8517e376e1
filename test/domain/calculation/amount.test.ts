import { expect, it } from 'vitest';
import { adjustmentAmount, implausible, lineAmount, paidLine } from '../../../domain/calculation/amount.ts';
import { cut, Decimal, plain, sum } from '../../../domain/decimal.ts';
import { clearsAt, durationMillis } from '../../../domain/pendingPeriod.ts';
import { checkTiers, tierFor, type Tier } from '../../../domain/tiers.ts';
import fc from '../../support/properties.ts';

const digits = (whole: number, places: number) => fc.tuple(fc.bigInt({ min: 0n, max: 10n ** BigInt(whole + places) - 1n }), fc.constant(places)).map(([units, scale]) => {
  const text = units.toString().padStart(scale + 1, '0');
  return `${text.slice(0, -scale)}.${text.slice(-scale)}`;
});
const unitsOf = (text: string): [bigint, number] => [BigInt(text.replace('.', '')), text.length - text.indexOf('.') - 1];

it('an amount is the exact product, cut and never rounded, for the longest figures that can be read', () => {
  fc.assert(fc.property(digits(9, 20), digits(6, 20), digits(6, 8), digits(3, 8), (lots, factor, perLot, multiplier) => {
    const parts = [lots, factor, perLot, multiplier].map(unitsOf);
    const exact = parts.reduce((product, [units]) => product * units, 1n);
    const scale = parts.reduce((places, [, own]) => places + own, 0);
    const cutUnits = exact / 10n ** BigInt(scale - 8);
    const want = `${cutUnits / 10n ** 8n}.${(cutUnits % 10n ** 8n).toString().padStart(8, '0')}`;
    expect(lineAmount(lots, factor, perLot, multiplier).toFixed(8)).toBe(want);
    // The faster way that reports are judged by.
    expect(paidLine(lots, factor, perLot, multiplier)).toEqual({ lots: plain(new Decimal(lots).times(factor)), amount: plain(new Decimal(want)) });
  }), { numRuns: 300 });
});

it.each([
  ['1.005', '1', '1.005'], ['-0.123456789', '1', '-0.12345678'], ['0.00000001', '0.5', '0'], ['-0.000000009', '1', '0'], ['10', '0.7', '7'],
])('an adjustment of %s with share %s is %s: cut towards zero', (amount, share, want) => {
  expect(plain(adjustmentAmount(amount, share))).toBe(want);
});

it('plain text has no exponent, no needless zeros and no minus zero', () => {
  expect(['0.00000001', '-0', '1.10', '1e21', '100'].map((text) => plain(new Decimal(text)))).toEqual(['0.00000001', '0', '1.1', '1000000000000000000000', '100']);
  expect([cut(new Decimal('-1.999999999'), 8).toFixed(), cut(new Decimal('9.9950'), 2).toFixed(), sum([]).toFixed()]).toEqual(['-1.99999999', '9.99', '0']);
});

it('a thousand million is implausible, one unit less is not', () => {
  expect(implausible('Lots', '999999999.99999999')).toBeNull();
  expect(implausible('Lots', '-1000000000')).toContain('-1000000000');
});

it.each([
  ['P7D', 7 * 86_400_000], ['PT20S', 20_000], ['P1W2DT3H4M5S', ((9 * 24 + 3) * 3600 + 4 * 60 + 5) * 1000], ['P0D', 0], ['PT90M', 5_400_000],
])('%s is %s ms', (duration, millis) => {
  expect(durationMillis(duration)).toBe(millis);
});
it.each(['P', 'PT', 'P1M', 'P1Y', 'P-1D', '7D', 'P1.5D', 'PT1H ', 'p7d', 'P7DT', ''])('"%s" is refused', (duration) => {
  expect(() => durationMillis(duration)).toThrow(/is not a duration/);
});
it('a pending period is exact across a change of the clocks', () => {
  expect(clearsAt('2026-03-25T10:00:00.000Z', 'P7D')).toBe('2026-04-01T10:00:00.000Z');
});

const tiers = (...bounds: [string, string | null][]): Tier[] => bounds.map(([fromLots, toLots], i) => ({ name: `t${i}`, fromLots, toLots, multiplier: '1' }));
it.each([
  ['nothing', [], 'TIERS_EMPTY'], ['a start above 0', tiers(['1', null]), 'TIERS_GAP'], ['a gap', tiers(['0', '10'], ['20', null]), 'TIERS_GAP'], ['an overlap', tiers(['0', '10'], ['9.99999999', null]), 'TIERS_OVERLAP'],
  ['a closed end', tiers(['0', '10'], ['10', '20']), 'TIERS_GAP'], ['an empty tier', tiers(['0', '0'], ['0', null]), 'TIERS_OVERLAP'], ['falling bounds', tiers(['0', null], ['20', null], ['10', null]), 'TIERS_OVERLAP'],
  ['a tier after the open end', [{ name: 'a', fromLots: '0', toLots: null, multiplier: '1' }, { name: 'b', fromLots: '0', toLots: null, multiplier: '1' }], 'TIERS_OVERLAP'],
  ['one name twice', [{ name: 'a', fromLots: '0', multiplier: '1' }, { name: 'a', fromLots: '5', multiplier: '1' }], 'TIERS_NAME'], ['a multiplier of 0', [{ name: 'a', fromLots: '0', multiplier: '0' }], 'TIERS_MULTIPLIER'],
])('a tier table with %s is refused', (_name, table, code) => {
  expect(() => checkTiers(table as Tier[])).toThrow(expect.objectContaining({ code }));
});
it('contiguous bounds pass, said or implied; a tier begins at its very bound', () => {
  const table: Tier[] = [{ name: 'a', fromLots: '0', toLots: '10.0', multiplier: '1' }, { name: 'b', fromLots: '10', multiplier: '1.1' }, { name: 'c', fromLots: '35', multiplier: '1.2' }];
  checkTiers(table);
  expect(['0', '9.99999999', '10', '34.999', '35', '1000000'].map((lots) => tierFor(table, new Decimal(lots)).name)).toEqual(['a', 'a', 'b', 'b', 'c', 'c']);
});
