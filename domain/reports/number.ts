/** The marks a broker writes numbers with (cases/README "profile"); empty text means that there is none. */
export interface NumberMarks {
  decimal: string;
  thousands: string;
  unitSuffix: string;
}

/** Reads one cell: plain decimal text (`-1.25`, `0`), or null where the cell is not a number by its marks. */
export type NumberReader = (text: string) => string | null;

/** Digits kept before and after the decimal mark: every product of four such numbers is exact (domain/decimal.ts). */
export const MAX_INTEGER_DIGITS = 15;
export const MAX_DECIMAL_DIGITS = 20;

const SPACES = ' \u00a0\u2009\u202f';

/**
 * A strict reader: digits with the declared marks and an optional leading minus. Thousands marks stand only between groups of three and
 * never after a lone leading zero (`0,500` is a decimal read with the wrong profile). Anything else, an
 * exponent, `NaN`, a plus or an empty cell included, is null. Spaces that look alike count as one mark.
 */
export function numberReader(marks: NumberMarks): NumberReader {
  const decimal = escaped(marks.decimal);
  const grouped = marks.thousands === '' ? '' : `[1-9]\\d{0,2}(?:${SPACES.includes(marks.thousands) ? `[${SPACES}]` : escaped(marks.thousands)}\\d{3})+|`;
  const pattern = new RegExp(`^(-?)(${grouped}\\d+)(?:${decimal}(\\d+))?$`);
  const suffix = marks.unitSuffix.trim();
  return (text) => {
    let figure = text.trim();
    if (suffix !== '' && figure.endsWith(suffix)) figure = figure.slice(0, -suffix.length).trimEnd();
    const parts = pattern.exec(figure);
    return parts === null ? null : plainText(parts[1] === '-', parts[2] ?? '', parts[3] ?? '');
  };
}

/** Numbers that a format itself types (json, xlsx) always have a point and no other marks. */
export const readPlainNumber: NumberReader = numberReader({ decimal: '.', thousands: '', unitSuffix: '' });

function plainText(negative: boolean, grouped: string, decimals: string): string | null {
  let whole = grouped.length > 3 ? grouped.replace(/\D/g, '') : grouped;
  let first = 0;
  while (first < whole.length - 1 && whole.charCodeAt(first) === 48) first++;
  if (first > 0) whole = whole.slice(first);
  let last = decimals.length;
  while (last > 0 && decimals.charCodeAt(last - 1) === 48) last--;
  if (whole.length > MAX_INTEGER_DIGITS || last > MAX_DECIMAL_DIGITS) return null;
  if (last === 0) return negative && whole !== '0' ? `-${whole}` : whole;
  return `${negative ? '-' : ''}${whole}.${last === decimals.length ? decimals : decimals.slice(0, last)}`;
}

function escaped(mark: string): string {
  return mark.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
