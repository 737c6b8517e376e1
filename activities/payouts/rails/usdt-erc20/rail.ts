import type { RailGuarantees } from '../../../../domain/payouts/guarantees.ts';
import type { AttemptHandle, CommittedAttempt, Destination, LastLook, PayoutInstruction, PrepareContext, Rail, RailReadiness } from '../rail.ts';
import { cancelNonce } from './cancel.ts';
import type { UsdtErc20Config } from './config.ts';
import { checkAddress } from './destination.ts';
import { findGap, gapInWords } from './gaps.ts';
import { hintsOf } from './hints.ts';
import { lookUpTransfer } from './lookUp.ts';
import { NodeFault } from './node.ts';
import { readinessOf, unreachable } from './readiness.ts';
import { chainRecord } from './record.ts';
import { submitTransfer } from './submit.ts';
import { TOKEN_DECIMALS } from './token.ts';
import { prepareTransfer, replaceTransfer } from './transfer.ts';
import { walletId } from './nonces.ts';
import { formerWallets } from './formerWallets.ts';
import { unknownUse } from './unknownUse.ts';
import { cachedWalletState, readWalletState, type WalletState } from './walletState.ts';

/** USDT as an ERC-20 token, from a hot wallet whose nonces are allocated in Postgres: of all transactions with one nonce the chain executes at most one. */
export function usdtErc20Rail(config: UsdtErc20Config): Rail {
  const own = { wallet: config.signer.address, token: config.token, network: config.network };
  const stateOf = cachedWalletState(config);
  const guarantees: RailGuarantees = {
    // The same bytes bear the same nonce: once it is used they can never be executed again.
    honoursKeysForSeconds: 'forever',
    // What one node does not know may wait in another's mempool.
    provesNonExecution: 'never',
    finalOn: 'executed', settlesWithinSeconds: 3600, canReturn: false, arrivesWithinSeconds: 900,
    minimum: config.minimum, maximum: config.maximum, fee: config.fee, feeBearer: config.feeBearer, precision: TOKEN_DECIMALS, currencies: ['USDT'], mode: 'single',
    ...(config.callsPerSecond !== undefined && { callsPerSecond: config.callsPerSecond }),
    replacesAfterSeconds: config.replacesAfterSeconds, network: config.network, reference: { name: 'transaction hash', ...(config.explorer !== null && { explorer: config.explorer }) },
    peg: { currency: 'USDT', rule: '1 USDT is paid for 1 USD' },
  };
  return {
    id: config.id,
    guarantees,
    // The wallet's nonces say it at once and for less (unknownUse.ts).
    lostBy: 'by_itself',
    validateDestination: (destination: Destination) => checkAddress(destination, own),
    currencyOf: () => 'USDT',
    rate: async (currency: string) => ({ currency, rate: '1', source: 'peg: 1 USDT is paid for 1 USD', validUntil: null }),
    async ready(signal: AbortSignal): Promise<RailReadiness> {
      const unusable = config.signer.unusable();
      if (unusable !== null) return { ready: false, code: unusable.code, reason: unusable.message, retryAfterSeconds: 300 };
      try {
        const state = await stateOf(signal);
        const unknown = await unknownUse(config.pool, walletId(config.chainId, config.signer.address), state.nonce, config.knownNonce);
        if (unknown !== null) return unknown;
        const gap = await findGap(config, state, signal);
        const ready = readinessOf(config, state, gap && gapInWords(gap));
        const former = ready.ready && ready.warning === undefined ? await formerWallets(config) : null;
        return ready.ready && former !== null ? { ...ready, warning: former } : ready;
      } catch (error) {
        if (!(error instanceof NodeFault)) throw error;
        return unreachable(error);
      }
    },
    prepare: (instruction: PayoutInstruction, context: PrepareContext) => prepareTransfer(config, instruction, context),
    submit: (attempt: CommittedAttempt, signal: AbortSignal, lastLook?: LastLook) => submitTransfer(config, (of, until) => (of === config ? stateOf(until) : readWalletState(of, until)), attempt, signal, lastLook),
    lookUp: (attempt: AttemptHandle, signal: AbortSignal) => lookUpTransfer(config, { state: readWalletState, gapBefore }, attempt, signal),
    replace: (attempt: CommittedAttempt, context: PrepareContext) => replaceTransfer(config, attempt, context),
    ingest: async (asOf: string, signal: AbortSignal) => {
      try {
        return await hintsOf(config, await readWalletState(config, signal), asOf, signal);
      } catch (error) {
        // Nothing is lost by it: the next look names the same again.
        if (error instanceof NodeFault) return [];
        throw error;
      }
    },
    record: (from: string | null, to: string | null, signal: AbortSignal) => chainRecord(config, from, to, signal),
  };

  async function gapBefore(of: UsdtErc20Config, nonce: bigint, state: WalletState, signal: AbortSignal): Promise<string | null> {
    const gap = await findGap(of, state, signal);
    if (gap === null || gap.nonce >= nonce) return null;
    if (gap.repair === 'cancel') await cancelNonce(of, state, gap.nonce, signal);
    // It names another's payout: for operators.
    return `NONCE_GAP: ${gapInWords(gap)}`;
  }
}
