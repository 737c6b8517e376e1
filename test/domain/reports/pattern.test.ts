import { performance } from 'node:perf_hooks';
import { describe, expect, test } from 'vitest';
import { footerOf } from '../../../domain/reports/footer.ts';
import { dayNamed, periodPatternFault } from '../../../domain/reports/itemPeriod.ts';
import { compilePattern, patternFault } from '../../../domain/reports/pattern.ts';

test.each<[source: string, text: string, found: boolean]>([
  ['^(Total|Sum)', 'Total lots', true], ['^Total', 'Subtotal', false], ['(?i)^total', 'TOTAL', true], ['^Σύνολο:', 'Σύνολο: 3', true], [String.raw`\u0054otal`, 'Total', true],
  [String.raw`^\/x\-y$`, '/x-y', true], ['Total$', 'Total\n', false], ['^(ab)+$', 'ababab', true], ['^合计', '合计 12', true], ['^😀.x', '😀😀x', true],
])('%s on %j', (source, text, found) => expect(compilePattern(source).test(text)).toBe(found));

test('named groups, written in either way; one that took no part is undefined', () => {
  expect(compilePattern(String.raw`(?<year>\d{4})-(?P<month>\d\d)(?<day>-\d\d)?`).groups('of 2026-11.csv')).toEqual({ year: '2026', month: '11', day: undefined });
  expect(compilePattern('(?<year>x)').groups('y')).toBeNull();
});

test.each([
  ['(?=a)b', /look-around/], ['a(?!b)', /look-around/], ['(?<=a)b', /look-around/], [String.raw`(a)\1`, /refers back/], [String.raw`(?<a>x)\k<a>`, /refers back/], ['(', /no regular expression.*missing closing/],
  ['a{1001}', /repeat/], ['(?:a{1,100}){9}', /too large/], ['((a{100}){100}){100}', /repeat/], ['*', /missing argument/],
])('%s is refused with a sentence', (source, says) => {
  expect(patternFault(source)).toMatch(says);
  expect(() => compilePattern(source)).toThrow(expect.objectContaining({ code: 'PATTERN_INVALID', message: expect.stringMatching(says) as string }));
});

describe('no expression stands still, whatever it is tried on', () => {
  const letters = 'a'.repeat(200);
  test.each(['a*a*a*a*b', '^(a+)+$', '(a|a)*b', '^.*a.*a.*a.*b', `${'a?'.repeat(26)}${'a'.repeat(26)}b`, `^${'(a|a)'.repeat(24)}b`, '(?:.?a){40}b'])('%s', (source) => {
    const pattern = compilePattern(source);
    const began = performance.now();
    for (let row = 0; row < 100; row++) pattern.test(`${letters.slice(row)}!`);
    // Each of them took between seconds and hours a row before.
    expect(performance.now() - began).toBeLessThan(20_000);
  });
});

test('a footer looks at the beginning of a cell', () => {
  expect(footerOf({})).toBeNull();
  const footer = footerOf({ footer: 'Total' })!;
  expect([footer.test(`${'x'.repeat(195)}Total`), footer.test(`${'x'.repeat(196)}Total`)]).toEqual([true, false]);
});

test.each<[pattern: string, dateFormat: string | undefined, fault: RegExp | null]>([
  [String.raw`(?<year>\d{4})-(?<month>\d\d)`, undefined, null], [String.raw`(?P<year>\d{4})(?:-(?P<month>\d\d))+`, undefined, null], [String.raw`(?<date>\d+)`, 'yyyyMMdd', null],
  [String.raw`(?<date>\d+)`, undefined, /needs a dateFormat/], [String.raw`(?<year>\d{4})`, undefined, /finds no date/], [String.raw`(?<year>\d{4})(?<month>\d\d)(?<week>\d)`, undefined, /"week"/],
  [String.raw`(?<date>\d+)(?<day>\d)`, 'yyyyMMdd', /others beside/], [String.raw`(?<year>\d{4})(?<month>\d\d)(?=x)`, undefined, /look-around/],
])('a period pattern %s', (pattern, dateFormat, fault) => {
  const found = periodPatternFault({ pattern, dateFormat });
  if (fault === null) expect(found).toBeNull();
  else expect(found).toMatch(fault);
});

test('the day that a name carries', () => {
  expect(dayNamed({ pattern: String.raw`(?P<year>\d{2})(?<month>\d\d)(?<day>\d\d)?`, zone: 'UTC' }, 'trades_261105.csv')).toBe('2026-11-05T12:00:00.000Z');
  expect(dayNamed({ pattern: String.raw`(?<date>\d{4}-\d\d-\d\d)`, dateFormat: 'yyyy-MM-dd', zone: 'UTC' }, 'no date')).toBeNull();
});
