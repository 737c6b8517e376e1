import { expect, test } from 'vitest';
import { isOtherCurrency } from '../../../domain/reports/currency.ts';
import type { ReportLine } from '../../../domain/reports/line.ts';
import { noticesOf } from '../../../domain/reports/notices.ts';

const AT = '2026-11-16T10:00:00.000Z';
const line = (lineNumber: number, more: Partial<ReportLine>): ReportLine => ({ lineNumber, kind: 'trade', malformed: null, closeTime: AT, periodStart: null, kept: {}, ...more }) as ReportLine;
const listed = (lines: ReportLine[], currencies?: string[]) => {
  const notices = noticesOf(AT, currencies);
  for (const one of lines) notices.add(one);
  return notices.list().map(({ code, lines: count, firstLine }) => [code, count, firstLine]);
};

test('only what closes after the arrival is noted; a day that is not over yet has begun', () => {
  const day = { kind: 'aggregate', closeTime: '2026-11-16T23:59:59.999Z' } as const;
  expect(listed([line(2, {}), line(3, { ...day, periodStart: '2026-11-16T00:00:00.000Z' }), line(4, { closeTime: null })])).toEqual([]);
  expect(listed([line(2, {}), line(3, { closeTime: '2026-11-16T10:00:00.001Z' }), line(4, { ...day, periodStart: '2026-11-17T00:00:00.000Z', closeTime: '2026-11-17T23:59:59.999Z' })])).toEqual([['CLOSES_AFTER_ARRIVAL', 2, 3]]);
});

test('lines outside the period are noted with their first and last time; a local day that reaches into it is none', () => {
  const notices = noticesOf(AT, undefined, { from: '2026-11-09T00:00:00.000Z', to: '2026-11-16T00:00:00.000Z' });
  const day = { kind: 'aggregate' } as const;
  for (const one of [
    line(2, { closeTime: '2026-11-09T00:00:00.000Z' }), line(3, { closeTime: '2026-11-15T23:59:59.999Z' }), line(4, { closeTime: null }),
    line(5, { ...day, periodStart: '2026-11-08T22:00:00.000Z', closeTime: '2026-11-09T21:59:59.999Z' }), line(6, { ...day, periodStart: '2026-11-15T22:00:00.000Z', closeTime: '2026-11-16T09:00:00.000Z' }),
  ]) notices.add(one);
  expect(notices.list()).toEqual([]);
  for (const one of [line(7, { closeTime: '2026-11-16T00:00:00.000Z' }), line(8, { closeTime: '2026-11-08T23:59:59.999Z' }), line(9, { closeTime: '2026-10-01T00:00:00.000Z', kind: 'ignore' })]) notices.add(one);
  expect(notices.list()).toEqual([{ code: 'OUTSIDE_PERIOD', lines: 2, firstLine: 7, message: expect.stringContaining('the first at 2026-11-08T23:59:59.999Z, the last at 2026-11-16T00:00:00.000Z') }]);
});

test('lines that are malformed or ignored are no news', () => {
  const late = { closeTime: '2026-12-01T00:00:00.000Z', kept: { currency: 'EUR' } };
  expect(listed([line(2, { ...late, malformed: 'x' }), line(3, { ...late, kind: 'ignore' })])).toEqual([]);
});

test('other currencies are noted where the profile lists none', () => {
  const lines = ['USD', 'usd', 'EUR', 'JPY'].map((currency, at) => line(at + 2, { kept: { currency } }));
  expect(listed(lines)).toEqual([['OTHER_CURRENCY', 2, 4]]);
  expect(listed(lines, ['USD'])).toEqual([]);
});

test.each([['EUR', true], ['usc', true], [' JPY ', true], ['Cents', true], ['USD', false], ['usd', false], ['US$', false], ['$', false], ['Dollar', false]])('%s is another currency: %s', (text, other) => {
  expect(isOtherCurrency(text)).toBe(other);
});
