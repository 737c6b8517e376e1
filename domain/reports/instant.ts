import { Problem } from '../problem.ts';
import { compileDateFormat } from './dateFormat.ts';
import { excelReader, isoReader, readEpochMillis, type LocalTimeReader } from './localTime.ts';
import { readPlainNumber, type NumberReader } from './number.ts';
import type { ReportLevel } from './profile.ts';
import { DAY, offsetOf, TimeZone } from './timeZone.ts';

/** A local day or month with its bounds as ISO instants; `end` is its last millisecond. */
export interface Bucket {
  name: string;
  start: string;
  end: string;
}

export interface InstantReader {
  /** Reads a cell to epoch milliseconds, or to a clause that says what is wrong with it. */
  instant(text: string, typed: boolean): number | string;
  /** Reads a cell to the day or month it lies in, in the zone, or to a clause that says what is wrong. */
  bucket(text: string, typed: boolean): Bucket | string;
}

export interface InstantRules {
  dateFormat: string;
  timeZone?: string | undefined;
  level: ReportLevel;
}

/** Whether texts of this format can be read without a zone (each carries its own offset, or may do so). */
export function needsTimeZone(dateFormat: string, level: ReportLevel): boolean {
  if (level !== 'trade') return true;
  if (dateFormat === 'iso' || dateFormat === 'epochMillis') return false;
  return dateFormat === 'excel' || !compileDateFormat(dateFormat).hasOffset;
}

/**
 * A reader of a profile's times (cases/README "profile"): an offset in the text beats the zone, a local time that occurs twice takes the
 * offset before the change, one that does not exist is an error. `typed` cells are numbers of the format itself (json, xlsx).
 * Throws DATE_FORMAT_UNKNOWN, TIME_ZONE_UNKNOWN or TIME_ZONE_MISSING.
 */
export function instantReader(rules: InstantRules, readNumber: NumberReader): InstantReader {
  const { dateFormat, level } = rules;
  if (rules.timeZone === undefined && needsTimeZone(dateFormat, level)) {
    throw new Problem('TIME_ZONE_MISSING', 'The profile names no timeZone, and without one the times of the file cannot be read.', { at: { field: 'timeZone' } });
  }
  const zone = rules.timeZone === undefined ? null : new TimeZone(rules.timeZone);
  const typedReader = dateFormat === 'excel' ? excelReader(readPlainNumber) : null;
  const textReader = localReader(dateFormat, level, readNumber);
  const buckets = new Map<number, Bucket | string>();

  const instant = (text: string, typed: boolean): number | string => {
    const time = (typed && typedReader !== null ? typedReader : textReader)(text);
    if (typeof time === 'string') return time;
    if (time.offset !== null) return time.local - time.offset;
    if (zone === null) return 'it states no offset, and the profile names no timeZone';
    return zone.instantOf(time.local) ?? `that local time does not exist in ${zone.name}`;
  };

  return {
    instant,
    bucket(text, typed) {
      const time = (typed && typedReader !== null ? typedReader : textReader)(text);
      if (typeof time === 'string') return time;
      if (zone === null) return 'the profile names no timeZone';
      const local = time.offset === null ? time.local : time.local - time.offset + zone.offsetAt(time.local - time.offset);
      const first = level === 'account-month' ? firstOfMonth(local) : Math.floor(local / DAY);
      let bucket = buckets.get(first);
      if (bucket === undefined) {
        if (buckets.size > 20_000) buckets.clear();
        buckets.set(first, (bucket = bucketFrom(zone, first, level)));
      }
      return bucket;
    },
  };
}

function localReader(dateFormat: string, level: ReportLevel, readNumber: NumberReader): LocalTimeReader {
  if (dateFormat === 'iso') return isoReader(offsetOf, level === 'account-month');
  if (dateFormat === 'epochMillis') return readEpochMillis;
  if (dateFormat === 'excel') return excelReader(readNumber);
  const format = compileDateFormat(dateFormat);
  if (!format.hasDay && level !== 'account-month') {
    throw new Problem('DATE_FORMAT_UNKNOWN', `The dateFormat "${dateFormat}" has no day, which the level ${level} needs.`, { at: { field: 'dateFormat' } });
  }
  return format.read;
}

function firstOfMonth(local: number): number {
  const date = new Date(local);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) / DAY;
}

function bucketFrom(zone: TimeZone, first: number, level: ReportLevel): Bucket | string {
  const day = new Date(first * DAY);
  const name = day.toISOString().slice(0, level === 'account-month' ? 7 : 10);
  const next = level === 'account-month' ? Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 1) / DAY : first + 1;
  const start = zone.startOfDay(first);
  // A zone may skip a whole day (Apia did): then the next one that exists begins where this one ends.
  const end = zone.startOfDay(next) ?? zone.startOfDay(next + 1);
  if (start === null || end === null) return `the day ${name} does not exist in ${zone.name}`;
  return { name, start: new Date(start).toISOString(), end: new Date(end - 1).toISOString() };
}
