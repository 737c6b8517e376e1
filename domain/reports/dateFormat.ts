import { Problem } from '../problem.ts';
import { fixedDigits } from './fixedDigits.ts';
import { localTime, type LocalTimeReader } from './localTime.ts';
import { offsetOf } from './timeZone.ts';

type Part = 'year' | 'shortYear' | 'month' | 'monthName' | 'day' | 'hour' | 'hour12' | 'half' | 'minute' | 'second' | 'millisecond' | 'offset' | 'weekday';

/** The tokens that mean the same in Luxon and date-fns, and both libraries' offsets. */
const TOKENS: Record<string, [part: Part, pattern: string]> = {
  yyyy: ['year', '\\d{4}'], yy: ['shortYear', '\\d{2}'],
  M: ['month', '\\d{1,2}'], MM: ['month', '\\d{2}'], L: ['month', '\\d{1,2}'], LL: ['month', '\\d{2}'],
  MMM: ['monthName', '[A-Za-z]{3}'], LLL: ['monthName', '[A-Za-z]{3}'], MMMM: ['monthName', '[A-Za-z]{3,9}'], LLLL: ['monthName', '[A-Za-z]{3,9}'],
  d: ['day', '\\d{1,2}'], dd: ['day', '\\d{2}'],
  H: ['hour', '\\d{1,2}'], HH: ['hour', '\\d{2}'], h: ['hour12', '\\d{1,2}'], hh: ['hour12', '\\d{2}'], a: ['half', '[AaPp][Mm]'],
  m: ['minute', '\\d{1,2}'], mm: ['minute', '\\d{2}'], s: ['second', '\\d{1,2}'], ss: ['second', '\\d{2}'], SSS: ['millisecond', '\\d{3}'],
  Z: ['offset', 'Z|[+-]\\d{1,2}(?::?\\d{2})?'], ZZ: ['offset', 'Z|[+-]\\d{2}:\\d{2}'], ZZZ: ['offset', 'Z|[+-]\\d{4}'],
  XX: ['offset', 'Z|[+-]\\d{4}'], XXX: ['offset', 'Z|[+-]\\d{2}:\\d{2}'], xx: ['offset', '[+-]\\d{4}'], xxx: ['offset', '[+-]\\d{2}:\\d{2}'],
  EEE: ['weekday', '[A-Za-z]{3}'], EEEE: ['weekday', '[A-Za-z]{6,9}'],
};
const MONTHS = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december'];
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

export interface DateFormat {
  /** The texts carry their own offset, so that no zone is needed. */
  hasOffset: boolean;
  hasDay: boolean;
  read: LocalTimeReader;
}

/**
 * Compiles Unicode tokens (`yyyy.MM.dd HH:mm:ss`, text in single quotes stands for itself; names are English) into a strict reader.
 * Throws DATE_FORMAT_UNKNOWN for a token that the libraries read differently or that is incomplete without another.
 */
export function compileDateFormat(format: string): DateFormat {
  const parts: Part[] = [];
  let pattern = '';
  for (const [piece, quoted] of format.matchAll(/'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+|'/g)) {
    const token = Object.hasOwn(TOKENS, piece) ? TOKENS[piece] : undefined;
    if (token !== undefined) {
      parts.push(token[0]);
      pattern += `(${token[1]})`;
    } else if (quoted !== undefined || /^[^A-Za-z']/.test(piece)) {
      pattern += literal(quoted === undefined ? piece : quoted === '' ? "'" : quoted.replaceAll("''", "'"));
    } else throw unknown(format, `it cannot read "${piece}"; put plain letters in single quotes`);
  }
  check(format, parts);
  const fixed = fixedReader(format);
  const expression = new RegExp(`^${pattern}$`);
  const read: LocalTimeReader = fixed ?? readByExpression(format, expression, parts);
  return { hasOffset: parts.includes('offset'), hasDay: parts.includes('day'), read };
}

/** A reader for formats whose every part has its place and width, several times faster than an expression; null for others. */
function fixedReader(format: string): LocalTimeReader | null {
  const places = new Map<string, number>();
  let bare = format;
  for (const token of ['yyyy', 'MM', 'dd', 'HH', 'mm', 'ss', 'SSS']) {
    const at = format.indexOf(token);
    places.set(token, at);
    bare = bare.replace(token, '\0'.repeat(token.length));
  }
  if (/[A-Za-z']/.test(bare)) return null;
  const marks = bare.split('').flatMap((mark, at) => (mark === '\0' ? [] : [at]));
  const [y, M, d, H, m, s, S] = [...places.values()] as [number, number, number, number, number, number, number];
  const part = (text: string, at: number, length: number, missing: number): number => (at < 0 ? missing : fixedDigits(text, at, length));
  return (text) => {
    let sound = text.length === format.length;
    for (const at of marks) if (text.charCodeAt(at) !== format.charCodeAt(at)) sound = false;
    const [year, month, day] = [part(text, y, 4, 0), part(text, M, 2, 1), part(text, d, 2, 1)];
    const [hour, minute, second, millisecond] = [part(text, H, 2, 0), part(text, m, 2, 0), part(text, s, 2, 0), part(text, S, 3, 0)];
    if (!sound || year < 0 || month < 0 || day < 0 || hour < 0 || minute < 0 || second < 0 || millisecond < 0) return `it is not written as ${format}`;
    return localTime(year, month, day, hour, minute, second, millisecond, null);
  };
}

function readByExpression(format: string, expression: RegExp, parts: Part[]): LocalTimeReader {
  return (text) => {
    const found = expression.exec(text);
    if (found === null) return `it is not written as ${format}`;
    let [year, month, day, hour, minute, second, millisecond] = [0, 1, 1, 0, 0, 0, 0];
    let [afternoon, weekday]: [boolean, string] = [false, ''];
    let offset: number | null = null;
    for (let at = 0; at < parts.length; at++) {
      const cell = found[at + 1] ?? '';
      switch (parts[at]) {
        case 'year': year = Number(cell); break;
        case 'shortYear': year = Number(cell) + (Number(cell) > 60 ? 1900 : 2000); break;
        case 'month': month = Number(cell); break;
        case 'monthName': month = nameIndex(MONTHS, cell) + 1; break;
        case 'day': day = Number(cell); break;
        case 'hour': hour = Number(cell); break;
        case 'hour12':
          if (Number(cell) < 1 || Number(cell) > 12) return `there is no hour ${cell} of twelve`;
          hour = Number(cell) % 12;
          break;
        case 'half': afternoon = cell.charAt(0).toLowerCase() === 'p'; break;
        case 'minute': minute = Number(cell); break;
        case 'second': second = Number(cell); break;
        case 'millisecond': millisecond = Number(cell); break;
        case 'offset':
          offset = offsetOf(cell);
          if (offset === null) return `there is no offset ${cell}`;
          break;
        default: weekday = cell;
      }
    }
    const time = localTime(year, month, day, afternoon ? hour + 12 : hour, minute, second, millisecond, offset);
    if (weekday === '' || typeof time === 'string') return time;
    return nameIndex(WEEKDAYS, weekday) === new Date(time.local).getUTCDay() ? time : `that day is no ${weekday}`;
  };
}

function check(format: string, parts: Part[]): void {
  const kinds = parts.map((part) => (part === 'shortYear' ? 'year' : part === 'monthName' ? 'month' : part === 'hour12' ? 'hour' : part));
  if (new Set(kinds).size !== kinds.length) throw unknown(format, 'it names one part twice');
  if (!kinds.includes('year') || !kinds.includes('month')) throw unknown(format, 'it needs a year and a month');
  if (parts.includes('hour12') !== parts.includes('half')) throw unknown(format, 'hours of twelve (h) and the half of the day (a) need each other');
  for (const [fine, coarse] of [['hour', 'day'], ['minute', 'hour'], ['second', 'minute'], ['millisecond', 'second']] as const) {
    if (kinds.includes(fine) && !kinds.includes(coarse)) throw unknown(format, `it has a ${fine} but no ${coarse}`);
  }
}

function unknown(format: string, why: string): Problem {
  return new Problem('DATE_FORMAT_UNKNOWN', `The dateFormat "${format}" cannot be used: ${why}.`, { at: { field: 'dateFormat' } });
}

/** Place of a full or three-letter English name; -1 where it is none. */
function nameIndex(names: string[], text: string): number {
  const wanted = text.toLowerCase();
  return names.findIndex((name) => name === wanted || (wanted.length === 3 && name.startsWith(wanted)));
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
