import type { Tx } from '../../../../db/connection.ts';

/** CAIP-10: one row for a wallet on a chain, whichever rails pay from it. */
export const walletId = (chainId: number, address: string): string => `eip155:${chainId}:${address}`;

/**
 * The attempt's nonce, allocated in the transaction that commits the attempt: it vanishes with it, so that there are no gaps, and the wallet's row is locked until then, so that no
 * two attempts get the same. The same attempt asked for again has the one that it got. `chainNonce`: the first that the chain does not know of; where the wallet's key was
 * used elsewhere it is ahead of ours.
 */
export async function allocateNonce(tx: Tx, wallet: string, attemptId: string, chainNonce: bigint): Promise<bigint> {
  const had = await tx.client.query<{ nonce: string }>('SELECT nonce FROM wallet_nonce WHERE attempt_id = $1 AND wallet_id = $2', [attemptId, wallet]);
  if (had.rows[0] !== undefined) return BigInt(had.rows[0].nonce);
  const { rows } = await tx.client.query<{ nonce: string }>(
    `INSERT INTO hot_wallet (id, next_nonce) VALUES ($1, $2::bigint + 1)
     ON CONFLICT (id) DO UPDATE SET next_nonce = greatest(hot_wallet.next_nonce, $2::bigint) + 1
     RETURNING next_nonce - 1 AS nonce`, [wallet, chainNonce.toString()]);
  const nonce = BigInt(rows[0]!.nonce);
  await tx.client.query(`INSERT INTO wallet_nonce (wallet_id, nonce, attempt_id, purpose) VALUES ($1, $2, $3, 'payout')`, [wallet, nonce.toString(), attemptId]);
  return nonce;
}
