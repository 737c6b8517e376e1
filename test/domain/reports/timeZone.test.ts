import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { DAY, offsetOf, TimeZone } from '../../../domain/reports/timeZone.ts';
import fc from '../../support/properties.ts';

const ZONES = [
  'Europe/Athens', 'Europe/Berlin', 'Europe/London', 'America/New_York', 'America/Sao_Paulo', 'America/Havana', 'Asia/Kolkata', 'Asia/Kathmandu', 'Asia/Tehran',
  'Africa/Cairo', 'Africa/Casablanca', 'Australia/Lord_Howe', 'Pacific/Apia', 'Pacific/Chatham', 'Asia/Beirut', 'America/St_Johns', 'UTC', 'Asia/Tokyo', 'Antarctica/Troll',
];
const zones = new Map(ZONES.map((name) => [name, new TimeZone(name)]));
const [FROM, TO] = [Date.UTC(1975, 0, 1), Date.UTC(2037, 11, 31)];

/** Instants of offset changes of a zone, from Luxon alone. */
function changes(zone: string): number[] {
  const found: number[] = [];
  const offset = (instant: number): number => DateTime.fromMillis(instant, { zone }).offset;
  for (let day = Date.UTC(2008, 0, 1); day < Date.UTC(2028, 0, 1); day += DAY) {
    if (offset(day) === offset(day + DAY)) continue;
    let [low, high] = [day, day + DAY];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (offset(middle) === offset(day)) low = middle;
      else high = middle;
    }
    found.push(high);
  }
  return found;
}
const nearChanges = ZONES.flatMap((zone) => changes(zone).map((instant) => ({ zone, instant })));

const moments = fc.oneof(
  fc.record({ zone: fc.constantFrom(...ZONES), instant: fc.integer({ min: FROM, max: TO }) }),
  fc.tuple(fc.constantFrom(...nearChanges), fc.integer({ min: -4 * 3_600_000, max: 4 * 3_600_000 })).map(([{ zone, instant }, by]) => ({ zone, instant: instant + by })),
);

function zoneOf(name: string): TimeZone {
  return zones.get(name) ?? new TimeZone(name);
}

test('offsets are those of Luxon', () => {
  fc.assert(fc.property(moments, ({ zone, instant }) => {
    expect(zoneOf(zone).offsetAt(instant)).toBe(DateTime.fromMillis(instant, { zone }).offset * 60_000);
  }), { numRuns: 2_000 });
});

test('a local time is read with the offset before a change, and is null where it does not exist', () => {
  fc.assert(fc.property(moments, ({ zone, instant: local }) => {
    const offsets = [local - DAY, local + DAY].map((around) => DateTime.fromMillis(around, { zone }).offset * 60_000);
    const instants = offsets.map((offset) => local - offset).filter((at) => at + DateTime.fromMillis(at, { zone }).offset * 60_000 === local);
    expect(zoneOf(zone).instantOf(local)).toBe(instants.length === 0 ? null : Math.min(...instants));
  }), { numRuns: 2_000 });
});

test('days begin where Luxon lets them begin', () => {
  fc.assert(fc.property(moments, ({ zone, instant }) => {
    const day = DateTime.fromMillis(instant, { zone });
    const localDay = Math.floor((instant + day.offset * 60_000) / DAY);
    const start = zoneOf(zone).startOfDay(localDay);
    expect(start).not.toBeNull();
    // By definition rather than by startOf('day'): the first instant that has this local date.
    const date = day.toISODate();
    expect(DateTime.fromMillis(start ?? 0, { zone }).toISODate()).toBe(date);
    expect(DateTime.fromMillis((start ?? 0) - 1, { zone }).toISODate()).not.toBe(date);
  }), { numRuns: 2_000 });
});

describe('fixed examples', () => {
  const athens = zoneOf('Europe/Athens');
  test('twice: 25 Oct 2026 03:30 in Athens is 00:30Z, before the change', () => expect(athens.instantOf(Date.UTC(2026, 9, 25, 3, 30))).toBe(Date.UTC(2026, 9, 25, 0, 30)));
  test('missing: 29 Mar 2026 03:30 in Athens', () => expect(athens.instantOf(Date.UTC(2026, 2, 29, 3, 30))).toBeNull());
  test('a skipped day: 30 Dec 2011 in Apia', () => {
    expect(zoneOf('Pacific/Apia').instantOf(Date.UTC(2011, 11, 30, 12))).toBeNull();
    expect(zoneOf('Pacific/Apia').startOfDay(Date.UTC(2011, 11, 30) / DAY)).toBeNull();
  });
  test('a fixed offset', () => expect(new TimeZone('-05:30').instantOf(0)).toBe(5.5 * 3_600_000));
  test.each(['Europe/Atlantis', '', '+2x', '+25:00', 'local'])('no zone: %j', (name) => expect(() => new TimeZone(name)).toThrow(expect.objectContaining({ code: 'TIME_ZONE_UNKNOWN' })));
  test.each([['Z', 0], ['+02:00', 7_200_000], ['-0530', -19_800_000], ['+2', 7_200_000], ['+16:00', null], ['02:00', null]])('offset %j → %j', (text, expected) => expect(offsetOf(text)).toBe(expected));
});
