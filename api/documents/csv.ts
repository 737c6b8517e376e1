import { type Options, stringify } from 'csv-stringify/sync';

/** Cells in column order; a money column holds decimal texts. */
export interface CsvColumn { name: string; money?: true }

const DECIMAL = /^-?\d+(?:\.\d+)?$/;

/**
 * Writes rows as CSV for spreadsheets (RFC 4180, UTF-8 with a byte order mark, without which Excel reads it in the
 * machine's own code page). A cell that a spreadsheet would take for a formula (= + - @ tab CR first) gets an apostrophe
 * before it; a decimal text in a money column does not, so that −1.32 stays a number.
 */
export function csvWriter(columns: readonly CsvColumn[]): { head(): string; rows(rows: readonly (readonly string[])[]): string } {
  const money = columns.map((column) => column.money === true);
  const options: Options = {
    record_delimiter: 'windows', escape_formulas: true, quoted_match: /[\r\n\t]/,
    cast: { string: (value, { index }) => (money[index] && DECIMAL.test(value) ? { value, escape_formulas: false } : value) },
  };
  return {
    head: () => `\ufeff${stringify([columns.map((column) => column.name)], options)}`,
    rows: (rows) => stringify(rows.map((row) => [...row]), options),
  };
}
