import type { Pool } from 'pg';
import { noteReading } from '../../db/stores/reportReading.ts';

/** How much of a file has been read: lines, and bytes of so many. */
export interface Reading { lines: number; bytes: number; size: number }

const EVERY_MS = 1_000;

/** Keeps what has been read of a report, about once a second, for people to see; a file that is read at once is never written about. What fails here fails nothing else. */
export function tellReading(pool: Pool, reportId: string): { tell(reading: Reading): void; settled(): Promise<void> } {
  let next = performance.now() + EVERY_MS;
  let writing: Promise<unknown> | null = null;
  let begun = false;
  return {
    tell({ lines, bytes }) {
      if (writing !== null || performance.now() < next) return;
      next = performance.now() + EVERY_MS;
      const first = begun ? Promise.resolve() : noteReading(pool, reportId, { lines: 0, bytes: 0 });
      begun = true;
      writing = first.then(() => noteReading(pool, reportId, { lines, bytes })).catch(() => undefined).finally(() => { writing = null; });
    },
    async settled() {
      await writing;
    },
  };
}
