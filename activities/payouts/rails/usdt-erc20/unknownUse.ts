import type { Pool } from 'pg';
import type { RailReadiness } from '../rail.ts';

/**
 * Whether the chain has used more of the wallet's nonces than our database has allocated, up to those that operators have looked into (`known`): after a restored backup these may be the very
 * payouts that stand unpaid here, and paying on would pay them again. Null: nothing unknown. A wallet that our database never paid from is not compared.
 */
export async function unknownUse(pool: Pool, wallet: string, chainNonce: bigint, known: bigint): Promise<Extract<RailReadiness, { ready: false }> | null> {
  const { rows: [row] } = await pool.query<{ next_nonce: string }>('SELECT next_nonce FROM hot_wallet WHERE id = $1', [wallet]);
  if (row === undefined || chainNonce <= BigInt(row.next_nonce) || chainNonce <= known) return null;
  return {
    ready: false, code: 'WALLET_USED_ELSEWHERE', retryAfterSeconds: 300,
    reason: `The chain has used the hot wallet's nonces below ${chainNonce}, our database knows those below ${row.next_nonce}: a backup was restored, or the key is used elsewhere. Compare what left the wallet with the payouts, then set USDT_ERC20_NONCE_KNOWN=${chainNonce}.`,
  };
}
