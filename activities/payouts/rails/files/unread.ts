import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { wasRead } from '../../../../db/stores/railMessages.ts';
import { Problem } from '../../../../domain/problem.ts';
import { BankAway } from '../bank/drop.ts';
import { type OpenFolders, withFolders } from './handOver.ts';

/**
 * Files of the rail that were moved out of the way since `since` (ISO instant, by the files' own time; null: ever), and whose bytes this database has not read: none, unless it is older than they are. Throws
 * `Problem` RAIL_UNREACHABLE.
 */
export async function* unreadFiles(pool: Pool, rail: string, open: OpenFolders, since: string | null, signal: AbortSignal): AsyncGenerator<{ name: string; bytes: Buffer }> {
  try {
    const [done, failed] = await withFolders(open, signal, async (folders) => [await folders.taken('done'), await folders.taken('failed')] as const);
    const files = [...done.map((file) => ({ ...file, from: 'done' as const })), ...failed.map((file) => ({ ...file, from: 'failed' as const }))];
    for (const { from, name } of files.filter(({ modifiedMs }) => since === null || modifiedMs >= Date.parse(since))) {
      signal.throwIfAborted();
      const bytes = await withFolders(open, signal, (folders) => folders.readTaken(from, name));
      if (!await wasRead(pool, rail, createHash('sha256').update(bytes).digest('hex'))) yield { name, bytes };
    }
  } catch (error) {
    if (!(error instanceof BankAway)) throw error;
    throw new Problem('RAIL_UNREACHABLE', `The files that were taken from the rail cannot be read: ${error.message}`, { status: 503 });
  }
}
