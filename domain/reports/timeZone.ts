import { Problem } from '../problem.ts';

const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** More than any zone's distance from UTC. */
const REACH = 16 * HOUR;
/** Days kept in a cache; a file of a broker has some hundred, one of nonsense any number. */
const MAX_DAYS = 20_000;

/** A change of offset inside one UTC day: from the instant `at` on it is `after`. */
interface Change {
  at: number;
  before: number;
  after: number;
}

/** An IANA zone or a fixed offset, with its offsets cached per UTC day: a million local times cost a look-up each. */
export class TimeZone {
  readonly name: string;
  readonly #offset: (instant: number) => number;
  readonly #days = new Map<number, number | Change>();
  readonly #localDays = new Map<number, number | null>();

  /** Throws TIME_ZONE_UNKNOWN where `name` is neither an IANA name nor an offset as `+02:00`. */
  constructor(name: string) {
    this.name = name;
    const fixed = offsetOf(name);
    this.#offset = fixed === null ? intlOffset(name) : () => fixed;
  }

  /** Milliseconds to add to the instant (epoch milliseconds) for the zone's local time. */
  offsetAt(instant: number): number {
    const day = this.#day(Math.floor(instant / DAY));
    return typeof day === 'number' ? day : instant < day.at ? day.before : day.after;
  }

  /**
   * Instant of a local time (milliseconds as if it were UTC). A local time that occurs twice is read with the offset
   * before the change; one that does not exist is null (cases/README "profile").
   */
  instantOf(local: number): number | null {
    const localDay = Math.floor(local / DAY);
    let steady = this.#localDays.get(localDay);
    if (steady === undefined) {
      if (this.#localDays.size > MAX_DAYS) this.#localDays.clear();
      this.#localDays.set(localDay, (steady = this.#steadyOffset(localDay)));
    }
    if (steady !== null) return local - steady;
    const early = local - this.offsetAt(local - REACH);
    const late = local - this.offsetAt(local + REACH);
    const [first, second] = early < late ? [early, late] : [late, early];
    if (first + this.offsetAt(first) === local) return first;
    return second + this.offsetAt(second) === local ? second : null;
  }

  /** First instant of a local day (days since 1970-01-01), also where its midnight is skipped; null where the zone skipped the whole day. */
  startOfDay(localDay: number): number | null {
    const midnight = this.instantOf(localDay * DAY);
    if (midnight !== null) return midnight;
    for (const day of [localDay - 1, localDay, localDay + 1]) {
      const change = this.#day(day);
      if (typeof change !== 'number' && Math.floor((change.at + change.after) / DAY) === localDay) return change.at;
    }
    return null;
  }

  /** The offset around a whole local day, or null where a change is near. */
  #steadyOffset(localDay: number): number | null {
    const [before, on, after] = [this.#day(localDay - 1), this.#day(localDay), this.#day(localDay + 1)];
    return typeof on === 'number' && before === on && after === on ? on : null;
  }

  #day(day: number): number | Change {
    let entry = this.#days.get(day);
    if (entry === undefined) {
      if (this.#days.size > MAX_DAYS) this.#days.clear();
      this.#days.set(day, (entry = this.#changeIn(day * DAY, (day + 1) * DAY)));
    }
    return entry;
  }

  #changeIn(start: number, end: number): number | Change {
    const before = this.#offset(start);
    const after = this.#offset(end);
    if (before === after) return before;
    let [low, high] = [start, end];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.#offset(middle) === before) low = middle;
      else high = middle;
    }
    return { at: high, before, after };
  }
}

/** `+02:00`, `-0530`, `+2`, `Z` → milliseconds; null where the text is no offset. */
export function offsetOf(text: string): number | null {
  if (text === 'Z' || text === 'z' || text === 'UTC') return 0;
  const parts = /^([+-])(\d{1,2})(?::?(\d{2}))?$/.exec(text);
  if (parts === null) return null;
  const [hours, minutes] = [Number(parts[2]), Number(parts[3] ?? 0)];
  if (hours > 15 || minutes > 59) return null;
  return (parts[1] === '-' ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

function intlOffset(name: string): (instant: number) => number {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: name, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
    });
  } catch (cause) {
    throw new Problem('TIME_ZONE_UNKNOWN', `"${name}" is no time zone: name one as "Europe/Athens" or as an offset "+02:00".`, { cause, at: { field: 'timeZone' } });
  }
  return (instant) => {
    const parts: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(instant)) parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1000) * 1000;
  };
}
