import { type CalendarPeriod, type CalendarVersion, periodOf } from './calendar.ts';

/** [from, to); `to` null: without end. ISO instants. */
export interface Span { from: string; to: string | null }

/**
 * The periods that have ended by `asOf` and begin at or after `after` (null: from the first version on), oldest first, at most `limit`. A
 * period in which no agreement was in force is not expected: nothing in it could be paid.
 */
export function endedPeriods(versions: readonly CalendarVersion[], agreements: readonly Span[], after: string | null, asOf: string, limit: number): CalendarPeriod[] {
  const found: CalendarPeriod[] = [];
  for (const period of periodsFrom(versions, agreements, after)) {
    if (found.length === limit || Date.parse(period.to) > Date.parse(asOf)) break;
    found.push(period);
  }
  return found;
}

/** The next `count` instants after `asOf` at which an expected period ends. */
export function nextEnds(versions: readonly CalendarVersion[], agreements: readonly Span[], asOf: string, count: number): string[] {
  const ends: string[] = [];
  const running = periodOf(versions, asOf);
  for (const period of periodsFrom(versions, agreements, running?.from ?? null)) {
    if (ends.length === count) break;
    ends.push(period.to);
  }
  return ends;
}

function* periodsFrom(versions: readonly CalendarVersion[], agreements: readonly Span[], after: string | null): Generator<CalendarPeriod> {
  const first = versions.reduce<string | null>((earliest, { effectiveFrom }) => (earliest === null || Date.parse(effectiveFrom) < Date.parse(earliest) ? effectiveFrom : earliest), null);
  if (first === null) return;
  for (let at: string | null = after === null || Date.parse(after) < Date.parse(first) ? first : after; at !== null;) {
    const period: CalendarPeriod = periodOf(versions, at)!;
    const covered = agreements.some(({ from, to }) => Date.parse(from) < Date.parse(period.to) && (to === null || Date.parse(to) > Date.parse(period.from)));
    if (covered) yield period;
    at = covered ? period.to : nextStart(agreements, period.to);
  }
}

/** Where an agreement is in force at or after `at`: `at` itself, or the earliest beginning after it; null: never again. */
function nextStart(agreements: readonly Span[], at: string): string | null {
  const starts = agreements.filter(({ to }) => to === null || Date.parse(to) > Date.parse(at)).map(({ from }) => Math.max(Date.parse(from), Date.parse(at)));
  return starts.length === 0 ? null : new Date(Math.min(...starts)).toISOString();
}
