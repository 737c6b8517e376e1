import { type Address, checksumAddress, formatUnits, getAddress, type Hex } from 'viem';
import { z } from 'zod';
import { Problem } from '../../../../domain/problem.ts';
import type { RailRecordEntry } from '../rail.ts';
import { blockAnswer, blockTag, blockTime, chainIdAnswer, logAnswer, type LogAnswer, quantity, transactionAnswer } from './answers.ts';
import type { UsdtErc20Config } from './config.ts';
import { NETWORK } from './destination.ts';
import { faultDetail, NodeFault } from './node.ts';
import { walletId } from './nonces.ts';
import { addressTopic, TOKEN_DECIMALS, TRANSFER_TOPIC, transferOf } from './token.ts';
import { finalBlock } from './walletState.ts';

/**
 * What the chain itself says left the hot wallet, and those that were paid from before it: the token's Transfer events in blocks that have all their confirmations, whoever caused them. Ours bear the key of the attempt whose
 * nonce and hash they have. Throws `Problem` RAIL_UNREACHABLE (503).
 */
export async function* chainRecord(config: UsdtErc20Config, from: string | null, to: string | null, signal: AbortSignal): AsyncIterable<RailRecordEntry> {
  try {
    const wallets = await walletsOf(config);
    const chainId = await config.node.ask(chainIdAnswer, signal, 'eth_chainId');
    if (Number(chainId) !== config.chainId) throw new NodeFault('refused', 'eth_chainId', `the node serves chain ${chainId}, configured is ${config.chainId}`);
    const last = finalBlock(await config.node.ask(quantity, signal, 'eth_blockNumber'), config.confirmations);
    const times = blockTimes(config, signal);
    let start = from === null ? config.firstBlock : await firstAt(times, from, config.firstBlock, last);
    const end = to === null ? last + 1n : await firstAt(times, to, start, last);
    for (; start < end; start += config.logBlocks) {
      const until = start + config.logBlocks < end ? start + config.logBlocks : end;
      const logs = await config.node.ask(z.array(logAnswer), signal, 'eth_getLogs', {
        address: config.token, topics: [TRANSFER_TOPIC, wallets.map(addressTopic)], fromBlock: blockTag(start), toBlock: blockTag(until - 1n),
      });
      for (const log of logs) {
        const entry = log.removed === true ? null : await entryOf(config, log, await times(log.blockNumber), signal);
        if (entry !== null) yield entry;
      }
    }
  } catch (error) {
    if (!(error instanceof NodeFault)) throw error;
    throw new Problem('RAIL_UNREACHABLE', `The chain's record cannot be read: ${faultDetail(error)}. Try again when the node answers.`, { status: 503 });
  }
}

async function entryOf(config: UsdtErc20Config, log: LogAnswer, at: string, signal: AbortSignal): Promise<RailRecordEntry | null> {
  const transfer = transferOf(log, config.token);
  if (transfer === null) return null;
  const transaction = await config.node.ask(transactionAnswer, signal, 'eth_getTransactionByHash', log.transactionHash);
  const attempt = await attemptOf(config, transfer.from, transaction.nonce, log.transactionHash);
  return {
    sequence: `${log.transactionHash}:${log.logIndex}`, kind: 'executed', at, idempotencyKey: attempt?.key ?? null, payoutId: attempt?.payoutId ?? null, railReference: log.transactionHash,
    amount: formatUnits(transfer.units, TOKEN_DECIMALS), currency: 'USDT', destination: { address: checksumAddress(transfer.to), network: NETWORK },
  };
}

/** By nonce, and only where the hash is one of the attempt's own: another's transaction may have taken the nonce. */
async function attemptOf(config: UsdtErc20Config, wallet: string, nonce: bigint, hash: Hex): Promise<{ key: string; payoutId: string } | null> {
  const { rows: [row] } = await config.pool.query<{ key: string; payoutId: string }>(
    `SELECT a.idempotency_key AS key, a.payout_id AS "payoutId" FROM wallet_nonce n JOIN payout_attempt a ON a.id = n.attempt_id
     WHERE n.wallet_id = $1 AND n.nonce = $2 AND (a.facts->>'hash' = $3 OR EXISTS (SELECT 1 FROM payout_attempt_version v WHERE v.attempt_id = a.id AND v.facts->>'hash' = $3))`,
    [walletId(config.chainId, getAddress(wallet)), nonce.toString(), hash]);
  return row ?? null;
}

/** Every wallet that was paid from on this chain: what a former one paid is as much in the ledger as what this one does. */
async function walletsOf({ pool, chainId, signer }: UsdtErc20Config): Promise<Address[]> {
  const prefix = walletId(chainId, '');
  const { rows } = await pool.query<{ id: string }>('SELECT id FROM hot_wallet WHERE starts_with(id, $1) ORDER BY id', [prefix]);
  return [...new Set([signer.address, ...rows.map(({ id }) => getAddress(id.slice(prefix.length)))])];
}

type BlockTimes = (block: bigint) => Promise<string>;

function blockTimes(config: UsdtErc20Config, signal: AbortSignal): BlockTimes {
  const known = new Map<bigint, string>();
  return async (block) => {
    const time = known.get(block) ?? blockTime((await config.node.ask(blockAnswer, signal, 'eth_getBlockByNumber', blockTag(block), false)).timestamp);
    known.set(block, time);
    return time;
  };
}

/** The first block of `low`–`high` whose time is `instant` or later; the one after `high` where there is none. */
async function firstAt(times: BlockTimes, instant: string, low: bigint, high: bigint): Promise<bigint> {
  const wanted = Date.parse(instant);
  let [from, to] = [low, high + 1n];
  while (from < to) {
    const middle = (from + to) / 2n;
    if (Date.parse(await times(middle)) >= wanted) to = middle;
    else from = middle + 1n;
  }
  return from;
}
