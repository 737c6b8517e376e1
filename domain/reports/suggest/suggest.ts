import { findFooter } from './footer.ts';
import { jsonTables, type JsonAccess } from './json.ts';
import { findLayout, findTable } from './layout.ts';
import type { SampleRecord } from './records.ts';
import { columnsOf, mapColumns } from './columns.ts';
import { type Known, suggestTable } from './suggestTable.ts';
import type { Cell, SampleTable, Suggesting } from './types.ts';

/** A profile for delimited text. `text`: the sample, decoded. False where nothing in it looks like a table. */
export function suggestCsv(text: string, known: Known, s: Suggesting): boolean {
  const layout = findLayout(text.replace(/^\ufeff/, ''));
  if (layout === null) return false;
  const { delimiter, header, headerAt, confidence, reason, sepLine } = layout;
  s.set('delimiter', delimiter, confidence, reason);
  if (headerAt > 1 && !(sepLine && headerAt === 2)) s.set('headerRow', headerAt, layout.named >= 2 ? 'certain' : 'likely', `Row ${headerAt} has the names of the columns (${header.filter((name) => name !== '').slice(0, 5).join(', ')} …).`);
  suggestRows(header, layout.rows, (cell) => ({ text: cell, typed: false }), known, s);
  return true;
}

/** A profile for a sheet of a workbook. `typedAt`: whether a cell is a number of the format itself. False where it has no table. */
export function suggestSheet(records: readonly SampleRecord[], typedAt: (line: number, column: number) => boolean, known: Known, s: Suggesting): boolean {
  const table = findTable(records);
  if (table === null) return false;
  if (table.headerAt > 1) s.set('headerRow', table.headerAt, table.named >= 2 ? 'certain' : 'likely', `Row ${table.headerAt} has the names of the columns.`);
  suggestRows(table.header, table.rows, (text, row, column) => ({ text, typed: typedAt(row.line, column) }), known, s);
  return true;
}

function suggestRows(header: readonly string[], rows: readonly SampleRecord[], cell: (text: string, row: SampleRecord, column: number) => Cell, known: Known, s: Suggesting): void {
  const table = (data: readonly SampleRecord[]): SampleTable => ({ header: [...header], rows: data.map((row) => row.cells.map((text, column) => cell(text, row, column))) });
  // Which columns a row needs is told from the beginning, where no footer can be.
  const first = mapColumns(columnsOf(table(rows.slice(0, Math.max(1, Math.ceil(rows.length * 0.7))))));
  const needed = first.filter(({ field }) => field === 'account' || field === 'closeTime' || field === 'day' || field === 'month').map(({ column }) => column);
  const footer = findFooter(header, rows, (row) => needed.every(({ at, dates }) => (row.cells[at] ?? '') !== '' && (dates === null || /\d/.test(row.cells[at] ?? ''))));
  if (footer !== null) s.set('footer', footer.pattern, 'likely', footer.reason);
  suggestTable(table(footer === null ? rows : rows.slice(0, rows.length - footer.rows)), known, s);
}

/** A profile for a json document; `access` reads the values of its parser. False where it holds no list of objects. */
export function suggestJson(document: unknown, access: JsonAccess, known: Known, s: Suggesting): boolean {
  const [best, ...others] = jsonTables(document, access);
  if (best === undefined) return false;
  if (best.path !== '') s.set('rowsPath', best.path, others.length === 0 ? 'certain' : 'likely', `At "${best.path}" is a list of ${best.table.rows.length} objects.`);
  if (others.length > 0) s.notes.push(`Other lists of objects stand at ${others.slice(0, 5).map(({ path }) => `"${path}"`).join(', ')}.`);
  suggestTable(best.table, known, s);
  const totals = best.totalsOf(s.profile.columns ?? {});
  if (totals.length > 0) s.set('totals', Object.fromEntries(totals.map(({ field, path }) => [field, path])), 'certain', totals.map(({ field, path, text }) => `${path} (${text}) is the sum of ${field}`).join('; ') + '.');
  return true;
}
