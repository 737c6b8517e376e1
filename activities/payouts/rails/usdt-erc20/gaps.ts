import type { Pool } from 'pg';
import { ATTEMPT_PROVEN_UNPAID, type AttemptState } from '../../../../domain/payouts/states.ts';
import { transactionAnswer } from './answers.ts';
import type { UsdtErc20Config } from './config.ts';
import { walletId } from './nonces.ts';
import type { WalletState } from './walletState.ts';

/** A nonce that the node has not heard of, below others that were allocated: those wait for it. */
export interface NonceGap {
  nonce: bigint;
  /** Whose it is; null: nobody's (the wallet's key was used elsewhere, and that transaction is gone, or it is a cancellation of ours). */
  attempt: { id: string; payoutId: string; idempotencyKey: string; state: AttemptState } | null;
  /** Transfers that were sent and wait behind it. */
  waiting: number;
  /** `its_payout`: committed bytes exist, and its payout sends them (again); `cancel`: nothing of ours will ever use it; `nobody`: it was executed and the chain no longer has it. */
  repair: 'its_payout' | 'cancel' | 'nobody';
}

/** The lowest gap; null: there is none, or only transfers that are just about to be sent. Throws `NodeFault`. */
export async function findGap(config: UsdtErc20Config, state: Pick<WalletState, 'nonce' | 'pendingNonce'>, signal: AbortSignal): Promise<NonceGap | null> {
  const gap = await missing(config.pool, walletId(config.chainId, config.signer.address), state);
  if (gap === null) return null;
  // Some nodes count no mempool, and what arrived meanwhile is not missing.
  const known = await Promise.all(gap.hashes.map((hash) => config.node.ask(transactionAnswer.nullable(), signal, 'eth_getTransactionByHash', hash)));
  return known.some((found) => found !== null) ? null : gap;
}

async function missing(pool: Pool, wallet: string, state: Pick<WalletState, 'nonce' | 'pendingNonce'>): Promise<(NonceGap & { hashes: string[] }) | null> {
  const nonce = state.pendingNonce > state.nonce ? state.pendingNonce : state.nonce;
  const { rows } = await pool.query<{ id: string | null; payout_id: string; idempotency_key: string; state: AttemptState; hashes: string[] | null; waiting: number }>(
    `SELECT a.id, a.payout_id, a.idempotency_key, a.state,
       (SELECT array_agg(all_of.hash) FROM (SELECT a.facts->>'hash' AS hash UNION ALL SELECT v.facts->>'hash' FROM payout_attempt_version v WHERE v.attempt_id = a.id) all_of WHERE all_of.hash IS NOT NULL) AS hashes,
       (SELECT count(*)::int FROM wallet_nonce later JOIN payout_attempt b ON b.id = later.attempt_id
        WHERE later.wallet_id = w.id AND later.nonce > $2::bigint AND b.state IN ('sent','accepted','unknown')) AS waiting
     FROM hot_wallet w LEFT JOIN wallet_nonce n ON n.wallet_id = w.id AND n.nonce = $2::bigint LEFT JOIN payout_attempt a ON a.id = n.attempt_id
     WHERE w.id = $1 AND w.next_nonce > $2::bigint`, [wallet, nonce.toString()]);
  const [row] = rows;
  if (row === undefined) return null;
  const { waiting } = row;
  const hashes = row.hashes ?? [];
  if (row.id === null) return { nonce, attempt: null, waiting, hashes, repair: 'cancel' };
  const attempt = { id: row.id, payoutId: row.payout_id, idempotencyKey: row.idempotency_key, state: row.state };
  if (ATTEMPT_PROVEN_UNPAID.includes(row.state)) return { nonce, attempt, waiting, hashes: [], repair: 'cancel' };
  if (row.state === 'executed' || row.state === 'returned') return { nonce, attempt, waiting, hashes, repair: 'nobody' };
  return waiting === 0 ? null : { nonce, attempt, waiting, hashes, repair: 'its_payout' };
}

export function gapInWords({ nonce, attempt, waiting, repair }: NonceGap): string {
  const others = waiting === 0 ? '' : `; ${waiting} sent transfers wait for it`;
  if (repair === 'cancel') return `nonce ${nonce} of the hot wallet is not in the node's mempool and nothing of ours will use it${others}; it is cancelled by a transfer of nothing to the wallet itself`;
  if (repair === 'nobody') return `nonce ${nonce} of the hot wallet was executed for payout ${attempt?.payoutId}, but the node no longer has it${others}; look whether it follows the right chain`;
  return `nonce ${nonce} of the hot wallet is committed for payout ${attempt?.payoutId} (${attempt?.state}) and not in the node's mempool${others}; its bytes are sent (again) when that payout is looked up`;
}
