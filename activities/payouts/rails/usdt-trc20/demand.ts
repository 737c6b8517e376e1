import type { SqlSource } from '../../../../db/connection.ts';
import { sqlOf } from '../../../../db/connection.ts';

/** USDT, decimal strings: what open attempts may still take from the wallet, the largest payout that waits, and all that wait. */
export interface Demand { open: string; largest: string; waiting: string; payoutsWaiting: number }

/** What the tables say that the hot wallet of a rail has to pay. */
export async function demandOn(source: SqlSource, rail: string): Promise<Demand> {
  const { rows } = await sqlOf(source).query<{ open: string; largest: string; waiting: string; payouts: string }>(`
    SELECT coalesce(sum(p.pay_amount) FILTER (WHERE a.id IS NOT NULL), 0)::text AS open,
           coalesce(max(p.pay_amount) FILTER (WHERE a.id IS NULL), 0)::text AS largest,
           coalesce(sum(p.pay_amount) FILTER (WHERE a.id IS NULL), 0)::text AS waiting,
           count(*) FILTER (WHERE a.id IS NULL)::text AS payouts
      FROM payout p LEFT JOIN payout_attempt a ON a.payout_id = p.id AND a.state IN ('prepared','sent','accepted','unknown')
     WHERE p.rail = $1 AND p.state IN ('reserved','submitting','submitted','unknown')`, [rail]);
  const [row] = rows;
  return { open: row?.open ?? '0', largest: row?.largest ?? '0', waiting: row?.waiting ?? '0', payoutsWaiting: Number(row?.payouts ?? '0') };
}

/** Of the open attempts that were prepared before this one, and this one: what the wallet must hold for it to go out. */
export async function openUpTo(source: SqlSource, rail: string, attemptId: string): Promise<string> {
  const { rows } = await sqlOf(source).query<{ open: string }>(`
    SELECT coalesce(sum(p.pay_amount), 0)::text AS open FROM payout p JOIN payout_attempt a ON a.payout_id = p.id
     WHERE p.rail = $1 AND a.state IN ('prepared','sent','accepted','unknown') AND a.id <= $2`, [rail, attemptId]);
  return rows[0]?.open ?? '0';
}

/** The attempts behind transactions, by their ids. */
export async function attemptsOf(source: SqlSource, rail: string, txIds: readonly string[]): Promise<ReadonlyMap<string, { payoutId: string; idempotencyKey: string }>> {
  const { rows } = await sqlOf(source).query<{ rail_reference: string; payout_id: string; idempotency_key: string }>(`
    SELECT a.rail_reference, a.payout_id, a.idempotency_key FROM payout_attempt a JOIN payout p ON p.id = a.payout_id WHERE p.rail = $1 AND a.rail_reference = ANY ($2)`, [rail, txIds]);
  return new Map(rows.map((row) => [row.rail_reference, { payoutId: row.payout_id, idempotencyKey: row.idempotency_key }]));
}
