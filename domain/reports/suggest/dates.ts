import { compileDateFormat } from '../dateFormat.ts';
import { isoReader, readEpochMillis } from '../localTime.ts';
import { offsetOf } from '../timeZone.ts';
import type { Cell, Confidence } from './types.ts';

export interface DateGuess {
  format: string;
  confidence: Confidence;
  reason: string;
  /** Every text carries its own offset (or is an instant), so that no zone is needed. */
  hasOffset: boolean;
  hasTime: boolean;
  hasDay: boolean;
  /** Another format that reads every cell, with day and month the other way round. */
  other: string | null;
}

const DATES = [
  'yyyy.MM.dd', 'yyyy-MM-dd', 'yyyy/MM/dd', 'dd.MM.yyyy', 'dd/MM/yyyy', 'dd-MM-yyyy', 'MM/dd/yyyy', 'MM-dd-yyyy', 'MM.dd.yyyy', 'd.M.yyyy', 'd/M/yyyy', 'd-M-yyyy', 'M/d/yyyy', 'M-d-yyyy', 'yyyy/M/d', 'yyyy.M.d', 'yyyy-M-d',
  'dd.MM.yy', 'dd/MM/yy', 'dd-MM-yy', 'MM/dd/yy', 'MM-dd-yy', 'd.M.yy', 'd/M/yy', 'M/d/yy', 'dd MMM yyyy', 'd MMM yyyy', 'dd-MMM-yyyy', 'd-MMM-yyyy', 'dd-MMM-yy', 'dd/MMM/yyyy', 'dd MMMM yyyy', 'd MMMM yyyy', 'MMM dd, yyyy', 'MMM d, yyyy', 'MMMM dd, yyyy', 'MMMM d, yyyy', 'MMM dd yyyy', 'yyyyMMdd',
];
const MONTHS = ['yyyy-MM', 'MM/yyyy', 'MM.yyyy', 'MM-yyyy', 'yyyy/MM', 'yyyy.MM', 'yyyyMM', 'MMM yyyy', 'MMMM yyyy', 'MMM-yyyy', 'MMM-yy', 'M/yyyy', 'MM/yy'];
const CLOCKS = ['HH:mm:ss', 'HH:mm', 'HH:mm:ss.SSS', 'H:mm:ss', 'H:mm', 'HH.mm.ss', 'HH.mm', 'hh:mm:ss a', 'h:mm:ss a', 'hh:mm a', 'h:mm a', 'HHmmss'];
const JOINS = [' ', ', ', "'T'", '  ', ' - '];
const OFFSETS = ['', 'ZZ', ' ZZ', 'ZZZ', ' ZZZ'];
/** Where another order of day and month reads as well. */
const SWAPPED = (format: string): string => format.replace(/d+|M+/g, (part) => (part.startsWith('d') ? 'M' : 'd').repeat(part.length));

interface Candidate { format: string; shape: string; reads(text: string): boolean; monthOnly: boolean }
let compiled: Candidate[] | null = null;

/** What stands between letters and digits: formats of another shape need not be tried. */
const shapeOf = (text: string): string => text.replace(/[\p{L}\p{N}]+/gu, 'x');

function formats(): Candidate[] {
  if (compiled !== null) return compiled;
  const timed = DATES.flatMap((date) => JOINS.flatMap((join) => CLOCKS.flatMap((clock) => OFFSETS.map((offset) => `${date}${join}${clock}${offset}`))));
  return (compiled = [...DATES, ...timed, ...MONTHS].map((format) => {
    let read: ReturnType<typeof compileDateFormat>['read'] | null = null;
    return { format, shape: shapeOf(format.replace("'T'", 'T')), monthOnly: MONTHS.includes(format), reads: (text) => typeof (read ??= compileDateFormat(format).read)(text) !== 'string' };
  }));
}

/** Cells that a date format is tried on. */
const TRIED = 400;
/** Some cells of a date column are remarks or damage. */
const MOST = 0.97;
const iso = isoReader(offsetOf, false);
const isoMonth = isoReader(offsetOf, true);
const ISO_OFFSET = /(?:Z|[+-]\d{2}(?::?\d{2})?)$/;

/** The format of a column's dates, null where it holds none. Day before month is decided by days after the 12th. */
export function guessDates(cells: readonly Cell[]): DateGuess | null {
  const filled = cells.filter(({ text }) => text !== '');
  const typed = filled.filter((cell) => cell.typed).length;
  const texts = [...new Set(filled.map(({ text }) => text))].slice(0, TRIED);
  if (texts.length === 0) return null;
  const enough = (reads: (text: string) => boolean): boolean => texts.filter(reads).length >= texts.length * MOST;
  const found = (format: string, reason: string, more: Partial<DateGuess> = {}): DateGuess => ({ format, confidence: 'certain', reason, hasOffset: false, hasTime: true, hasDay: true, other: null, ...more });
  if (enough((text) => /^\d{13}$/.test(text) && typeof readEpochMillis(text) !== 'string')) return found('epochMillis', `"${texts[0]}" counts milliseconds since 1970.`, { hasOffset: true });
  if (typed === filled.length && enough((text) => /^[2-6]\d{4}(?:\.\d+)?$/.test(text))) return found('excel', 'The cells are day numbers of a spreadsheet.', { hasTime: texts.some((text) => text.includes('.')) });
  if (enough((text) => /^\d{4}-\d{2}-\d{2}/.test(text) && typeof iso(text) !== 'string')) {
    const withTime = texts.filter((text) => /\d:\d/.test(text));
    return found('iso', `"${texts[0]}" is written as ISO 8601 says.`, { hasOffset: withTime.length === texts.length && texts.every((text) => ISO_OFFSET.test(text.slice(10))), hasTime: withTime.length > 0 });
  }
  if (enough((text) => /^\d{4}-\d{2}$/.test(text) && typeof isoMonth(text) !== 'string')) return found('yyyy-MM', `"${texts[0]}" is a year and a month.`, { hasDay: false, hasTime: false });
  const shapes = [texts[0]!, texts.at(-1)!].flatMap((text) => [shapeOf(text), shapeOf(text.replace(/[+-]\d{2}:?\d{2}$/, 'Z'))]);
  const fitting = formats().filter(({ shape }) => shapes.includes(shape)).filter(({ reads }) => enough(reads));
  const [best] = fitting;
  if (best === undefined) return null;
  const { format, monthOnly } = best;
  const swapped = SWAPPED(format);
  const numeric = /(?<![A-Za-z])(?:d+|M{1,2})[./-](?:d+|M{1,2})(?![A-Za-z])/.test(format) && !format.startsWith('yyyy');
  const other = numeric && fitting.some((one) => one.format === swapped) ? swapped : null;
  return found(format, other === null ? `"${texts[0]}" and all others are written so${numeric ? '; a day after the 12th shows which number is the month' : ''}.` : `"${texts[0]}" can be read both ways round: no day of the sample is after the 12th.`, {
    confidence: other !== null ? 'guess' : 'certain', hasOffset: /Z/.test(format), hasTime: /[Hh]/.test(format), hasDay: !monthOnly, other,
  });
}
