import { fixedDigits } from './fixedDigits.ts';
import { DAY } from './timeZone.ts';

/** A time as written: milliseconds of the local time as if it were UTC, with the offset (milliseconds) where the text states one. */
export interface LocalTime {
  local: number;
  offset: number | null;
}

/** Reads a text into a local time; a string says what is wrong with it. */
export type LocalTimeReader = (text: string) => LocalTime | string;

/** Years that a broker's report can mean; 0001 and 1601 are empty dates of other systems. */
const FIRST_YEAR = 1900;

/** Checks the calendar and puts the parts together; 24:00 is the next midnight. */
export function localTime(
  year: number, month: number, day: number, hour: number, minute: number, second: number, millisecond: number, offset: number | null,
): LocalTime | string {
  if (year < FIRST_YEAR || year > 9999) return `the year ${year} is out of range`;
  if (month < 1 || month > 12) return `there is no month ${month}`;
  if (day < 1 || day > daysIn(year, month)) return `there is no day ${day} in month ${month} of ${year}`;
  const endOfDay = hour === 24 && minute === 0 && second === 0 && millisecond === 0;
  if ((hour > 23 && !endOfDay) || minute > 59 || second > 59) return `there is no time ${hour}:${minute}:${second}`;
  return { local: Date.UTC(year, month - 1, day, hour, minute, second, millisecond), offset };
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

const ISO = /^(\d{4})-(\d{2})(?:-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)? ?(Z|[+-]\d{2}(?::?\d{2})?)?)?)?$/;
const ISO_BASIC = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(?:(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/;

/** ISO 8601 calendar dates with or without time and offset; fractions are cut to the millisecond. A month alone only where `monthAlone`. */
export function isoReader(offsetOf: (text: string) => number | null, monthAlone: boolean): LocalTimeReader {
  return (text) => {
    const utc = usualIso(text);
    if (utc !== null) return utc;
    const parts = ISO.exec(text) ?? ISO_BASIC.exec(text);
    if (parts === null || (parts[3] === undefined && !monthAlone)) return 'it is no ISO date and time';
    const zone = parts[8];
    const offset = zone === undefined ? null : offsetOf(zone);
    if (zone !== undefined && offset === null) return `there is no offset ${zone}`;
    return localTime(
      Number(parts[1]), Number(parts[2]), Number(parts[3] ?? 1), Number(parts[4] ?? 0), Number(parts[5] ?? 0), Number(parts[6] ?? 0),
      Number((parts[7] ?? '').slice(0, 3).padEnd(3, '0')), offset,
    );
  };
}

/** `2026-10-06T12:00:00Z` and `2026-10-06T12:00:00.000Z`, which nearly every API writes, without an expression; else null. */
function usualIso(text: string): LocalTime | string | null {
  if (text.length !== 20 && text.length !== 24) return null;
  if (text[4] !== '-' || text[7] !== '-' || text[10] !== 'T' || text[13] !== ':' || text[16] !== ':' || !text.endsWith('Z')) return null;
  const millisecond = text.length === 20 ? 0 : text[19] === '.' ? fixedDigits(text, 20, 3) : -1;
  const [year, month, day] = [fixedDigits(text, 0, 4), fixedDigits(text, 5, 2), fixedDigits(text, 8, 2)];
  const [hour, minute, second] = [fixedDigits(text, 11, 2), fixedDigits(text, 14, 2), fixedDigits(text, 17, 2)];
  if (year < 0 || month < 0 || day < 0 || hour < 0 || minute < 0 || second < 0 || millisecond < 0) return null;
  return localTime(year, month, day, hour, minute, second, millisecond, 0);
}

/** Excel's day numbers in its 1900 system, in which 1900 had a 29 February; rounded to the millisecond (cases/README). */
export function excelReader(readNumber: (text: string) => string | null): LocalTimeReader {
  return (text) => {
    const serial = readNumber(text);
    if (serial === null || serial.startsWith('-')) return 'it is no Excel date number';
    const [days = '0', fraction = ''] = serial.split('.');
    const whole = Number(days);
    if (whole === 60 || whole < 1 || whole > 2_958_465) return `there is no Excel day ${days}`;
    // A float is off by less than a millionth of a millisecond here; only near a half does it need the exact way below.
    const about = fraction === '' ? 0 : Number(`0.${fraction}`) * DAY;
    if (Math.abs(about - Math.floor(about) - 0.5) > 0.001) return { local: (whole - (whole < 60 ? 25_568 : 25_569)) * DAY + Math.round(about), offset: null };
    // The fraction of a day in milliseconds, half up.
    const scale = 10n ** BigInt(fraction.length);
    const milliseconds = Number((BigInt(fraction === '' ? '0' : fraction) * BigInt(DAY) * 2n + scale) / (2n * scale));
    return { local: (whole - (whole < 60 ? 25_568 : 25_569)) * DAY + milliseconds, offset: null };
  };
}

/** Whole milliseconds since 1970-01-01T00:00Z. */
export const readEpochMillis: LocalTimeReader = (text) => {
  const instant = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(instant >= Date.UTC(FIRST_YEAR, 0, 1) && instant < Date.UTC(10_000, 0, 1))) return 'it is no whole number of milliseconds since 1970';
  return { local: instant, offset: 0 };
};
