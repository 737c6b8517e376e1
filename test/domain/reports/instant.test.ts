import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { compileDateFormat } from '../../../domain/reports/dateFormat.ts';
import { instantReader, needsTimeZone } from '../../../domain/reports/instant.ts';
import { isoText } from '../../../domain/reports/isoText.ts';
import { numberReader, readPlainNumber } from '../../../domain/reports/number.ts';
import fc from '../../support/properties.ts';

const reader = (dateFormat: string, timeZone?: string, level: 'trade' | 'account-day' | 'account-month' = 'trade') => instantReader({ dateFormat, timeZone, level }, readPlainNumber);
const iso = (reading: number | string): string => (typeof reading === 'number' ? isoText(reading) : `not read: ${reading}`);

test('texts written by Luxon in any format and zone read back to the same instant', () => {
  const formats = [
    'yyyy.MM.dd HH:mm:ss.SSS', 'dd/MM/yyyy HH:mm:ss.SSS', 'yyyy-MM-dd\'T\'HH:mm:ss.SSSZZ', 'dd.MM.yyyy HH:mm:ss.SSS ZZZ', 'd MMM yyyy hh:mm:ss.SSS a', 'MMMM d, yyyy, h:mm:ss.SSS a',
    'EEE dd MMM yy HH:mm:ss.SSS', "EEEE dd MMMM yyyy 'at' HH:mm:ss.SSS", 'yyyyMMddHHmmssSSS', 'M/d/yyyy H:m:s.SSS',
  ];
  const zones = ['Europe/Athens', 'America/New_York', 'Asia/Kathmandu', 'UTC', 'Australia/Lord_Howe', 'America/Sao_Paulo'];
  const readers = new Map(formats.flatMap((format) => zones.map((zone) => [format + zone, reader(format, zone)])));
  fc.assert(fc.property(fc.constantFrom(...formats), fc.constantFrom(...zones), fc.integer({ min: Date.UTC(1971, 0, 1), max: Date.UTC(2059, 0, 1) }), (format, zone, instant) => {
    const written = DateTime.fromMillis(instant, { zone, locale: 'en' });
    const read = readers.get(format + zone)?.instant(written.toFormat(format), false);
    // Luxon's text of a repeated hour has lost which one it was; the earlier is the rule.
    const earlier = written.getPossibleOffsets()[0]?.toMillis() ?? instant;
    const first = Math.min(earlier, ...written.getPossibleOffsets().map((one) => one.toMillis()));
    expect(read).toBe(/Z/.test(format) ? instant : first);
  }), { numRuns: 2_000 });
});

test('what Luxon refuses is refused', () => {
  const fixed = reader('yyyy.MM.dd HH:mm:ss', 'UTC');
  const digits = (max: number) => fc.integer({ min: 0, max }).map((number) => String(number).padStart(2, '0'));
  fc.assert(fc.property(fc.integer({ min: 1900, max: 2100 }), digits(14), digits(33), digits(25), digits(62), digits(62), (year, month, day, hour, minute, second) => {
    const text = `${year}.${month}.${day} ${hour}:${minute}:${second}`;
    const luxon = DateTime.fromFormat(text, 'yyyy.MM.dd HH:mm:ss', { zone: 'UTC' });
    const read = fixed.instant(text, false);
    if (luxon.isValid) expect(read).toBe(luxon.toMillis());
    else expect(read).toBeTypeOf('string');
  }), { numRuns: 2_000 });
});

describe('iso', () => {
  const berlin = reader('iso', 'Europe/Berlin');
  test.each([
    ['2026-10-06T12:00:00Z', '2026-10-06T12:00:00.000Z'], ['2026-10-06T12:00:00.123Z', '2026-10-06T12:00:00.123Z'], ['2026-10-06T12:00:00.123999Z', '2026-10-06T12:00:00.123Z'],
    ['2026-10-06T12:00:00.5+02:00', '2026-10-06T10:00:00.500Z'], ['2026-10-06T12:00-0330', '2026-10-06T15:30:00.000Z'], ['2026-10-06 12:00:00', '2026-10-06T10:00:00.000Z'],
    ['2026-10-06', '2026-10-05T22:00:00.000Z'], ['20261006T120000Z', '2026-10-06T12:00:00.000Z'], ['2026-10-06T24:00:00Z', '2026-10-07T00:00:00.000Z'],
    ['2026-10-25T02:30:00', '2026-10-25T00:30:00.000Z'], ['2026-10-25T02:30:00+01:00', '2026-10-25T01:30:00.000Z'],
  ])('%s → %s', (text, expected) => expect(iso(berlin.instant(text, false))).toBe(expected));
  test.each(['2026-03-29T02:30:00', '2026-02-29', '2026-10-06T12:60:00Z', '2026-10-06T25:00:00Z', '2026-10-06T12:00:60Z', '2026-10', '2026', '06.10.2026', '2026-10-06T12:00:00 Europe/Berlin', '0001-01-01T00:00:00Z', '', '2026-1-6', '2026-10-06T12:00:00+20:00', '2026-10-06T1a:00:00Z'])(
    'refused: %j', (text) => expect(berlin.instant(text, false)).toBeTypeOf('string'));
  test('without a zone only texts with their own offset', () => {
    const zoneless = reader('iso');
    expect(iso(zoneless.instant('2026-10-06T12:00:00Z', false))).toBe('2026-10-06T12:00:00.000Z');
    expect(zoneless.instant('2026-10-06T12:00:00', false)).toMatch(/no offset/);
  });
});

describe('other forms', () => {
  test.each([['1759752000123', '2025-10-06T12:00:00.123Z'], ['0', '1970-01-01T00:00:00.000Z']])('epochMillis %s', (text, expected) => expect(iso(reader('epochMillis').instant(text, false))).toBe(expected));
  test.each(['1759752000.5', '1.759752E12', '', '999999999999999', 'now'])('no epochMillis: %j', (text) => expect(reader('epochMillis').instant(text, false)).toBeTypeOf('string'));
  test.each([
    ['46301.5', '2026-10-06T12:00:00.000Z'], ['46301.000000011574', '2026-10-06T00:00:00.001Z'], ['1', '1900-01-01T00:00:00.000Z'], ['59', '1900-02-28T00:00:00.000Z'], ['61', '1900-03-01T00:00:00.000Z'],
    ['46301.99999999999', '2026-10-07T00:00:00.000Z'],
  ])('excel %s', (text, expected) => expect(iso(reader('excel', 'UTC').instant(text, true))).toBe(expected));
  test.each(['60', '0', '-1', '4.6E4', '2958466', ''])('no excel date: %j', (text) => expect(reader('excel', 'UTC').instant(text, true)).toBeTypeOf('string'));
  test('an excel date typed as text has the profile’s marks', () => {
    const german = instantReader({ dateFormat: 'excel', timeZone: 'UTC', level: 'trade' }, numberReader({ decimal: ',', thousands: '', unitSuffix: '' }));
    expect(iso(german.instant('46301,5', false))).toBe('2026-10-06T12:00:00.000Z');
    expect(iso(german.instant('46301.5', true))).toBe('2026-10-06T12:00:00.000Z');
  });
});

describe('formats', () => {
  const read = (format: string, text: string): string => iso(reader(format, 'UTC').instant(text, false));
  test.each([
    ['dd.MM.yyyy', '06.10.2026', '2026-10-06T00:00:00.000Z'], ['d-MMM-yy HH:mm', '6-oct-26 07:08', '2026-10-06T07:08:00.000Z'], ['yyyy.MM.dd hh:mm a', '2026.10.06 12:05 AM', '2026-10-06T00:05:00.000Z'],
    ['yyyy.MM.dd hh:mm a', '2026.10.06 12:05 pm', '2026-10-06T12:05:00.000Z'], ["yyyy'#'MM#dd", '2026#10#06', '2026-10-06T00:00:00.000Z'], ['EEE dd MMM yyyy', 'Tue 06 Oct 2026', '2026-10-06T00:00:00.000Z'],
  ])('%s reads %s', (format, text, expected) => expect(read(format, text)).toBe(expected));
  test.each([
    ['dd.MM.yyyy', '6.10.2026'], ['dd.MM.yyyy', '06.10.26'], ['dd.MM.yyyy', '06.10.2026 '], ['dd.MM.yyyy', '06/10/2026'], ['dd/MM/yyyy', '10/13/2026'], ['EEE dd MMM yyyy', 'Mon 06 Oct 2026'],
    ['yyyy.MM.dd hh:mm a', '2026.10.06 13:05 PM'], ['yyyy#MM#dd', '2026x10#06'], ['dd MMM yyyy', '06 Okt 2026'], ['dd.MM.yyyy', ''],
  ])('%s refuses %j', (format, text) => expect(read(format, text)).toMatch(/^not read/));
  test.each(['yyyy.MM.ddTHH:mm', 'yyyy.dd', 'MM.dd HH:mm', 'yyyy.MM.dd hh:mm', 'yyyy.MM.dd HH:ss', 'yyyy.MM.dd yyyy', 'yyyy.MM.dd S', "yyyy.MM.dd 'open", 'yyyy.MM.dd z', 'toString', ''])(
    'no format: %j', (format) => expect(() => compileDateFormat(format)).toThrow(expect.objectContaining({ code: 'DATE_FORMAT_UNKNOWN' })));
  test('a file without a zone cannot be read unless the profile names one', () => {
    expect(() => reader('yyyy.MM.dd HH:mm:ss')).toThrow(expect.objectContaining({ code: 'TIME_ZONE_MISSING' }));
    expect(needsTimeZone('yyyy.MM.dd HH:mm:ssZZ', 'trade')).toBe(false);
    expect(needsTimeZone('iso', 'account-day')).toBe(true);
  });
});

describe('days and months in the profile’s zone', () => {
  test.each([
    ['dd.MM.yyyy', 'account-day', '02.11.2026', '2026-11-02', '2026-11-01T23:00:00.000Z', '2026-11-02T22:59:59.999Z'],
    ['dd.MM.yyyy', 'account-day', '25.10.2026', '2026-10-25', '2026-10-24T22:00:00.000Z', '2026-10-25T22:59:59.999Z'],
    ['iso', 'account-day', '2026-11-02T23:30:00Z', '2026-11-03', '2026-11-02T23:00:00.000Z', '2026-11-03T22:59:59.999Z'],
    ['iso', 'account-month', '2026-10', '2026-10', '2026-09-30T22:00:00.000Z', '2026-10-31T22:59:59.999Z'],
    ['MM/yyyy', 'account-month', '12/2026', '2026-12', '2026-11-30T23:00:00.000Z', '2026-12-31T22:59:59.999Z'],
    ['dd.MM.yyyy', 'account-month', '17.02.2028', '2028-02', '2028-01-31T23:00:00.000Z', '2028-02-29T22:59:59.999Z'],
  ] as const)('%s at %s: %s', (format, level, text, name, start, end) => {
    expect(reader(format, 'Europe/Berlin', level).bucket(text, false)).toEqual({ name, start, end });
  });
  test('a midnight that does not exist begins at the change', () => {
    expect(reader('iso', 'Africa/Cairo', 'account-day').bucket('2026-04-24', false)).toEqual({ name: '2026-04-24', start: '2026-04-23T22:00:00.000Z', end: '2026-04-24T20:59:59.999Z' });
  });
});

test('instants are written as JavaScript writes them', () => {
  fc.assert(fc.property(fc.integer({ min: Date.UTC(1900, 0, 1), max: Date.UTC(9999, 11, 31) }), (instant) => {
    expect(isoText(instant)).toBe(new Date(instant).toISOString());
  }));
});
