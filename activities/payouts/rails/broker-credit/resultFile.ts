import { parse } from 'csv-parse/sync';
import { Decimal, plain, sum } from '../../../../domain/decimal.ts';
import { normaliseInstant } from '../../../../domain/instant.ts';
import { Problem } from '../../../../domain/problem.ts';
import { CONTROL } from './creditFile.ts';

export const RESULT_COLUMNS = ['reference', 'status', 'operation', 'time', 'amount', 'currency', 'reason'] as const;
export type ResultColumn = (typeof RESULT_COLUMNS)[number];

/** What the broker did about one credit. `operation` of a `returned` one is that of the credit which was taken back. */
export interface Result { line: number; reference: string; status: 'executed' | 'rejected' | 'returned'; operation: string; at: string; amount: string; currency: string; code: string; reason: string | null }

/** Whether a file ends with its control line: without one it is still being written, or broken. */
export const isEnded = (bytes: Buffer): boolean => /(^|\n)"?CONTROL"?,[^\n]*\r?\n?$/.test(bytes.subarray(-4_096).toString('latin1'));

/**
 * A result file, read strictly: this header, one result a line, and a control line with the number of results and the sum of their amounts. Anything that is not in order throws a
 * `Problem` RESULT_… that names line and column (1 for the first), and then nothing of the file counts: what came of its credits stays unknown.
 */
export function readResults(bytes: Buffer, file: string): Result[] {
  const records = recordsOf(bytes, file);
  const [header, ...rest] = records;
  const fault = (code: string, sentence: string, line: number, column: ResultColumn): never => {
    const number = RESULT_COLUMNS.indexOf(column) + 1;
    throw new Problem(code, `${file}, line ${line}, column ${number} (${column}): ${sentence}`, { at: { file, line, column: number } });
  };
  const wrong = RESULT_COLUMNS.findIndex((name, n) => header?.cells[n] !== name);
  if (!header || wrong >= 0 || header.cells.length !== RESULT_COLUMNS.length) {
    fault('RESULT_HEADER', `the header must be ${RESULT_COLUMNS.join(',')}.`, header?.line ?? 1, RESULT_COLUMNS[Math.max(wrong, 0)]!);
  }
  const control = rest.pop();
  if (control?.cells[0] !== CONTROL) fault('RESULT_UNENDED', 'the last line must be the control line; the file may be cut off.', control?.line ?? 1, 'reference');
  const seen = new Map<string, Result>();
  const results = rest.map(({ line, cells }) => {
    const cell = (column: ResultColumn): string => cells[RESULT_COLUMNS.indexOf(column)] ?? '';
    if (cells.length !== RESULT_COLUMNS.length) fault('RESULT_RAGGED', `the line has ${cells.length} cells, not ${RESULT_COLUMNS.length}.`, line, RESULT_COLUMNS[Math.min(cells.length, RESULT_COLUMNS.length - 1)]!);
    const reference = cell('reference');
    if (reference === '' || reference === CONTROL) fault('RESULT_REFERENCE', 'a reference is needed.', line, 'reference');
    const status = cell('status');
    if (status !== 'executed' && status !== 'rejected' && status !== 'returned') return fault('RESULT_STATUS', `"${status}" is no status; it must be executed, rejected or returned.`, line, 'status');
    if (status !== 'rejected' && cell('operation') === '') fault('RESULT_OPERATION', `what is ${status} has an operation.`, line, 'operation');
    if (!/^\d{1,15}(\.\d{1,8})?$/.test(cell('amount')) || new Decimal(cell('amount')).isZero()) fault('RESULT_AMOUNT', `"${cell('amount')}" is no amount above zero.`, line, 'amount');
    if (!/^[A-Z]{3,5}$/.test(cell('currency'))) fault('RESULT_CURRENCY', `"${cell('currency')}" is no currency.`, line, 'currency');
    if (status === 'rejected' && cell('reason') === '') fault('RESULT_REASON', 'a rejection has a reason.', line, 'reason');
    let at = '';
    try {
      at = normaliseInstant(cell('time'));
    } catch {
      fault('RESULT_TIME', `"${cell('time')}" is no instant; write it as 2026-11-02T09:00:00Z, with an offset.`, line, 'time');
    }
    const [, code, text] = /^([A-Z][A-Z_]{2,40})(?:: ?(.*))?$/.exec(cell('reason')) ?? [];
    const result: Result = {
      line, reference, status, operation: cell('operation'), at, amount: plain(new Decimal(cell('amount'))), currency: cell('currency'),
      code: status === 'executed' ? 'EXECUTED' : code ?? (status === 'rejected' ? 'REJECTED' : 'CREDIT_REVERSED'), reason: status === 'executed' ? null : text ?? (cell('reason') || 'The broker took the credit back.'),
    };
    const before = seen.get(`${reference} ${status} ${result.operation}`) ?? (status === 'returned' ? undefined : seen.get(`${reference} ${status === 'executed' ? 'rejected' : 'executed'}`));
    if (before) fault('RESULT_CONTRADICTS', `it was ${before.status} in line ${before.line} already.`, line, 'status');
    seen.set(`${reference} ${status} ${result.operation}`, result).set(`${reference} ${status}`, result);
    return result;
  });
  const { line, cells } = control!;
  if (cells[1] !== String(results.length)) fault('RESULT_COUNT', `the control line says ${cells[1] ?? 'nothing'}, there are ${results.length} results.`, line, 'status');
  const total = plain(sum(results.map(({ amount }) => amount)));
  const said = cells[4] ?? '';
  if (!/^\d{1,18}(\.\d{1,8})?$/.test(said) || plain(new Decimal(said)) !== total) fault('RESULT_SUM', `the control line says ${said || 'nothing'}, the amounts are ${total} in all.`, line, 'amount');
  return results;
}

/** Throws `Problem` RESULT_DAMAGED. */
function recordsOf(bytes: Buffer, file: string): { line: number; cells: string[] }[] {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Problem('RESULT_DAMAGED', `${file} is not UTF-8.`, { at: { file, line: 1, column: 1 } });
  }
  try {
    const records = parse(text, { info: true, relax_column_count: true, skip_empty_lines: true }) as unknown as { record: string[]; info: { lines: number } }[];
    return records.map(({ record, info }) => ({ line: info.lines, cells: record }));
  } catch (error) {
    const line = error instanceof Error && 'lines' in error && typeof error.lines === 'number' ? error.lines : 1;
    const column = error instanceof Error && 'column' in error && typeof error.column === 'number' ? error.column + 1 : 1;
    throw new Problem('RESULT_DAMAGED', `${file}, line ${line}, column ${column}: the csv is damaged: ${error instanceof Error ? error.message : 'unreadable'}`, { at: { file, line, column } });
  }
}
