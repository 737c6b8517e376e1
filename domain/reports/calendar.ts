import { durationMillis } from '../pendingPeriod.ts';
import { Problem } from '../problem.ts';
import { DAY, TimeZone } from './timeZone.ts';

export const CADENCES = ['day', 'week', 'month'] as const;
export type Cadence = (typeof CADENCES)[number];
/** Monday first, as in ISO 8601. */
export const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** When a broker's reports are for and when they are expected. */
export interface CalendarRule {
  cadence: Cadence;
  /** Of a week only. */
  firstWeekday: Weekday | null;
  /** In whose local days periods begin: an IANA name or `+02:00`. */
  zone: string;
  /** After a period's end: an ISO duration, or the next local time in the zone, `06:00` or `Tue 06:00`. */
  expectedAfter: string;
  /** ISO durations after the due instant. */
  overdueAfter: string;
  escalatedAfter: string;
}
/** Counts from `effectiveFrom` (ISO instant) until the next version does; of two with one instant the later version counts. */
export interface CalendarVersion extends CalendarRule { id: string; version: number; effectiveFrom: string }
/** [from, to), ISO instants. */
export interface CalendarPeriod { from: string; to: string; calendar: CalendarVersion }

/** Throws CALENDAR_INVALID, DURATION_UNREADABLE or TIME_ZONE_UNKNOWN. */
export function checkCalendar(rule: CalendarRule): void {
  const refuse = (field: string, sentence: string): never => { throw new Problem('CALENDAR_INVALID', sentence, { at: { field } }); };
  zoneOf(rule.zone);
  if ((rule.cadence === 'week') !== (rule.firstWeekday !== null)) refuse('firstWeekday', 'firstWeekday belongs to the cadence "week", and to it alone.');
  if (localClock(rule.expectedAfter) === null) durationMillis(rule.expectedAfter);
  else if (rule.cadence === 'day' && /^[A-Z]/.test(rule.expectedAfter)) refuse('expectedAfter', `"${rule.expectedAfter}" names a weekday, so the reports of a whole week would be due at once; with the cadence "day" say only the time, as 06:00.`);
  if (durationMillis(rule.escalatedAfter) <= durationMillis(rule.overdueAfter)) refuse('escalatedAfter', 'escalatedAfter must be longer than overdueAfter: both count from the due instant.');
}

/** In the order in which they count, without those that another one with the same instant replaced. */
export function versionsInForce(versions: readonly CalendarVersion[]): CalendarVersion[] {
  const ordered = versions.toSorted((a, b) => Date.parse(a.effectiveFrom) - Date.parse(b.effectiveFrom) || a.version - b.version);
  return ordered.filter((version, i) => ordered[i + 1]?.effectiveFrom !== version.effectiveFrom);
}

/**
 * The period that an instant (ISO) lies in: the local day, week or month of the version in force, cut where a version begins or the next one
 * does. So the periods of any versions tile the time line from the first `effectiveFrom` on; before it: null.
 */
export function periodOf(versions: readonly CalendarVersion[], instant: string): CalendarPeriod | null {
  const inForce = versionsInForce(versions);
  const at = Date.parse(instant);
  const index = inForce.findLastIndex((version) => Date.parse(version.effectiveFrom) <= at);
  const calendar = inForce[index];
  if (calendar === undefined) return null;
  const { from, to } = naturalPeriod(calendar, at);
  const next = inForce[index + 1];
  return { calendar, from: iso(Math.max(from, Date.parse(calendar.effectiveFrom))), to: iso(next === undefined ? to : Math.min(to, Date.parse(next.effectiveFrom))) };
}

/** The one that begins where this one ends. */
export const nextPeriod = (versions: readonly CalendarVersion[], period: CalendarPeriod): CalendarPeriod => periodOf(versions, period.to)!;

/** When the report of a period is due, overdue and escalated: ISO instants. */
export function dueInstants({ to, calendar }: CalendarPeriod): { dueAt: string; overdueAt: string; escalatedAt: string } {
  const due = dueMillis(calendar, Date.parse(to));
  return { dueAt: iso(due), overdueAt: iso(due + durationMillis(calendar.overdueAfter)), escalatedAt: iso(due + durationMillis(calendar.escalatedAfter)) };
}

const iso = (millis: number): string => new Date(millis).toISOString();

const zones = new Map<string, TimeZone>();
function zoneOf(name: string): TimeZone {
  let zone = zones.get(name);
  if (zone === undefined) zones.set(name, (zone = new TimeZone(name)));
  return zone;
}

/** Days since 1970-01-01, a Thursday → 0 for Monday … 6 for Sunday. */
const weekdayOf = (day: number): number => (((day + 3) % 7) + 7) % 7;

/** The local days on which the rule's period around a local day begins, and the next one. */
function bounds({ cadence, firstWeekday }: CalendarRule, day: number): [first: number, next: number] {
  if (cadence === 'day') return [day, day + 1];
  if (cadence === 'week') {
    const first = day - ((weekdayOf(day) - WEEKDAYS.indexOf(firstWeekday!) + 7) % 7);
    return [first, first + 7];
  }
  const date = new Date(day * DAY);
  const month = (offset: number): number => Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + offset, 1) / DAY;
  return [month(0), month(1)];
}

function naturalPeriod(rule: CalendarRule, at: number): { from: number; to: number } {
  const zone = zoneOf(rule.zone);
  // A zone may skip a whole day (Apia did): then the day after it begins where the one before it ends.
  const start = (day: number): number => zone.startOfDay(day) ?? zone.startOfDay(day + 1)!;
  let [first, next] = bounds(rule, Math.floor((at + zone.offsetAt(at)) / DAY));
  // Where a clock goes back over midnight a day begins when midnight is first reached; the hour that then repeats belongs to it.
  while (start(next) <= at) [first, next] = bounds(rule, next);
  while (start(first) > at) [first, next] = bounds(rule, first - 1);
  return { from: start(first), to: start(next) };
}

/** `Tue 06:00` or `06:00`; null where the text is neither. */
function localClock(text: string): { weekday: number | null; minutes: number } | null {
  const parts = /^(?:(Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  if (parts === null) return null;
  return { weekday: parts[1] === undefined ? null : WEEKDAYS.indexOf(parts[1] as Weekday), minutes: Number(parts[2]) * 60 + Number(parts[3]) };
}

/** A local time at the very end of the period counts; one that does not exist is as much later as the clock jumps. */
function dueMillis({ zone: name, expectedAfter }: CalendarRule, end: number): number {
  const clock = localClock(expectedAfter);
  if (clock === null) return end + durationMillis(expectedAfter);
  const zone = zoneOf(name);
  for (let day = Math.floor((end + zone.offsetAt(end)) / DAY) - 1; ; day++) {
    if (clock.weekday !== null && weekdayOf(day) !== clock.weekday) continue;
    const local = day * DAY + clock.minutes * 60_000;
    const at = zone.instantOf(local) ?? local - zone.offsetAt(local - DAY);
    if (at >= end) return at;
  }
}
