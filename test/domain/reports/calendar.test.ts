import { describe, expect, test } from 'vitest';
import { CADENCES, type CalendarRule, type CalendarVersion, checkCalendar, dueInstants, nextPeriod, periodOf, versionsInForce, WEEKDAYS } from '../../../domain/reports/calendar.ts';
import { endedPeriods, nextEnds } from '../../../domain/reports/expectedPeriods.ts';
import { expectedText, stepsReached } from '../../../domain/reports/lateness.ts';
import { localDays } from '../../../domain/reports/reportDays.ts';
import fc from '../../support/properties.ts';

const RULE: CalendarRule = { cadence: 'day', firstWeekday: null, zone: 'UTC', expectedAfter: 'PT6H', overdueAfter: 'PT6H', escalatedAfter: 'P2D' };
let versions = 0;
const calendar = (rule: Partial<CalendarRule> = {}, effectiveFrom = '2000-01-01T00:00:00.000Z', version = ++versions): CalendarVersion => ({ ...RULE, ...rule, id: `cal_${version}`, version, effectiveFrom });
const span = (versionsOf: CalendarVersion[], at: string): [string, string] => {
  const { from, to } = periodOf(versionsOf, at)!;
  return [from, to];
};
const hours = (calendars: CalendarVersion[], at: string): number => {
  const { from, to } = periodOf(calendars, at)!;
  return (Date.parse(to) - Date.parse(from)) / 3_600_000;
};

describe('periods', () => {
  test('a day of Athens: 24 hours, 23 and 25 where the clocks change', () => {
    const athens = [calendar({ zone: 'Europe/Athens' })];
    expect(span(athens, '2026-11-03T10:00:00Z')).toEqual(['2026-11-02T22:00:00.000Z', '2026-11-03T22:00:00.000Z']);
    expect([hours(athens, '2026-11-03T10:00:00Z'), hours(athens, '2026-03-29T10:00:00Z'), hours(athens, '2026-10-25T10:00:00Z')]).toEqual([24, 23, 25]);
  });
  test('a week from Sunday, and a month; a fixed offset', () => {
    expect(span([calendar({ cadence: 'week', firstWeekday: 'Sun' })], '2026-11-03T10:00:00Z')).toEqual(['2026-11-01T00:00:00.000Z', '2026-11-08T00:00:00.000Z']);
    expect(span([calendar({ cadence: 'week', firstWeekday: 'Sun' })], '2026-11-01T00:00:00Z')).toEqual(['2026-11-01T00:00:00.000Z', '2026-11-08T00:00:00.000Z']);
    expect(span([calendar({ cadence: 'month', zone: '+05:30' })], '2026-02-27T20:00:00Z')).toEqual(['2026-01-31T18:30:00.000Z', '2026-02-28T18:30:00.000Z']);
  });
  test('a midnight that the clock skips, one that it repeats, and a day that a zone left out', () => {
    // Beirut puts its clocks forward at midnight: 27 March 2022 begins at 01:00.
    expect(span([calendar({ zone: 'Asia/Beirut' })], '2022-03-27T10:00:00Z')).toEqual(['2022-03-26T22:00:00.000Z', '2022-03-27T21:00:00.000Z']);
    // St John's put them back at 00:01: the 1st of November 2009 is begun once, and lasts 25 hours.
    expect(hours([calendar({ zone: 'America/St_Johns' })], '2009-11-01T12:00:00Z')).toBe(25);
    // Apia had no 30 December 2011.
    const apia = [calendar({ zone: 'Pacific/Apia' })];
    expect(span(apia, '2011-12-30T12:00:00Z')[0]).toBe(span(apia, '2011-12-30T09:00:00Z')[1]);
    expect(hours(apia, '2011-12-30T09:00:00Z')).toBe(24);
  });
  test('before the first version there is none; a later version cuts the one that runs, and one with the same instant replaces it', () => {
    const weeks = calendar({ cadence: 'week', firstWeekday: 'Mon' }, '2026-11-02T00:00:00.000Z');
    const days = calendar({}, '2026-11-12T00:00:00.000Z');
    const months = calendar({ cadence: 'month' }, '2026-11-12T00:00:00.000Z');
    expect(periodOf([weeks], '2026-11-01T23:59:59Z')).toBeNull();
    expect(span([weeks, days], '2026-11-10T00:00:00Z')).toEqual(['2026-11-09T00:00:00.000Z', '2026-11-12T00:00:00.000Z']);
    expect(span([weeks, days], '2026-11-12T00:00:00Z')).toEqual(['2026-11-12T00:00:00.000Z', '2026-11-13T00:00:00.000Z']);
    expect(span([weeks, days, months], '2026-11-12T00:00:00Z')).toEqual(['2026-11-12T00:00:00.000Z', '2026-12-01T00:00:00.000Z']);
    expect(versionsInForce([months, days, weeks]).map(({ id }) => id)).toEqual([weeks.id, months.id]);
  });
});

const ZONES = ['UTC', 'Europe/Athens', 'America/New_York', 'America/St_Johns', 'Asia/Beirut', 'Africa/Cairo', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Pacific/Apia', 'America/Sao_Paulo', 'Europe/Dublin', '+05:45', '-03:30'];
const instant = fc.integer({ min: Date.parse('2005-01-01'), max: Date.parse('2030-01-01') }).map((at) => new Date(at).toISOString());
const rule = fc.record({ cadence: fc.constantFrom(...CADENCES), zone: fc.constantFrom(...ZONES), day: fc.constantFrom(...WEEKDAYS), expectedAfter: fc.constantFrom('PT0S', 'PT6H', 'P3D', '00:00', '02:30', 'Tue 06:00', 'Sun 03:15') })
  .map(({ day, ...rest }) => ({ ...RULE, ...rest, firstWeekday: rest.cadence === 'week' ? day : null }));
const history = fc.array(fc.tuple(rule, instant), { minLength: 1, maxLength: 4 }).map((found) => found.map(([one, from], i) => calendar(one, from, i + 1)));

describe('whatever the zones, cadences and versions', () => {
  test('periods tile the time line: each instant in exactly one, each begins where the one before it ends', () => {
    fc.assert(fc.property(history, instant, (calendars, at) => {
      const first = versionsInForce(calendars)[0]!.effectiveFrom;
      const period = periodOf(calendars, at);
      expect(period === null).toBe(at < first);
      if (period === null) return;
      expect(period.from <= at && at < period.to && period.from >= first).toBe(true);
      // Its first and last instants are in it, and in no other.
      expect(periodOf(calendars, period.from)).toEqual(period);
      expect(periodOf(calendars, new Date(Date.parse(period.to) - 1).toISOString())).toEqual(period);
      const next = nextPeriod(calendars, period);
      expect(next.from).toBe(period.to);
      expect(next.to > next.from).toBe(true);
    }), { numRuns: 1_500 });
  });
  test('a walk over a year has no gap and no overlap, and every due instant follows its end', () => {
    fc.assert(fc.property(history, instant, (calendars, at) => {
      let period = periodOf(calendars, at);
      for (let i = 0; period !== null && i < 60; i++) {
        const { dueAt, overdueAt, escalatedAt } = dueInstants(period);
        expect(period.to <= dueAt && dueAt < overdueAt && overdueAt < escalatedAt).toBe(true);
        const next = nextPeriod(calendars, period);
        expect(next.from).toBe(period.to);
        period = next;
      }
    }), { numRuns: 100 });
  });
  test('what is opened page by page is what is opened at once', () => {
    fc.assert(fc.property(history, instant, fc.integer({ min: 1, max: 7 }), (calendars, at, size) => {
      const always = [{ from: '1990-01-01T00:00:00.000Z', to: null }];
      const start = new Date(Date.parse(at) - 40 * 86_400_000).toISOString();
      const all = endedPeriods(calendars, always, start, at, 100);
      const paged: typeof all = [];
      for (let after = start; ;) {
        const page = endedPeriods(calendars, always, after, at, size);
        paged.push(...page);
        if (page.length < size || paged.length > 100) break;
        after = page.at(-1)!.to;
      }
      expect(paged.slice(0, 100)).toEqual(all);
      for (const { to } of all) expect(to <= at).toBe(true);
    }), { numRuns: 100 });
  });
});

describe('when a report is due', () => {
  const due = (rest: Partial<CalendarRule>, at: string): string => dueInstants(periodOf([calendar(rest)], at)!).dueAt;
  test('a duration after the end; the next local time; the next weekday, also at the very end', () => {
    expect(due({ expectedAfter: 'PT30H' }, '2026-11-03T10:00:00Z')).toBe('2026-11-05T06:00:00.000Z');
    expect(due({ expectedAfter: '06:00', zone: 'Europe/Athens' }, '2026-11-03T10:00:00Z')).toBe('2026-11-04T04:00:00.000Z');
    expect(due({ expectedAfter: 'Tue 06:00', cadence: 'week', firstWeekday: 'Mon' }, '2026-11-03T10:00:00Z')).toBe('2026-11-10T06:00:00.000Z');
    expect(due({ expectedAfter: 'Mon 00:00', cadence: 'week', firstWeekday: 'Mon' }, '2026-11-03T10:00:00Z')).toBe('2026-11-09T00:00:00.000Z');
    // A month that ends on a Tuesday waits for that Tuesday, another one for the next.
    expect(due({ expectedAfter: 'Tue 06:00', cadence: 'month' }, '2026-11-03T10:00:00Z')).toBe('2026-12-01T06:00:00.000Z');
    expect(due({ expectedAfter: 'Tue 06:00', cadence: 'month' }, '2026-10-03T10:00:00Z')).toBe('2026-11-03T06:00:00.000Z');
  });
  test('over a change of the clocks it keeps its local time; one that does not exist is an hour later', () => {
    expect(due({ expectedAfter: 'Mon 06:00', zone: 'Europe/Athens', cadence: 'week', firstWeekday: 'Sat' }, '2026-10-20T10:00:00Z')).toBe('2026-10-26T04:00:00.000Z');
    expect(due({ expectedAfter: '03:30', zone: 'Europe/Athens' }, '2026-03-28T10:00:00Z')).toBe('2026-03-29T01:30:00.000Z');
  });
  test('steps, and what is said of them', () => {
    const instants = { dueAt: '2026-11-10T06:00:00.000Z', overdueAt: '2026-11-10T12:00:00.000Z', escalatedAt: '2026-11-12T06:00:00.000Z' };
    expect(stepsReached(instants, '2026-11-10T05:59:59.999Z')).toEqual([]);
    expect(stepsReached(instants, '2026-11-10T12:00:00.000Z')).toEqual(['due', 'overdue']);
    const said = (asOf: string): string => expectedText(instants.dueAt, asOf);
    expect([said('2026-11-10T05:00:00Z'), said('2026-11-10T12:00:00Z'), said('2026-11-10T06:20:00Z'), said('2026-11-12T07:00:00Z'), said('2026-11-26T06:00:00Z')]).toEqual([
      'expected Tue 06:00 UTC', 'expected Tue 06:00 UTC, 6 h late', 'expected Tue 06:00 UTC, 20 min late', 'expected Tue 06:00 UTC, 2 d late', 'expected Tue 10 Nov 2026 06:00 UTC, 16 d late',
    ]);
  });
});

test('only periods in which an agreement was in force are expected, also after years without one', () => {
  const days = [calendar({}, '2020-01-01T00:00:00.000Z')];
  const agreements = [{ from: '2020-01-02T12:00:00.000Z', to: '2020-01-04T00:00:00.000Z' }, { from: '2026-11-02T00:00:00.000Z', to: null }];
  expect(endedPeriods(days, agreements, null, '2026-11-04T00:00:00.000Z', 10).map(({ from }) => from.slice(0, 10))).toEqual(['2020-01-02', '2020-01-03', '2026-11-02', '2026-11-03']);
  expect(endedPeriods(days, [], null, '2026-11-04T00:00:00.000Z', 10)).toEqual([]);
  expect(nextEnds(days, agreements, '2026-11-04T05:00:00.000Z', 2)).toEqual(['2026-11-05T00:00:00.000Z', '2026-11-06T00:00:00.000Z']);
  expect(nextEnds(days, agreements.slice(0, 1), '2026-11-04T05:00:00.000Z', 2)).toEqual([]);
  expect(nextEnds([calendar({}, '2027-01-01T00:00:00.000Z')], agreements, '2026-11-04T05:00:00.000Z', 1)).toEqual(['2027-01-02T00:00:00.000Z']);
});

test.each([
  [{ cadence: 'week' }, 'CALENDAR_INVALID'], [{ firstWeekday: 'Mon' }, 'CALENDAR_INVALID'], [{ escalatedAfter: 'PT6H' }, 'CALENDAR_INVALID'],
  [{ expectedAfter: 'Tue 06:00' }, 'CALENDAR_INVALID'], [{ zone: 'Mars/Base' }, 'TIME_ZONE_UNKNOWN'], [{ expectedAfter: 'Tue 24:00' }, 'DURATION_UNREADABLE'], [{ expectedAfter: 'P1M' }, 'DURATION_UNREADABLE'], [{ overdueAfter: '06:00' }, 'DURATION_UNREADABLE'],
] as [Partial<CalendarRule>, string][])('a rule that says nothing is refused: %j', (rest, code) => {
  expect(() => checkCalendar({ ...RULE, ...rest })).toThrow(expect.objectContaining({ code }) as Error);
});

test('days of a period: those whose middle lies in it, weekends marked', () => {
  expect(localDays('2026-11-05T22:00:00Z', '2026-11-08T22:00:00Z', 'Europe/Athens').map(({ day, business }) => [day, business])).toEqual([['2026-11-06', true], ['2026-11-07', false], ['2026-11-08', false]]);
  // A week of UTC days seen from Athens: no eighth day of two hours.
  expect(localDays('2026-11-02T00:00:00Z', '2026-11-09T00:00:00Z', 'Europe/Athens')).toHaveLength(7);
});
