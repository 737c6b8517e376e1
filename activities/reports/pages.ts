import type { Pool } from 'pg';
import { type Tx, withTransaction } from '../../db/connection.ts';
import type { LineRange } from '../../db/stores/accountStream.ts';
import { type AccountCursor, findByIndex, keepProgress, lockReport, nextPageEnd, type ReportWork } from '../../db/stores/reportWork.ts';
import type { ReportState } from '../../db/stores/reports.ts';

/** Whether a paged step has more to do, and how many lines this call did. */
export interface PageResult { done: boolean; linesDone: number }

/** Lines that are in hand at once: an account may have a million. */
export const PART_LINES = 4_000;

/** A part of a page, made while the part before it is being written. `end`: the page ends with it, and with this account; `last`: so does the report. */
export interface Part<T> { lines: T[]; read: number; end: AccountCursor | null; last: boolean }

export interface PagedStep<T> {
  during: ReportState;
  after: ReportState;
  /** Begins a page in its transaction. */
  begin(tx: Tx, report: ReportWork): Promise<{ write(lines: readonly T[]): Promise<void>; end(): Promise<void> }>;
}

const same = (a: AccountCursor | null, b: AccountCursor | null): boolean => a?.[0] === b?.[0] && a?.[1] === b?.[1];

/**
 * Writes pages of whole accounts as `parts` brings them, each in one transaction with the report's cursor. A kill at any moment leaves whole pages; whoever goes
 * on begins after the last one. If another worker, believed dead, has moved the cursor meanwhile, nothing is written and the next
 * call begins where it is now.
 */
export async function writePages<T>(pool: Pool, report: ReportWork, parts: AsyncGenerator<Part<T>>, step: PagedStep<T>): Promise<PageResult> {
  let cursor = report.cursor;
  let linesDone = 0;
  let coming = ahead(parts);
  try {
    for (let first = await coming; first !== null; first = await coming) {
      let part = first;
      // Once: what was read cannot be read a second time.
      const page = await withTransaction(pool, async (tx) => {
        const now = await lockReport(tx, report.id);
        if (now.state !== step.during || !same(now.cursor, cursor)) return null;
        const writer = await step.begin(tx, now);
        for (let read = 0; ;) {
          coming = ahead(parts);
          await writer.write(part.lines);
          read += part.read;
          if (part.last || part.end !== null) {
            await writer.end();
            await keepProgress(tx, report.id, part.last ? { state: step.after, cursor: null } : { cursor: part.end, linesDone: read });
            return { read, cursor: part.end, last: part.last };
          }
          const next = await coming;
          if (next === null) throw new Error('the lines of a report ended in the middle of a page');
          part = next;
        }
      }, { attempts: 1 });
      if (page === null) return { done: false, linesDone };
      linesDone += page.read;
      if (page.last) return { done: true, linesDone };
      cursor = page.cursor;
    }
    return { done: false, linesDone };
  } finally {
    await parts.return(undefined);
  }
}

/**
 * Where to read: from the cursor on, in whole accounts, to so many lines or the end of the report. Bounded, for of what is not read to its end tens of
 * thousands of lines have been sent already.
 */
export async function lineRange(pool: Pool, report: ReportWork, lines: number): Promise<LineRange> {
  const upTo = await withTransaction(pool, async (tx) => {
    await findByIndex(tx);
    return nextPageEnd(tx, report.no, report.cursor, lines);
  });
  return { reportNo: report.no, after: report.cursor, upTo };
}

/** The next part, null after the last, begun at once; a failure is met where it is awaited. */
function ahead<T>(parts: AsyncGenerator<Part<T>>): Promise<Part<T> | null> {
  const part = parts.next().then(({ done, value }) => (done === true ? null : value));
  part.catch(() => undefined);
  return part;
}
