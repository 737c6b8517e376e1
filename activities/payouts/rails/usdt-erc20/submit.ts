import type { SubmitOutcome } from '../../../../domain/payouts/outcomes.ts';
import type { CommittedAttempt, LastLook } from '../rail.ts';
import { hex, transactionAnswer } from './answers.ts';
import type { UsdtErc20Config } from './config.ts';
import { inFlight } from './inFlight.ts';
import { faultDetail, NodeFault } from './node.ts';
import { walletId } from './nonces.ts';
import { obstacle, unreachable } from './readiness.ts';
import { signedUnder } from './signedUnder.ts';
import { transferFacts, unitsOf } from './transfer.ts';
import type { WalletState } from './walletState.ts';

/**
 * Broadcasts the committed bytes once, unless the chain would revert them now (paused, empty wallet): then they wait, nonce and all. What a node says of why it refused them is
 * never believed; only that it knows the transaction counts.
 */
export async function submitTransfer(configured: UsdtErc20Config, stateOf: (config: UsdtErc20Config, signal: AbortSignal) => Promise<WalletState>, attempt: CommittedAttempt, signal: AbortSignal, lastLook?: LastLook): Promise<SubmitOutcome> {
  const config = signedUnder(configured, attempt.facts);
  const facts = transferFacts(attempt.facts);
  let state: WalletState;
  try {
    state = await stateOf(config, signal);
  } catch (error) {
    const { code, reason, retryAfterSeconds } = unreachable(error);
    return { kind: 'deferred', code, reason, retryAfterSeconds };
  }
  // A used nonce cannot be executed again, whatever is sent.
  if (facts.nonce >= state.nonce) {
    const before = await inFlight(config.pool, walletId(config.chainId, config.signer.address), state.nonce, facts.nonce);
    const stands = obstacle(config, state, { units: unitsOf(attempt.amount), feePerGas: facts.maxFeePerGas }, { ...before, count: 0 });
    if (stands !== null) return { kind: 'deferred', code: stands.code, reason: stands.reason, retryAfterSeconds: stands.retryAfterSeconds };
  }
  const late = await lastLook?.() ?? null;
  if (late !== null) return late;
  let fault: unknown = null;
  try {
    const hash = await config.node.ask(hex, signal, 'eth_sendRawTransaction', `0x${attempt.bytes.toString('hex')}`);
    if (hash === facts.hash) return { kind: 'accepted', railReference: facts.hash };
  } catch (error) {
    if (error instanceof NodeFault && error.kind === 'not_sent') {
      const { code, reason, retryAfterSeconds } = unreachable(error);
      return { kind: 'deferred', code, reason, retryAfterSeconds };
    }
    fault = error;
  }
  try {
    if (await config.node.ask(transactionAnswer.nullable(), signal, 'eth_getTransactionByHash', facts.hash) !== null) return { kind: 'accepted', railReference: facts.hash };
  } catch {
    // As little known as before.
  }
  return { kind: 'unknown', detail: fault === null ? 'the node answered with another transaction' : faultDetail(fault) };
}
