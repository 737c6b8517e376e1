import type { Pool } from 'pg';
import { withTransaction } from '../../db/connection.ts';
import { batchesToDiscard, noteDiscarded } from '../../db/stores/withdrawBatch.ts';
import type { Rail } from './rails/rail.ts';

/** Longer than any hand-over that began before its file was withdrawn: a worker in one may still stage it. */
const SETTLED_MS = 15 * 60_000;

/** Removes what was staged of a withdrawn file, if the rail can; that nobody ever gives it its name does not depend on it. False: it could not be done now. */
export async function discardOf(rail: Rail, batchId: string, signal: AbortSignal): Promise<boolean> {
  try {
    await rail.batch?.discard?.(batchId, signal);
    return true;
  } catch {
    return false;
  }
}

/** The same of every withdrawn file of the rail, until nobody can stage it any more. `asOf`: ISO instant. */
export async function discardWithdrawn(pool: Pool, rail: Rail, asOf: string, signal: AbortSignal): Promise<void> {
  const gone: string[] = [];
  for (const batchId of await batchesToDiscard(pool, rail.id)) {
    if (!await discardOf(rail, batchId, signal)) break;
    gone.push(batchId);
  }
  if (gone.length > 0) await withTransaction(pool, (tx) => noteDiscarded(tx, gone, { settled: new Date(Date.parse(asOf) - SETTLED_MS).toISOString(), at: asOf }));
}
