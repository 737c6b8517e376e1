import { exactSum } from '../exactSum.ts';
import { readPlainNumber } from '../number.ts';
import { type FileProfile, SUMMED_FIELDS, type SummedField } from '../profile.ts';
import type { Cell, SampleTable } from './types.ts';

/** How the values of the parser are read: numbers keep their source text. */
export interface JsonAccess { isObject(value: unknown): value is Record<string, unknown>; cell(value: unknown): { text: string; isNumber: boolean } }

export interface JsonTable { path: string; table: SampleTable; totalsOf(columns: FileProfile['columns']): { field: SummedField; path: string; text: string }[] }

const DEEP = 6;
const MOST_ROWS = 20_000;

/** The lists of objects in a document, the longest first; members of objects within are columns by their paths. */
export function jsonTables(document: unknown, access: JsonAccess): JsonTable[] {
  const found: { path: string; rows: Record<string, unknown>[] }[] = [];
  const scalars = new Map<string, string>();
  const walk = (value: unknown, path: string, deep: number): void => {
    if (Array.isArray(value)) {
      const rows = value.filter((row): row is Record<string, unknown> => access.isObject(row) && !Array.isArray(row));
      if (rows.length > 0 && rows.length >= value.length * 0.9) found.push({ path, rows });
    } else if (access.isObject(value)) {
      if (deep < DEEP) for (const [key, inner] of Object.entries(value)) walk(inner, path === '' ? key : `${path}.${key}`, deep + 1);
    } else if (value !== null) scalars.set(path, access.cell(value).text);
  };
  walk(document, '', 0);
  return found.sort((a, b) => b.rows.length - a.rows.length).map(({ path, rows }) => {
    const table = tableOf(rows, access);
    return { path, table, totalsOf: (columns) => SUMMED_FIELDS.flatMap((field) => totalOf(field, columns[field], table, scalars)) };
  });
}

function tableOf(rows: readonly Record<string, unknown>[], access: JsonAccess): SampleTable {
  const at = new Map<string, number>();
  const cells = rows.slice(0, MOST_ROWS).map((row) => {
    const line: Cell[] = [];
    const put = (value: Record<string, unknown>, prefix: string, deep: number): void => {
      for (const [key, inner] of Object.entries(value)) {
        const path = `${prefix}${key}`;
        if (access.isObject(inner) && !Array.isArray(inner) && deep < 3) put(inner, `${path}.`, deep + 1);
        else if (!Array.isArray(inner)) {
          if (!at.has(path)) at.set(path, at.size);
          const { text, isNumber } = access.cell(inner);
          line[at.get(path)!] = { text, typed: isNumber };
        }
      }
    };
    put(row, '', 0);
    return line;
  });
  return { header: [...at.keys()], rows: cells.map((line) => Array.from({ length: at.size }, (_, place) => line[place] ?? { text: '', typed: false })) };
}

/** A figure elsewhere in the document that is exactly a column's sum; null where the rows were cut, or two figures are. */
function totalOf(field: SummedField, header: string | undefined, { header: headers, rows }: SampleTable, scalars: ReadonlyMap<string, string>): { field: SummedField; path: string; text: string }[] {
  const at = header === undefined ? -1 : headers.indexOf(header);
  if (at < 0 || rows.length < 2 || rows.length === MOST_ROWS) return [];
  const sum = exactSum();
  for (const row of rows) {
    const figure = readPlainNumber(row[at]?.text ?? '');
    if (figure !== null) sum.add(figure);
  }
  const total = sum.total();
  const same = total === '0' ? [] : [...scalars].filter(([, text]) => readPlainNumber(text) === total);
  return same.length === 1 ? [{ field, path: same[0]![0], text: same[0]![1] }] : [];
}
