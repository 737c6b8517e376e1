import { Problem } from '../../../domain/problem.ts';
import { SUMMED_FIELDS } from '../../../domain/reports/profile.ts';
import { mappedFields, type SourceRow } from '../../../domain/reports/row.ts';
import { keepTotals } from './jsonTotals.ts';
import { cellOf, isRow, parseKeepingNumbers, valueAt } from './jsonCells.ts';
import { repeatedKeys } from './jsonKeys.ts';
import { JsonRows, type JsonElement } from './jsonRows.ts';
import { openText } from './openText.ts';
import type { RowReader } from './source.ts';

/**
 * The rows of a json document: the elements of the array at `rowsPath`, whose members are found by the columns' paths. Where the source has pages,
 * those of every document, one after the other.
 */
export const readJson: RowReader = async function* (source, profile) {
  const totals = SUMMED_FIELDS.flatMap((field) => (profile.totals?.[field] === undefined ? [] : [{ field, path: profile.totals[field] }]));
  const document = new JsonRows(profile.rowsPath ?? '', new Set(totals.map(({ path }) => path)), source.fileName, source.pages === true);
  const paths = mappedFields(profile).map((field) => profile.columns[field] ?? '');
  const repeated = repeatedKeys(paths);
  const read = (elements: JsonElement[]): SourceRow[] => elements.map((element) => {
    const row = rowOf(element, paths, source.fileName);
    for (const at of repeated(element.raw)) {
      row.cells[at] = '';
      (row.faults ??= new Map()).set(at, 'stands twice in the row, or a key on its path does');
    }
    return row;
  });
  for await (const text of openText(source.bytes, profile.encoding ?? 'utf-8', source.fileName)) {
    const elements = document.push(text, false);
    if (elements.length > 0) yield read(elements);
  }
  const last = document.push('', true);
  if (last.length > 0) yield read(last);
  keepTotals(totals, document, source, profile);
};

function rowOf(element: JsonElement, paths: string[], fileName: string): SourceRow {
  const { lineNumber, raw } = element;
  let value: unknown;
  try {
    value = parseKeepingNumbers(raw);
  } catch (cause) {
    const why = cause instanceof SyntaxError ? cause.message : 'unknown';
    throw new Problem('JSON_INVALID', `${fileName} cannot be read: the row in line ${lineNumber}, column ${element.column}, is no JSON (${why.slice(0, 120)}).`, { cause, at: { file: fileName, line: lineNumber, column: element.column } });
  }
  const row: SourceRow = { lineNumber, raw, cells: [], typed: 0, damage: isRow(value) ? null : 'The row is no object.' };
  for (const [at, path] of paths.entries()) {
    const cell = cellOf(valueAt(value, path));
    row.cells.push(cell.fault === null ? cell.text : '');
    if (cell.isNumber) row.typed |= 1 << at;
    if (cell.fault !== null) (row.faults ??= new Map()).set(at, cell.fault);
  }
  return row;
}
