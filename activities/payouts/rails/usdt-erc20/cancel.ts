import { withTransaction } from '../../../../db/connection.ts';
import { stoppedReason } from '../../../../db/stores/railSwitch.ts';
import { ATTEMPT_PROVEN_UNPAID, type AttemptState } from '../../../../domain/payouts/states.ts';
import { hex } from './answers.ts';
import type { UsdtErc20Config } from './config.ts';
import { feesNow } from './fees.ts';
import { walletId } from './nonces.ts';
import type { WalletState } from './walletState.ts';

const TRANSFER_OF_NOTHING_GAS = 21_000n;

/**
 * Uses up a nonce that nothing of ours will ever use: a transfer of 0 to the wallet itself. Checked under the wallet's lock: a nonce of an attempt that may still be executed is
 * never touched. Whether it worked shows in the chain; asked again, it is sent again at the fees of then. False: it is not ours to cancel.
 */
export async function cancelNonce(config: UsdtErc20Config, state: WalletState, nonce: bigint, signal: AbortSignal): Promise<boolean> {
  const { signer, chainId } = config;
  const wallet = walletId(chainId, signer.address);
  if (state.chainId !== chainId || state.syncing || signer.unusable() !== null) return false;
  const free = await withTransaction(config.pool, async (tx) => {
    const { client } = tx;
    // Nothing at all leaves a wallet whose payouts operators have stopped.
    if (await stoppedReason(tx, config.id) !== null) return false;
    const { rows: [locked] } = await client.query<{ allocated: boolean }>('SELECT next_nonce > $2::bigint AS allocated FROM hot_wallet WHERE id = $1 FOR UPDATE', [wallet, nonce.toString()]);
    if (locked?.allocated !== true) return false;
    const { rows: [row] } = await client.query<{ purpose: string; state: AttemptState | null }>(
      'SELECT n.purpose, a.state FROM wallet_nonce n LEFT JOIN payout_attempt a ON a.id = n.attempt_id WHERE n.wallet_id = $1 AND n.nonce = $2', [wallet, nonce.toString()]);
    if (row !== undefined) return cancellable(row);
    await client.query(`INSERT INTO wallet_nonce (wallet_id, nonce, purpose) VALUES ($1, $2, 'cancel')`, [wallet, nonce.toString()]);
    return true;
  });
  if (!free) return false;
  const raw = await signer.sign({
    type: 'eip1559', chainId, nonce: Number(nonce), to: signer.address, value: 0n, gas: TRANSFER_OF_NOTHING_GAS, ...feesNow(state.market, config.mostFeePerGas),
  });
  await config.node.ask(hex, signal, 'eth_sendRawTransaction', raw).catch(() => null);
  return true;
}

/** Sends a cancellation that is the wallet's next transaction once more, in case it waits for a fee that was too low when it was made. */
export async function pushCancellation(config: UsdtErc20Config, state: WalletState, signal: AbortSignal): Promise<void> {
  if (state.pendingNonce <= state.nonce) return;
  const { rows: [row] } = await config.pool.query<{ purpose: string; state: AttemptState | null }>(
    'SELECT n.purpose, a.state FROM wallet_nonce n LEFT JOIN payout_attempt a ON a.id = n.attempt_id WHERE n.wallet_id = $1 AND n.nonce = $2', [walletId(config.chainId, config.signer.address), state.nonce.toString()]);
  if (row !== undefined && cancellable(row)) await cancelNonce(config, state, state.nonce, signal);
}

/** What can no longer be paid by anything of ours. */
const cancellable = ({ purpose, state }: { purpose: string; state: AttemptState | null }): boolean => purpose === 'cancel' || (state !== null && ATTEMPT_PROVEN_UNPAID.includes(state));
