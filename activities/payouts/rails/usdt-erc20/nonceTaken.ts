import type { Hex } from 'viem';
import { blockTag, fullBlockAnswer, quantity } from './answers.ts';
import type { UsdtErc20Config } from './config.ts';
import { NodeFault } from './node.ts';

/**
 * The transaction that used the wallet's `nonce`, found in the chain itself: the block between `from` and `to` in which the wallet's count of transactions passed it, and in
 * that block the one that bears it. Null where the node cannot show it. Needs the state of these blocks (any node has it for recent ones, an archive for all). Throws `NodeFault`
 * where there is no answer.
 */
export async function transactionWithNonce(config: UsdtErc20Config, nonce: bigint, from: bigint, to: bigint, signal: AbortSignal): Promise<Hex | null> {
  try {
    return await search(config, nonce, from, to, signal);
  } catch (error) {
    if (error instanceof NodeFault && error.kind === 'refused') return null;
    throw error;
  }
}

async function search(config: UsdtErc20Config, nonce: bigint, from: bigint, to: bigint, signal: AbortSignal): Promise<Hex | null> {
  const { node, signer: { address } } = config;
  const passed = async (block: bigint): Promise<boolean> => await node.ask(quantity, signal, 'eth_getTransactionCount', address, blockTag(block)) > nonce;
  if (!await passed(to)) return null;
  let [before, after] = [from, to];
  if (await passed(before)) return null;
  while (after - before > 1n) {
    const middle = (before + after) / 2n;
    if (await passed(middle)) after = middle;
    else before = middle;
  }
  const { transactions } = await node.ask(fullBlockAnswer, signal, 'eth_getBlockByNumber', blockTag(after), true);
  return transactions.find((transaction) => transaction.from === address.toLowerCase() && transaction.nonce === nonce)?.hash ?? null;
}
