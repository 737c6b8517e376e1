import { LINE_FIELDS, type LineField } from '../profile.ts';
import { type DateGuess, guessDates } from './dates.ts';
import { looksNumeric } from './marks.ts';
import { headerScores } from './synonyms.ts';
import type { Confidence, SampleTable } from './types.ts';

/** What the cells of one column are like. */
export interface Column { header: string; at: number; cells: string[]; filled: number; distinct: number; numeric: number; dates: DateGuess | null; repeated: boolean }

export interface Mapped { field: LineField; column: Column; confidence: Confidence; reason: string }

const LOOKED = 5_000;
const NUMBERS: readonly LineField[] = ['lots', 'points', 'commission', 'amount', 'openPrice', 'closePrice', 'profit', 'spread'];
const TIMES: readonly LineField[] = ['openTime', 'closeTime', 'day', 'month'];
/** Found only together with what gives them a meaning. */
const NEEDED_BY_HEADER = 50;

/** Measures every column of a table. */
export function columnsOf({ header, rows }: SampleTable): Column[] {
  return header.map((name, at) => {
    const cells = rows.slice(0, LOOKED).map((row) => row[at] ?? { text: '', typed: false });
    const texts = cells.map(({ text }) => text).filter((text) => text !== '');
    const share = (fits: (text: string) => boolean): number => (texts.length === 0 ? 0 : texts.filter(fits).length / texts.length);
    return {
      header: name, at, cells: cells.map(({ text }) => text), filled: texts.length, distinct: new Set(texts).size, repeated: name === '' || header.some((other, place) => place !== at && other === name),
      numeric: share(looksNumeric), dates: /\d/.test(texts[0] ?? '') ? guessDates(cells) : null,
    };
  });
}

/** Which column is which field: by header where its cells fit, the best header first; each column and field once. */
export function mapColumns(columns: readonly Column[]): Mapped[] {
  const usable = columns.filter(({ repeated, header }) => !repeated && header.length <= 200);
  const offers = usable.flatMap((column) => [...headerScores(column.header)].map(([field, score]) => ({ field, column, score })))
    .filter(({ field, column, score }) => score >= NEEDED_BY_HEADER && fits(field, column))
    .map((offer) => ({ ...offer, score: offer.score + bonus(offer.field, offer.column, usable) }))
    .sort((a, b) => b.score - a.score || LINE_FIELDS.indexOf(a.field) - LINE_FIELDS.indexOf(b.field) || a.column.at - b.column.at);
  const mapped = new Map<LineField, Mapped>();
  const taken = new Set<Column>();
  for (const { field, column, score } of offers) {
    if (mapped.has(field) || taken.has(column)) continue;
    mapped.set(field, { field, column, confidence: score >= 75 && column.filled > 0 ? 'certain' : 'likely', reason: `"${column.header}" ${score >= 75 ? 'is a usual name for it' : 'sounds like it'}${column.filled === 0 ? ', but every cell is empty' : ''}.` });
    taken.add(column);
  }
  for (const field of ['account', 'symbol', 'lots', 'closeTime'] as const) {
    if (mapped.has(field) || (field === 'symbol' && mapped.has('class')) || (field === 'closeTime' && (mapped.has('day') || mapped.has('month')))) continue;
    const byContent = usable.filter((column) => !taken.has(column) && contains(field, column));
    const [only] = byContent;
    if (only === undefined || byContent.length > 1) continue;
    mapped.set(field, { field, column: only, confidence: 'guess', reason: `"${only.header}" says nothing to us, but it is the only column whose cells look like it ("${only.cells.find((cell) => cell !== '')?.slice(0, 40) ?? ''}").` });
    taken.add(only);
  }
  return LINE_FIELDS.flatMap((field) => mapped.get(field) ?? []);
}

/** Whether the cells can be this field at all; a column without any can be every one. */
function fits(field: LineField, { filled, numeric, dates, distinct }: Column): boolean {
  if (filled === 0) return !['account', 'closeTime', 'day', 'month'].includes(field);
  if (TIMES.includes(field)) return dates !== null && (field === 'month' ? !dates.hasDay || distinct <= 2 : dates.hasDay);
  if (NUMBERS.includes(field)) return numeric > 0.8 && (dates === null || numeric === 1);
  if (field === 'account' || field === 'ticket' || field === 'reference') return dates === null || numeric === 1;
  if (field === 'kind' || field === 'side' || field === 'class') return distinct <= Math.max(30, filled / 4) && dates === null && numeric < 0.5;
  if (field === 'status') return distinct <= 40 && dates === null;
  if (field === 'symbol') return dates === null && numeric < 0.5;
  return true;
}

/** Tickets are all different, lots say so in their header, times of day make a close. */
function bonus(field: LineField, { header, filled, distinct, dates }: Column, all: readonly Column[]): number {
  if (field === 'ticket') return filled > 1 && distinct < filled * 0.98 ? -30 : 0;
  if (field === 'lots') return filled === 0 ? -20 : /lot/i.test(header) ? 10 : 0;
  if (field === 'commission') return /usd|\$/i.test(header) ? 1 : 0;
  if (field === 'account') return distinct > filled * 0.98 && filled > 20 ? -10 : 0;
  if (field === 'closeTime') return dates?.hasTime === true ? 5 : all.some((one) => one.dates?.hasTime === true && (headerScores(one.header).get('closeTime') ?? 0) >= 75) ? -40 : -5;
  if (field === 'day') return dates?.hasTime === true ? -60 : 5;
  if (field === 'month') return dates?.hasDay === false ? 5 : 0;
  return 0;
}

function contains(field: 'account' | 'symbol' | 'lots' | 'closeTime', column: Column): boolean {
  const { cells, filled, distinct, numeric, dates } = column;
  const texts = cells.filter((cell) => cell !== '');
  if (filled < cells.length * 0.5) return false;
  const all = (pattern: RegExp): boolean => texts.filter((text) => pattern.test(text)).length > filled * 0.95;
  if (field === 'closeTime') return dates !== null;
  if (dates !== null && numeric < 1) return false;
  if (field === 'account') return all(/^\d{4,12}$/) && distinct < filled;
  if (field === 'symbol') return texts.filter((text) => /^[A-Z]{6}(?:[._#-]?[A-Za-z]{0,5})?$/.test(text)).length > filled * 0.3;
  return numeric > 0.95 && texts.some((text) => /[.,]\d{1,2}(?:\D|$)/.test(text)) && !all(/^-/) && texts.every((text) => !text.startsWith('-'));
}
