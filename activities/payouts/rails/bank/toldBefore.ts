import type { Pool } from 'pg';
import type { RecordItem } from '../../../../domain/payouts/reconcile/items.ts';
import { Problem } from '../../../../domain/problem.ts';
import type { OpenFolders } from '../files/handOver.ts';
import { unreadFiles } from '../files/unread.ts';
import { readFile } from './entries.ts';
import { keyOf } from './references.ts';

/** Transfers of ours that the bank has booked, or only taken, by files that this database has not read (`Rail.takenBefore`); for a restored database both are as good as paid. */
export async function* toldBefore(pool: Pool, rail: string, account: string, folders: OpenFolders, since: string | null, signal: AbortSignal): AsyncGenerator<RecordItem> {
  for await (const { name, bytes } of unreadFiles(pool, rail, folders, since, signal)) {
    const read = readFile(name, bytes, account);
    if (read instanceof Problem) continue;
    for (const { key, kind, endToEndId, reference, amount, currency, at } of read.reading.entries) {
      if (endToEndId === null || (kind !== 'executed' && kind !== 'accepted' && kind !== 'pending')) continue;
      yield { sequence: key, kind: 'executed', at, idempotencyKey: keyOf(endToEndId), payoutId: null, railReference: reference, amount: amount ?? '0', currency: currency ?? '' };
    }
  }
}
