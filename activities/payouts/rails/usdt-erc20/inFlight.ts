import type { Pool } from 'pg';
import { parseUnits } from 'viem';
import { TOKEN_DECIMALS } from './token.ts';

/** What is committed from a wallet and not in a block yet: how many transfers, and their units of the token. */
export interface InFlight { count: number; units: bigint }

/** Of the nonces from `from` on, and below `below` where it is given. */
export async function inFlight(pool: Pool, wallet: string, from: bigint, below: bigint | null = null): Promise<InFlight> {
  const { rows } = await pool.query<{ count: number; amount: string }>(
    `SELECT count(*)::int AS count, coalesce(sum(coalesce(p.pay_amount, p.amount)), 0)::text AS amount
     FROM wallet_nonce n JOIN payout_attempt a ON a.id = n.attempt_id JOIN payout p ON p.id = a.payout_id
     WHERE n.wallet_id = $1 AND n.nonce >= $2::bigint AND ($3::bigint IS NULL OR n.nonce < $3::bigint) AND a.state IN ('prepared','sent','accepted','unknown')`,
    [wallet, from.toString(), below?.toString() ?? null]);
  return { count: rows[0]!.count, units: parseUnits(rows[0]!.amount, TOKEN_DECIMALS) };
}
