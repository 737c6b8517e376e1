import type { NewReturn, PostedReturn, ReturnCorrection } from '../../domain/payouts/returns.ts';
import { type SqlSource, sqlOf, type Tx } from '../connection.ts';

/** A part of a payout that came back and was posted. `amount` in the pay-out currency, the others USD. ISO instants. */
export interface PayoutReturn extends PostedReturn { no: number; cameAt: string; reason: string }

/** What of these payouts came back and was posted, in the order of its posting: payout id → parts. */
export async function returnsOf(source: SqlSource, payoutIds: readonly string[]): Promise<Map<string, PayoutReturn[]>> {
  type Row = Omit<PayoutReturn, 'cameAt'> & { payoutId: string; cameAt: Date };
  const { rows } = await sqlOf(source).query<Row>(
    `SELECT payout_id AS "payoutId", part, no, trim_scale(amount)::text AS amount, trim_scale(to_user)::text AS "toUser", trim_scale(from_rail)::text AS "fromRail", trim_scale(credited_usd)::text AS "creditedUsd",
       came_at AS "cameAt", reason FROM payout_return WHERE payout_id = ANY ($1) ORDER BY payout_id, no`, [payoutIds]);
  const parts = rows.map(({ cameAt, ...row }) => ({ ...row, cameAt: cameAt.toISOString() }));
  return new Map([...Map.groupBy(parts, ({ payoutId }) => payoutId)].map(([id, of]) => [id, of.map(({ payoutId: _, ...part }) => part)]));
}

/** Keeps a part under its payout's row lock; the same part twice is refused by its key. */
export async function insertReturn(tx: Tx, payoutId: string, { part, amount, toUser, fromRail, creditedUsd, at, reason }: NewReturn, postedAt: string): Promise<void> {
  await tx.client.query(
    `INSERT INTO payout_return (payout_id, part, no, amount, to_user, from_rail, credited_usd, came_at, reason, posted_at)
     SELECT $1, $2, 1 + count(*), $3, $4, $5, $6, $7, $8, $9 FROM payout_return WHERE payout_id = $1`, [payoutId, part, amount, toUser, fromRail, creditedUsd, at, reason, postedAt]);
}

/** What the rail's account was credited for a part, once that is known. */
export async function noteCredited(tx: Tx, payoutId: string, { part, fromRail, creditedUsd }: ReturnCorrection): Promise<void> {
  await tx.client.query('UPDATE payout_return SET from_rail = $3, credited_usd = $4 WHERE payout_id = $1 AND part = $2', [payoutId, part, fromRail, creditedUsd]);
}
