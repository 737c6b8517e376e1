import { Problem } from '../domain/problem.ts';
import { sqlState } from './connection.ts';

/**
 * A Problem as it is; an error of the database that says that a value cannot be kept (class 22, data exception: a character that no text
 * can hold, a figure with too many digits) as the Problem DATA_UNSTORABLE, because the same data are refused the same way each time they
 * are tried. Null: any other error. The database's own sentence quotes values and is not shown; the line of a copied file is.
 */
export function refusedData(error: unknown): Problem | null {
  if (error instanceof Problem) return error;
  const state = sqlState(error);
  if (state === undefined || !state.startsWith('22')) return null;
  const row = copiedRow(error);
  const place = row === null ? '' : ` It is in row ${row}.`;
  return new Problem('DATA_UNSTORABLE', `It holds a value that the database cannot keep (${state}).${place} Ask for it without control characters, damaged text or figures of endless length.`, { cause: error, at: row === null ? {} : { row } });
}

/** `COPY report_line, line 12, column lots: …`: the row among those that count, from 1. */
function copiedRow(error: unknown): number | null {
  for (let e = error; e instanceof Error; e = e.cause) {
    const line = 'where' in e && typeof e.where === 'string' ? /^COPY \w+, line (\d+)/.exec(e.where)?.[1] : undefined;
    if (line !== undefined) return Number(line);
  }
  return null;
}
