import { Decimal, plain } from '../../domain/decimal.ts';
import { newId } from '../../domain/ids.ts';
import { Problem } from '../../domain/problem.ts';
import type { Tx } from '../connection.ts';
import { lockAvailable } from '../ledger/balances.ts';
import { postJournal } from '../ledger/journals.ts';
import { notify } from './notifications.ts';

export interface Hold { id: string; accrualId: string; reason: string; note: string; placedBy: string; placedAt: string; releasedBy: string | null; releasedAt: string | null }

interface LockedAccrual { id: string; user_id: string; broker_id: string; state: 'pending' | 'available' | 'held' | 'reversed'; holds: string; held_amount: string }

async function lockAccrual(tx: Tx, accrualId: string): Promise<LockedAccrual> {
  const found = await tx.client.query<LockedAccrual>('SELECT id, user_id, broker_id, state, amount - taken_back AS holds, held_amount FROM accrual WHERE id = $1 FOR UPDATE', [accrualId]);
  const row = found.rows[0];
  if (row === undefined) throw new Problem('ACCRUAL_UNKNOWN', `No accrual "${accrualId}" exists.`, { status: 404 });
  return row;
}

/**
 * Stops an accrual's clearing. If it is available already, what the user still has of it moves from available to held; what
 * was paid out before stays paid. `at` is an ISO instant. @throws Problem ACCRUAL_UNKNOWN, ACCRUAL_REVERSED
 */
export async function placeHold(tx: Tx, hold: { accrualId: string; reason: string; note: string; placedBy: string; at: string }): Promise<Hold> {
  const accrual = await lockAccrual(tx, hold.accrualId);
  if (accrual.state === 'reversed') throw new Problem('ACCRUAL_REVERSED', `Accrual ${hold.accrualId} is reversed; nothing of it is left to hold.`, { status: 409 });
  const id = newId('hold');
  await tx.client.query('INSERT INTO hold (id, accrual_id, reason, note, placed_by, placed_at) VALUES ($1, $2, $3, $4, $5, $6)', [id, hold.accrualId, hold.reason, hold.note, hold.placedBy, hold.at]);
  if (accrual.state === 'available') {
    const available = await lockedAvailable(tx, accrual);
    const amount = Decimal.min(accrual.holds, available, await stillEarned(tx, accrual.id));
    if (amount.gt(0)) await move(tx, accrual, `hold:${id}:placed`, 'accrual_held', amount.neg(), hold.at, id);
    await tx.client.query("UPDATE accrual SET state = 'held', held_amount = $2 WHERE id = $1", [accrual.id, plain(Decimal.max(amount, 0))]);
  }
  await notify(tx, [{ eventId: `hold:${id}:placed`, userId: accrual.user_id, kind: 'accrual_held', facts: { holdId: id, accrualId: accrual.id, reason: hold.reason }, at: hold.at }]);
  return { id, accrualId: hold.accrualId, reason: hold.reason, note: hold.note, placedBy: hold.placedBy, placedAt: hold.at, releasedBy: null, releasedAt: null };
}

/** Lifts one hold; when it was the last, held money becomes available again (a pending accrual clears at its time). @throws Problem HOLD_UNKNOWN */
export async function releaseHold(tx: Tx, release: { accrualId: string; holdId: string; releasedBy: string; at: string }): Promise<Hold> {
  const accrual = await lockAccrual(tx, release.accrualId);
  const updated = await tx.client.query<{ reason: string; note: string; placed_by: string; placed_at: Date }>(
    'UPDATE hold SET released_by = $3, released_at = $4 WHERE id = $1 AND accrual_id = $2 AND released_at IS NULL RETURNING reason, note, placed_by, placed_at', [release.holdId, release.accrualId, release.releasedBy, release.at]);
  const row = updated.rows[0];
  if (row === undefined) throw new Problem('HOLD_UNKNOWN', `Accrual ${release.accrualId} has no open hold "${release.holdId}".`, { status: 404 });
  await notify(tx, [{ eventId: `hold:${release.holdId}:released`, userId: accrual.user_id, kind: 'accrual_released', facts: { holdId: release.holdId, accrualId: accrual.id }, at: release.at }]);
  const others = await tx.client.query('SELECT 1 FROM hold WHERE accrual_id = $1 AND released_at IS NULL LIMIT 1', [accrual.id]);
  if (accrual.state === 'held' && others.rowCount === 0) {
    const amount = new Decimal(accrual.held_amount);
    if (amount.gt(0)) await move(tx, accrual, `hold:${release.holdId}:released`, 'accrual_released', amount, release.at, release.holdId);
    await tx.client.query("UPDATE accrual SET state = 'available', held_amount = 0 WHERE id = $1", [accrual.id]);
  }
  return { id: release.holdId, accrualId: release.accrualId, reason: row.reason, note: row.note, placedBy: row.placed_by, placedAt: row.placed_at.toISOString(), releasedBy: release.releasedBy, releasedAt: release.at };
}

/**
 * What of an accrual its lines still earn: once it has cleared, a difference or reversal is taken from available and
 * leaves no trace on the accrual itself, and money of other accruals (what later ones hold of the same lines) must not be held in its place.
 */
async function stillEarned(tx: Tx, accrualId: string): Promise<string> {
  const found = await tx.client.query<{ amount: string }>(
    `SELECT coalesce(sum(least(e.here, greatest(e.net - e.later, 0))), 0) AS amount FROM (
       SELECT sum(n.amount) FILTER (WHERE n.accrual_seq = a.seq) AS here, coalesce(sum(n.amount) FILTER (WHERE n.accrual_seq > a.seq), 0) AS later, sum(n.amount) AS net
       FROM accrual a JOIN earning_entry n ON n.earning_id IN (SELECT own.earning_id FROM earning_entry own WHERE own.accrual_seq = a.seq)
       WHERE a.id = $1 GROUP BY n.earning_id) e`, [accrualId]);
  return found.rows[0]!.amount;
}

/** What the user has available at this broker, locked until the transaction ends. */
async function lockedAvailable(tx: Tx, accrual: LockedAccrual): Promise<Decimal> {
  const available = await lockAvailable(tx, accrual.user_id);
  return new Decimal(available.find((part) => part.brokerId === accrual.broker_id && part.programme === 'cashback')?.amount ?? '0');
}

/** Moves `amount` USD to available (positive) from held, or the other way (negative). */
async function move(tx: Tx, accrual: LockedAccrual, key: string, kind: 'accrual_held' | 'accrual_released', amount: Decimal, at: string, holdId: string): Promise<void> {
  const owner = { userId: accrual.user_id, brokerId: accrual.broker_id, programme: 'cashback' as const };
  await postJournal(tx, {
    key, kind, effectiveAt: at, cause: { type: 'hold', id: holdId },
    postings: [{ account: { kind: 'available', ...owner }, amount: plain(amount) }, { account: { kind: 'held', ...owner }, amount: plain(amount.neg()) }],
  });
}
