import { beginning } from '../../storable.ts';
import { compilePattern, patternFault } from '../pattern.ts';
import type { SampleRecord } from './records.ts';

/** Rows at the end among which a footer is looked for. */
const WITHIN = 15;
const SUMS = /^(?:grand |sub)?(?:total|totals|sum|summe|gesamt|gesamtsumme|zwischensumme|somme|suma|somma|razem|celkem|итого|всего|合计|总计|合計|總計)/i;

export interface Footer { pattern: string; rows: number; reason: string }

/**
 * The rows at the end that are no data: sums, remarks and signatures. Null where the last row is data.
 *
 * @param isData whether a row has what a data row needs
 */
export function findFooter(header: readonly string[], rows: readonly SampleRecord[], isData: (row: SampleRecord) => boolean): Footer | null {
  let first = rows.length;
  const from = Math.max(0, rows.length - WITHIN);
  for (let at = rows.length - 1; at >= from; at--) {
    const row = rows[at]!;
    if (SUMS.test(row.cells[0] ?? '') || row.cells.length !== header.length || !isData(row)) first = at;
    else break;
  }
  const cell = rows[first]?.cells[0] ?? '';
  if (first === rows.length || first === from || cell === '') return null;
  const pattern = `^${escaped(wordsOf(cell))}`;
  if (patternFault(pattern) !== null) return null;
  const matches = compilePattern(pattern);
  if (rows.slice(0, first).some(({ cells }) => matches.test(cells[0] ?? ''))) return null;
  return { pattern, rows: rows.length - first, reason: `The last ${rows.length - first === 1 ? 'row is' : `${rows.length - first} rows are`} no data; ${rows.length - first === 1 ? 'it begins' : 'they begin'} with "${cell.slice(0, 40)}" in line ${rows[first]!.line}.` };
}

/** The words at its beginning: figures and dates behind them differ from file to file. */
const wordsOf = (cell: string): string => beginning(/^[^\d:=(]*[^\d:=(\s]/.exec(cell)?.[0] ?? cell, 60);
const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
