import { compileDateFormat } from './dateFormat.ts';
import { localTime } from './localTime.ts';
import { compilePattern, patternFault } from './pattern.ts';
import { DAY, TimeZone } from './timeZone.ts';

/** How the name of a file, or the subject of a mail, says which period it is about. */
export interface PeriodPattern {
  /** Regular expression with the named groups `year`, `month` and `day` (without `day`: the month's first), or `date` read by `dateFormat`. */
  pattern: string;
  dateFormat?: string | undefined;
  /** In which the date is meant: IANA name or `+02:00`. */
  zone: string;
}

/** Characters of a name that the expression is tried on. */
const NAME_CHARACTERS = 500;
const GROUPS: readonly string[] = ['year', 'month', 'day', 'date'];

/** Says what is wrong with a pattern, null where it can be used: it must find a date, and be one that cannot take for ever (`compilePattern`). */
export function periodPatternFault({ pattern, dateFormat }: Pick<PeriodPattern, 'pattern' | 'dateFormat'>): string | null {
  const fault = patternFault(pattern);
  if (fault !== null) return fault;
  const groups = new Set(compilePattern(pattern).names);
  const other = [...groups].find((name) => !GROUPS.includes(name));
  if (other !== undefined) return `has the named group "${other}"; it may have year, month, day and date`;
  if (groups.has('date')) return groups.size > 1 ? 'has the group date and others beside it' : dateFormat === undefined ? 'has the group date, which needs a dateFormat' : null;
  return groups.has('year') && groups.has('month') ? null : 'finds no date: it needs the named groups year, month and day, or date';
}

/** Noon of the day that a name carries (ISO instant), so that a period that begins some hours off still holds it; null where it carries none. Throws PATTERN_INVALID | DATE_FORMAT_UNKNOWN | TIME_ZONE_UNKNOWN. */
export function dayNamed({ pattern, dateFormat, zone }: PeriodPattern, name: string): string | null {
  const { year, month, day, date } = compilePattern(pattern).groups(name.slice(0, NAME_CHARACTERS)) ?? {};
  const read = date !== undefined && dateFormat !== undefined ? compileDateFormat(dateFormat).read(date)
    : year !== undefined && month !== undefined && /^\d{2}(\d{2})?$/.test(year) ? localTime(Number(year.padStart(4, '20')), Number(month), Number(day ?? 1), 0, 0, 0, 0, null) : 'there is no date';
  if (typeof read === 'string') return null;
  const start = new TimeZone(zone).startOfDay(Math.floor(read.local / DAY));
  return start === null ? null : new Date(start + DAY / 2).toISOString();
}
