import type { Pool } from 'pg';
import type { RecordItem } from '../../../../domain/payouts/reconcile/items.ts';
import { Problem } from '../../../../domain/problem.ts';
import type { OpenFolders } from '../files/handOver.ts';
import { unreadFiles } from '../files/unread.ts';
import { keyOf, payoutOf } from './reference.ts';
import { readResults, type Result } from './resultFile.ts';

/** Credits that the broker's results tell of and this database has not read (`Rail.takenBefore`), also those that it refused because it does not know them. */
export async function* creditedBefore(pool: Pool, rail: string, folders: OpenFolders, since: string | null, signal: AbortSignal): AsyncGenerator<RecordItem> {
  for await (const { name, bytes } of unreadFiles(pool, rail, folders, since, signal)) {
    for (const { reference, status, operation, at, amount, currency } of readable(bytes, name)) {
      if (status !== 'executed') continue;
      const idempotencyKey = keyOf(reference);
      yield { sequence: `${operation}:${status}`, kind: 'executed', at, idempotencyKey, payoutId: payoutOf(idempotencyKey), railReference: operation, amount, currency };
    }
  }
}

/** A file that cannot be read says nothing. */
function readable(bytes: Buffer, name: string): Result[] {
  try {
    return readResults(bytes, name);
  } catch (error) {
    if (error instanceof Problem) return [];
    throw error;
  }
}
