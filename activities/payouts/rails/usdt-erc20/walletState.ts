import { z } from 'zod';
import { blockAnswer, blockTag, chainIdAnswer, hex, quantity, syncingAnswer } from './answers.ts';
import type { UsdtErc20Config } from './config.ts';
import type { FeeMarket } from './fees.ts';
import { inFlight, type InFlight } from './inFlight.ts';
import { walletId } from './nonces.ts';
import { balanceOfData, pausedData } from './token.ts';

/** The wallet as of one block, with what is under way from it. Amounts in the token's and the coin's smallest units. */
export interface WalletState {
  chainId: number;
  syncing: boolean;
  block: bigint;
  market: FeeMarket;
  /** The first nonce that no block has used, that none deep enough to be final has, and the first that the node has not heard of. */
  nonce: bigint; finalNonce: bigint; pendingNonce: bigint;
  /** Null: there is no token at the configured address. */
  tokenUnits: bigint | null;
  paused: boolean;
  coinWei: bigint;
  inFlight: InFlight;
}

/** Reads it, balances and nonces at the same block. Throws `NodeFault`. */
export async function readWalletState(config: UsdtErc20Config, signal: AbortSignal): Promise<WalletState> {
  const { node, signer: { address } } = config;
  const [chainId, syncing, block, tip] = await Promise.all([
    node.ask(chainIdAnswer, signal, 'eth_chainId'), node.ask(syncingAnswer, signal, 'eth_syncing'),
    node.ask(blockAnswer, signal, 'eth_getBlockByNumber', 'latest', false), node.ask(quantity, signal, 'eth_maxPriorityFeePerGas'),
  ]);
  const at = blockTag(block.number);
  const [nonce, finalNonce, pendingNonce, balance, paused, coinWei] = await Promise.all([
    node.ask(quantity, signal, 'eth_getTransactionCount', address, at),
    node.ask(quantity, signal, 'eth_getTransactionCount', address, blockTag(finalBlock(block.number, config.confirmations))),
    node.ask(quantity, signal, 'eth_getTransactionCount', address, 'pending'),
    node.ask(hex, signal, 'eth_call', { to: config.token, data: balanceOfData(address) }, at),
    node.ask(hex, signal, 'eth_call', { to: config.token, data: pausedData() }, at),
    node.ask(quantity, signal, 'eth_getBalance', address, at),
  ]);
  const word = z.string().length(66);
  return {
    chainId: Number(chainId), syncing: syncing !== false, block: block.number, market: { baseFee: block.baseFeePerGas ?? 0n, tip },
    nonce, finalNonce, pendingNonce, tokenUnits: word.safeParse(balance).success ? BigInt(balance) : null,
    paused: word.safeParse(paused).success && BigInt(paused) !== 0n, coinWei,
    inFlight: await inFlight(config.pool, walletId(config.chainId, address), nonce),
  };
}

/** The newest block that has all its confirmations; a young chain's first. */
export const finalBlock = (latest: bigint, confirmations: number): bigint => {
  const block = latest - BigInt(confirmations) + 1n;
  return block < 0n ? 0n : block;
};

/** Asked for each payout: one answer serves all of a moment. A failed reading is not kept. */
export function cachedWalletState(config: UsdtErc20Config): (signal: AbortSignal) => Promise<WalletState> {
  let kept: { at: number; state: Promise<WalletState> } | null = null;
  return async () => {
    if (kept !== null && performance.now() - kept.at < config.cacheMs) return kept.state;
    // Shared by several callers, so not ended by one of them; the node's own time-outs bound it.
    const mine = { at: performance.now(), state: readWalletState(config, new AbortController().signal) };
    kept = mine;
    try {
      return await mine.state;
    } catch (error) {
      if (kept === mine) kept = null;
      throw error;
    }
  };
}
