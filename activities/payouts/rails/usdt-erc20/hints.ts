import type { RailEvent } from '../rail.ts';
import type { UsdtErc20Config } from './config.ts';
import { cancelNonce, pushCancellation } from './cancel.ts';
import { findGap } from './gaps.ts';
import { walletId } from './nonces.ts';
import type { WalletState } from './walletState.ts';

/**
 * Whom to look up now: attempts whose nonce was used by a final block, so that their answer is there, and the one whose missing bytes keep later ones waiting. A gap that is nobody's is
 * closed here. Whether a hint was heard does not matter: who is not settled is named again.
 */
export async function hintsOf(config: UsdtErc20Config, state: WalletState, asOf: string, signal: AbortSignal): Promise<RailEvent[]> {
  const wallet = walletId(config.chainId, config.signer.address);
  const { rows } = await config.pool.query<{ id: string; idempotency_key: string; rail_reference: string | null }>(
    `SELECT a.id, a.idempotency_key, a.rail_reference FROM payout p JOIN payout_attempt a ON a.payout_id = p.id JOIN wallet_nonce n ON n.attempt_id = a.id
     WHERE p.state NOT IN ('paid','failed','returned') AND a.state IN ('sent','accepted','unknown') AND n.wallet_id = $1 AND n.nonce < $2::bigint ORDER BY n.nonce`, [wallet, state.finalNonce.toString()]);
  const event = (name: string, idempotencyKey: string, railReference: string | null): RailEvent => ({ eventId: `${config.id}:${name}:${state.block}`, type: 'other', occurredAt: asOf, idempotencyKey, railReference });
  const events = rows.map((row) => event(row.id, row.idempotency_key, row.rail_reference));
  const gap = await findGap(config, state, signal);
  if (gap?.repair === 'cancel') await cancelNonce(config, state, gap.nonce, signal);
  else if (gap?.repair === 'its_payout' && gap.attempt !== null) events.push(event(gap.attempt.id, gap.attempt.idempotencyKey, null));
  await pushCancellation(config, state, signal);
  return events;
}
