import { formatEther, formatGwei, formatUnits, parseEther, parseUnits } from 'viem';
import type { RailReadiness } from '../rail.ts';
import type { UsdtErc20Config } from './config.ts';
import { affordable, type FeeMarket, feesNow } from './fees.ts';
import { faultDetail } from './node.ts';
import { TOKEN_DECIMALS } from './token.ts';
import type { WalletState } from './walletState.ts';

type NotReady = Extract<RailReadiness, { ready: false }>;
type Terms = Extract<RailReadiness, { ready: true }>['terms'];

const usdt = (units: bigint): string => `${formatUnits(units, TOKEN_DECIMALS)} USDT`;

export function unreachable(error: unknown): NotReady {
  return { ready: false, code: 'NODE_UNREACHABLE', reason: `The Ethereum node gives no usable answer: ${faultDetail(error)}.`, retryAfterSeconds: 15 };
}

/** What keeps a transfer of `units` from leaving now, with `others` (transfers and their units) leaving before it; null: nothing. Also asked just before sending, for the bytes' own fees. */
export function obstacle(config: UsdtErc20Config, state: WalletState, transfer: { units: bigint; feePerGas: bigint }, others: { count: number; units: bigint }): NotReady | null {
  const not = (code: string, reason: string, retryAfterSeconds: number): NotReady => ({ ready: false, code, reason, retryAfterSeconds });
  if (state.chainId !== config.chainId) return not('CHAIN_WRONG', `The node serves chain ${state.chainId}, configured is ${config.chainId}; nothing is sent there.`, 60);
  if (state.syncing) return not('NODE_SYNCING', 'The Ethereum node is still catching up with the chain.', 30);
  if (state.tokenUnits === null) return not('TOKEN_MISSING', `There is no token at ${config.token} on chain ${config.chainId}; set USDT_ERC20_TOKEN.`, 60);
  if (state.paused) return not('TOKEN_PAUSED', 'The token is paused by its issuer; transfers would be reverted.', 60);
  if (state.tokenUnits < others.units + transfer.units) {
    return not('HOT_WALLET_EMPTY', `The hot wallet ${config.signer.address} has ${usdt(state.tokenUnits)}, of which ${usdt(others.units)} are on their way; at least ${usdt(transfer.units)} more are needed. Top it up.`, 60);
  }
  const gas = BigInt(others.count + 1) * config.gasLimit * transfer.feePerGas;
  if (state.coinWei < gas) return not('HOT_WALLET_NO_GAS', `The hot wallet ${config.signer.address} has ${formatEther(state.coinWei)} ${config.coin} for gas; ${formatEther(gas)} may be needed. Top it up.`, 60);
  return null;
}

/** Whether another payout can be prepared, and the terms that `prepare` and `replace` need. `gap`: what is known of a gap in the nonces. */
export function readinessOf(config: UsdtErc20Config, state: WalletState, gap: string | null): RailReadiness {
  const fees = feesNow(state.market, config.mostFeePerGas);
  const stands = obstacle(config, state, { units: parseUnits(config.minimum, TOKEN_DECIMALS), feePerGas: fees.maxFeePerGas }, state.inFlight);
  // What is out is paid for already: only its fee may have to be raised.
  if (stands !== null) return stands.code === 'HOT_WALLET_EMPTY' ? { ...stands, terms: termsOf(state) } : stands;
  if (!affordable(state.market, config.mostFeePerGas)) {
    return { ready: false, code: 'FEE_TOO_HIGH', reason: `Gas costs ${formatGwei(state.market.baseFee + state.market.tip)} gwei, more than USDT_ERC20_MAX_FEE_GWEI (${formatGwei(config.mostFeePerGas)}); payouts wait.`, retryAfterSeconds: 60 };
  }
  const free = state.tokenUnits! - state.inFlight.units;
  const low = free < parseUnits(config.lowUsdt, TOKEN_DECIMALS) || state.coinWei < parseEther(config.lowCoin);
  const warning = gap !== null ? { code: 'NONCE_GAP', detail: gap }
    : low ? { code: 'HOT_WALLET_LOW', detail: `The hot wallet ${config.signer.address} has ${usdt(free)} beyond what is on its way, and ${formatEther(state.coinWei)} ${config.coin} for gas; top it up.` } : null;
  return { ready: true, terms: termsOf(state), ...(warning !== null && { warning }) };
}

const termsOf = ({ block, pendingNonce, nonce, market }: WalletState): Terms => ({
  block: block.toString(), chainNonce: (pendingNonce > nonce ? pendingNonce : nonce).toString(), baseFee: market.baseFee.toString(), tip: market.tip.toString(),
});

export const marketOf = (terms: Terms): FeeMarket => ({ baseFee: BigInt(terms['baseFee'] ?? ''), tip: BigInt(terms['tip'] ?? '') });
