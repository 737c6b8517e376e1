import { Decimal } from '../../decimal.ts';
import { numberReader } from '../number.ts';
import type { LineField } from '../profile.ts';
import type { Column } from './columns.ts';
import { findMarks } from './marks.ts';
import type { SampleTable, Suggesting } from './types.ts';

const NUMBERS: readonly LineField[] = ['lots', 'commission', 'amount', 'points', 'profit', 'openPrice', 'closePrice', 'spread'];

/** Decimal and thousands marks and the unit, from all columns of numbers; and whether the lots may be in another unit. */
export function suggestMarks(all: readonly Column[], fields: ReadonlyMap<LineField, Column>, { rows }: SampleTable, s: Suggesting): void {
  const mapped = NUMBERS.flatMap((field) => fields.get(field) ?? []);
  // Only what the profile reads: another column may well be written otherwise.
  const columns = mapped.length > 0 ? mapped : all.filter(({ numeric }) => numeric > 0.9);
  const texts = columns.flatMap(({ at }) => rows.flatMap((row) => (row[at] === undefined || row[at].typed || row[at].text === '' ? [] : [row[at].text])));
  if (texts.length > 0) {
    const marks = findMarks(texts);
    if (marks.decimal === 'ambiguous') s.ask('decimal', `Is "${marks.ambiguousCell}" a little more than ${/^\d+/.exec(marks.ambiguousCell!)![0]}, or thousands? No number of the sample decides whether its mark is the decimal one.`, null, marks.ambiguousCell!.includes(',') ? [',', '.'] : ['.', ',']);
    else s.set('decimal', marks.decimal.value, marks.decimal.confidence, marks.decimal.reason);
    if (marks.thousands !== null) s.set('thousands', marks.thousands.value, 'certain', marks.thousands.reason);
    if (marks.unitSuffix !== null) s.set('unitSuffix', marks.unitSuffix.value, 'certain', marks.unitSuffix.reason);
    if (marks.against.length > 0) s.notes.push(`Some numbers are written with other marks than most: ${marks.against.map((text) => `"${text}"`).join(', ')}; their lines would be malformed.`);
  }
  const lots = fields.get('lots');
  const figures = lots?.cells.filter((cell) => cell !== '') ?? [];
  if (lots !== undefined && figures.length > 0 && (largeOrWhole(figures, s) || /unit|contract|kontrakt|stück|stuck|cents?\b|[x×*/]\s*10+/i.test(lots.header))) {
    s.ask('lotUnit', `The figures of "${lots.header}" look like "${figures[0]}". Is one of them a lot, a hundredth of one (MetaTrader's managers), a ten-thousandth, or something else in lots?`, null, ['1', '0.01', '0.0001']);
  }
}

/** Lots have decimals, and half of a broker's trades are small (sums of a day need not be); other figures may be in another unit. */
function largeOrWhole(texts: readonly string[], { profile }: Suggesting): boolean {
  const read = numberReader({ decimal: profile.decimal ?? '.', thousands: profile.thousands ?? '', unitSuffix: profile.unitSuffix ?? '' });
  const figures = texts.flatMap((text) => read(text) ?? []).map((text) => new Decimal(text).abs()).filter((figure) => figure.gt(0)).sort((a, b) => a.cmp(b));
  return figures.length > 0 && (figures.every((figure) => figure.isInteger()) || profile.level === 'trade' && figures[Math.floor(figures.length / 2)]!.gte(10));
}
