import type { Pool } from 'pg';
import { Decimal, plain, sum } from '../../domain/decimal.ts';
import { type Tx, withTransaction } from '../connection.ts';
import { type NewNotification, notify } from './notifications.ts';
import { type JournalDraft, postJournals } from '../ledger/journals.ts';

/** How an accrual stands after somebody tried to clear it. */
export type ClearingState = 'available' | 'reversed' | 'on_hold' | 'not_due' | 'held';

interface Row { id: string; seq: string; user_id: string; broker_id: string; state: 'pending' | 'available' | 'held' | 'reversed'; holds: string; clears_at: Date }

const COLUMNS = 'a.id, a.seq, a.user_id, a.broker_id, a.state, a.amount - a.taken_back AS holds, a.clears_at';

/**
 * Clears accruals in one set: pending → available for each that is due at `asOf` (ISO, the workflow's clock) and not on
 * hold. Rows are re-read under a lock, so nothing is cleared twice however often it is asked (methodology §4).
 */
export async function clearAccruals(tx: Tx, accrualIds: readonly string[], asOf: string): Promise<Map<string, ClearingState>> {
  const found = await tx.client.query<Row>(`SELECT ${COLUMNS} FROM accrual a WHERE a.id = ANY($1) ORDER BY a.seq FOR UPDATE`, [accrualIds]);
  // A hold may have been placed while we waited for the lock: the locked rows' holds are read again.
  const free = await withoutHold(tx, found.rows.map((row) => row.id));
  const states = new Map<string, ClearingState>();
  const due: Row[] = [];
  for (const row of found.rows) {
    if (row.state !== 'pending') states.set(row.id, row.state);
    else if (!free.has(row.id)) states.set(row.id, 'on_hold');
    else if (row.clears_at.toISOString() > asOf) states.set(row.id, 'not_due');
    else {
      states.set(row.id, 'available');
      due.push(row);
    }
  }
  await postCleared(tx, due, asOf);
  return states;
}

/** Clears everything that is due at `asOf`, page by page: a backlog of timers never costs a user a week. Returns how many. */
export async function clearDueAccruals(pool: Pool, asOf: string, pageSize = 1000): Promise<number> {
  for (let cleared = 0; ;) {
    const page = await withTransaction(pool, async (tx) => {
      const due = await tx.client.query<Row>(
        `SELECT ${COLUMNS} FROM accrual a WHERE a.state = 'pending' AND a.clears_at <= $1
           AND NOT EXISTS (SELECT FROM hold h WHERE h.accrual_id = a.id AND h.released_at IS NULL)
         ORDER BY a.seq LIMIT $2 FOR UPDATE`, [asOf, pageSize]);
      const free = await withoutHold(tx, due.rows.map((row) => row.id));
      await postCleared(tx, due.rows.filter((row) => row.state === 'pending' && free.has(row.id)), asOf);
      return due.rows.length;
    });
    cleared += page;
    if (page < pageSize) return cleared;
  }
}

async function withoutHold(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const found = await tx.client.query<{ id: string }>(
    'SELECT a.id FROM accrual a WHERE a.id = ANY($1) AND NOT EXISTS (SELECT FROM hold h WHERE h.accrual_id = a.id AND h.released_at IS NULL)', [ids]);
  return new Set(found.rows.map((row) => row.id));
}

async function postCleared(tx: Tx, due: readonly Row[], asOf: string): Promise<void> {
  if (due.length === 0) return;
  const drafts = due.map((row): JournalDraft => {
    const owner = { userId: row.user_id, brokerId: row.broker_id, programme: 'cashback' as const };
    return {
      key: `accrual:${row.id}:cleared`, kind: 'accrual_cleared', effectiveAt: row.clears_at.toISOString(), cause: { type: 'accrual', id: row.id },
      postings: [{ account: { kind: 'pending', ...owner }, amount: plain(new Decimal(row.holds).neg()) }, { account: { kind: 'available', ...owner }, amount: plain(new Decimal(row.holds)) }],
    };
  });
  await postJournals(tx, drafts);
  await tx.client.query("UPDATE accrual SET state = 'available', cleared_at = $2 WHERE id = ANY($1)", [due.map((row) => row.id), asOf]);
  await notify(tx, [...Map.groupBy(due, (row) => row.user_id)].flatMap(([userId, rows]) => availableNotice(userId, rows, asOf)));
}

/** One for all that became available for a user at once; nothing where it came to nothing. */
function availableNotice(userId: string, rows: readonly Row[], at: string): NewNotification[] {
  const amount = sum(rows.map((row) => row.holds));
  if (amount.lte(0)) return [];
  return [{ eventId: `accrual:${rows[0]!.id}:available`, userId, kind: 'cashback_available', at, facts: { userId, amount: plain(amount), currency: 'USD', accruals: String(rows.length) } }];
}
