import { formatEther, formatUnits, type Hex } from 'viem';
import type { LookUpOutcome } from '../../../../domain/payouts/outcomes.ts';
import type { AttemptHandle } from '../rail.ts';
import { blockAnswer, blockTag, blockTime, hex, receiptAnswer, type ReceiptAnswer, transactionAnswer } from './answers.ts';
import type { UsdtErc20Config } from './config.ts';
import { tooLow } from './fees.ts';
import { faultDetail, NodeFault } from './node.ts';
import { transactionWithNonce } from './nonceTaken.ts';
import { signedUnder } from './signedUnder.ts';
import { balanceOfData, pausedData, TOKEN_DECIMALS, transferOf } from './token.ts';
import { transferFacts, unitsOf } from './transfer.ts';
import { finalBlock, type WalletState } from './walletState.ts';

/** The parts of a look-up that others provide. */
export interface LookUpDeps {
  /** Read anew, not from the cache. */
  state(config: UsdtErc20Config, signal: AbortSignal): Promise<WalletState>;
  /** What is known, and done, about the lowest nonce that the node has not heard of; null: nothing is missing below this one. */
  gapBefore(config: UsdtErc20Config, nonce: bigint, state: WalletState, signal: AbortSignal): Promise<string | null>;
}

/**
 * What became of an attempt, by the chain alone: a receipt of any of its versions, else who used its nonce, else whether the mempool has it. Nothing is final before it has the
 * configured confirmations; an answer that is missing or contradicts another is unknown. It is asked about under the wallet that signed it, whichever is configured now.
 */
export async function lookUpTransfer(configured: UsdtErc20Config, deps: LookUpDeps, attempt: AttemptHandle, signal: AbortSignal): Promise<LookUpOutcome> {
  const config = signedUnder(configured, attempt.facts);
  const versions = [...attempt.replaced.map(({ facts }) => transferFacts(facts)), transferFacts(attempt.facts)];
  const newest = versions.at(-1)!;
  try {
    const state = await deps.state(config, signal);
    if (state.chainId !== config.chainId) return { kind: 'unknown', detail: `CHAIN_WRONG: the node serves chain ${state.chainId}, the transfer is for chain ${config.chainId}` };
    const receipts = await Promise.all(versions.map(({ hash }) => config.node.ask(receiptAnswer.nullable(), signal, 'eth_getTransactionReceipt', hash)));
    const receipt = receipts.find((found) => found !== null) ?? null;
    if (receipt !== null) return await fromReceipt(config, attempt, receipt, state, signal);
    if (newest.nonce < state.nonce) return await fromUsedNonce(config, versions.map(({ hash }) => hash), newest.nonce, versions[0]!.block, state, signal);

    const known = await Promise.all(versions.map(({ hash }) => config.node.ask(transactionAnswer.nullable(), signal, 'eth_getTransactionByHash', hash)));
    // The newest that arrived: one that was committed and lost helps nobody.
    const waiting = versions.findLast((_version, index) => known[index] !== null);
    // Whoever cannot sign for its wallet any more can only send the same again.
    const replaceable = config === configured && tooLow(waiting ?? newest, state.market);
    if (waiting === undefined) {
      // Nodes do not keep what offers too little; handing in the same again would not change that.
      return replaceable ? { kind: 'pending', railReference: newest.hash, replaceable, detail: 'no longer in the mempool, its fee is below what blocks take now' } : { kind: 'not_found' };
    }
    const gap = newest.nonce > state.pendingNonce ? await deps.gapBefore(config, newest.nonce, state, signal) : null;
    if (gap !== null) return { kind: 'pending', railReference: waiting.hash, detail: gap };
    return { kind: 'pending', railReference: waiting.hash, replaceable, detail: replaceable ? 'in the mempool, its fee is below what blocks take now' : 'in the mempool' };
  } catch (error) {
    return { kind: 'unknown', detail: faultDetail(error) };
  }
}

async function fromReceipt(config: UsdtErc20Config, attempt: AttemptHandle, receipt: ReceiptAnswer, state: WalletState, signal: AbortSignal): Promise<LookUpOutcome> {
  const railReference = receipt.transactionHash;
  const confirmations = state.block - receipt.blockNumber + 1n;
  if (confirmations < BigInt(config.confirmations)) return { kind: 'pending', railReference, detail: `${confirmations < 0n ? 0n : confirmations} of ${config.confirmations} confirmations` };
  const block = await config.node.ask(blockAnswer, signal, 'eth_getBlockByNumber', blockTag(receipt.blockNumber), false);
  if (block.hash !== receipt.blockHash) return { kind: 'pending', railReference, detail: 'its block was replaced by another' };
  if (receipt.status === '0x0') return { kind: 'rejected', code: 'TRANSFER_REVERTED', reason: `the token refused the transfer (${railReference}, reverted in block ${receipt.blockNumber})`, retryable: await oursToMend(config, unitsOf(attempt.amount), receipt.blockNumber, signal) };
  const to = attempt.destination['address']?.toLowerCase();
  const paid = receipt.logs.map((log) => transferOf(log, config.token)).filter((transfer) => transfer?.from === config.signer.address.toLowerCase() && transfer.to === to);
  if (paid.length === 0) return { kind: 'unknown', detail: `${railReference} was executed, but shows no transfer to the destination` };
  const units = paid.reduce((total, transfer) => total + transfer!.units, 0n);
  return {
    kind: 'executed', railReference, executedAt: blockTime(block.timestamp), amount: formatUnits(units, TOKEN_DECIMALS), currency: 'USDT', fee: '0',
    networkFee: `${formatEther(receipt.gasUsed * receipt.effectiveGasPrice)} ${config.coin}`,
  };
}

/** Whether the wallet or the token was the reason (empty, paused) and not the destination: the same transfer may succeed later. Where the node no longer knows, it is tried again, as often as the policy allows. */
async function oursToMend(config: UsdtErc20Config, units: bigint, block: bigint, signal: AbortSignal): Promise<boolean> {
  try {
    const at = blockTag(block);
    const [balance, paused] = await Promise.all([balanceOfData(config.signer.address), pausedData()].map((data) => config.node.ask(hex, signal, 'eth_call', { to: config.token, data }, at)));
    return (balance!.length === 66 && BigInt(balance!) < units) || (paused!.length === 66 && BigInt(paused!) !== 0n);
  } catch (error) {
    if (error instanceof NodeFault && error.kind === 'refused') return true;
    throw error;
  }
}

/** None of our versions has a receipt, and the nonce is gone: proof is the other transaction itself, deep enough in the chain. */
async function fromUsedNonce(config: UsdtErc20Config, ours: readonly Hex[], nonce: bigint, preparedAt: bigint, state: WalletState, signal: AbortSignal): Promise<LookUpOutcome> {
  const used = `nonce ${nonce} was used, and no version of this transfer has a receipt`;
  if (nonce >= state.finalNonce) return { kind: 'pending', railReference: null, detail: `${used}; waiting for ${config.confirmations} confirmations` };
  // Blocks may have been replaced since the preparation, so some earlier ones are searched too.
  const margin = BigInt(config.confirmations) * 2n;
  const taker = await transactionWithNonce(config, nonce, preparedAt > margin ? preparedAt - margin : 0n, finalBlock(state.block, config.confirmations), signal);
  if (taker === null) return { kind: 'unknown', detail: `${used}; the node cannot show which transaction did (an archive node can)` };
  if (ours.includes(taker)) return { kind: 'unknown', detail: `${taker} is in the chain, but the node has no receipt of it` };
  return { kind: 'rejected', code: 'NONCE_TAKEN', reason: `${used}: ${taker} took it, with ${config.confirmations} confirmations`, retryable: true };
}
