import type { StatementTime } from '../../domain/disputes/statement.ts';
import { compileDateFormat } from '../../domain/reports/dateFormat.ts';
import { isoText } from '../../domain/reports/isoText.ts';
import { numberReader } from '../../domain/reports/number.ts';
import type { TimeZone } from '../../domain/reports/timeZone.ts';

/** MetaTrader groups thousands with spaces. */
const readNumber = numberReader({ decimal: '.', thousands: ' ', unitSuffix: '' });
const FORMATS = ['yyyy.MM.dd HH:mm:ss', 'yyyy.MM.dd HH:mm', 'yyyy.MM.dd HH:mm:ss.SSS'].map((format) => compileDateFormat(format));

/** Says why a row cannot be read; caught where rows are gathered. */
export class Unreadable extends Error {}

export function ticketOf(text: string): string {
  if (!/^\d{1,30}$/.test(text)) throw new Unreadable(`"${text.slice(0, 40)}" is no ticket`);
  return text;
}

export function sideOf(text: string): 'buy' | 'sell' | null {
  const side = text.toLowerCase();
  return side === 'buy' || side === 'sell' ? side : null;
}

/** Plain decimal text; null where the cell is empty. */
export function figureOf(text: string | undefined, name: string): string | null {
  if (text === undefined || text === '' || text === '-') return null;
  const figure = readNumber(text);
  if (figure === null) throw new Unreadable(`${name} "${text.slice(0, 40)}" is no number`);
  return figure;
}

export function needed<T>(value: T | null | undefined | '', name: string): T {
  if (value === null || value === undefined || value === '') throw new Unreadable(`${name} is missing`);
  return value;
}

export function timeOf(text: string | undefined, name: string, zone: TimeZone | null): StatementTime {
  const local = needed(text, name);
  for (const { read } of FORMATS) {
    const time = read(local);
    if (typeof time === 'string') continue;
    const instant = zone?.instantOf(time.local) ?? null;
    return { local, instant: instant === null ? null : isoText(instant) };
  }
  throw new Unreadable(`${name} "${local.slice(0, 40)}" is no time`);
}

/** Places of named columns in a header; a name that stands twice is `name` and then `name 2`. Null where one is missing. */
export function placesOf(header: string[], wanted: readonly string[]): Map<string, number> | null {
  const places = new Map<string, number>();
  for (const [at, text] of header.entries()) {
    const name = text.toLowerCase().replace(/\s*\/\s*/g, '/');
    places.set(places.has(name) ? `${name} 2` : name, at);
  }
  return wanted.every((name) => places.has(name)) ? places : null;
}
