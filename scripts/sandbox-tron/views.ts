import { addressText } from './base58.ts';
import { type Block, type Chain, type Located } from './chain.ts';
import type { TronTransaction } from './transaction.ts';

/*
 * The node's answers as java-tron words them: fields that are zero or empty are left out, bytes are hex, addresses hex unless `visible`.
 */
const TRANSFER_TOPIC = 'ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef';
const word = (hex: string): string => hex.padStart(64, '0');
const unlessZero = (name: string, value: bigint): Record<string, number> => (value === 0n ? {} : { [name]: Number(value) });

export function blockView(block: Block): Record<string, unknown> {
  return { blockID: block.id, block_header: { raw_data: { number: block.number, txTrieRoot: '0'.repeat(64), witness_address: `41${'0'.repeat(40)}`, parentHash: block.parent, version: 31, timestamp: block.at } } };
}

export function transactionView(transaction: TronTransaction, located: Located | undefined): Record<string, unknown> {
  return {
    ...(located === undefined ? {} : { ret: [{ contractRet: located.executed.result }] }),
    signature: transaction.signatures, txID: transaction.id,
    raw_data: {
      contract: [{ parameter: { value: { data: transaction.data, owner_address: transaction.owner, contract_address: transaction.contract }, type_url: 'type.googleapis.com/protocol.TriggerSmartContract' }, type: 'TriggerSmartContract' }],
      ref_block_bytes: transaction.refBlockBytes, ref_block_hash: transaction.refBlockHash, expiration: transaction.expiration, fee_limit: Number(transaction.feeLimit), timestamp: transaction.timestamp,
    },
    raw_data_hex: transaction.rawHex,
  };
}

export function infoView({ block, transaction, executed }: Located): Record<string, unknown> {
  const failed = executed.result !== 'SUCCESS';
  const { moved } = executed;
  return {
    id: transaction.id, ...unlessZero('fee', BigInt(executed.energyFee) + BigInt(executed.netFee)), blockNumber: block.number, blockTimeStamp: block.at,
    contractResult: [failed ? '' : word('1')], contract_address: transaction.contract,
    receipt: { ...unlessZero('energy_fee', BigInt(executed.energyFee)), ...unlessZero('energy_usage_total', BigInt(executed.energy)), ...unlessZero('net_fee', BigInt(executed.netFee)), result: executed.result },
    ...(moved === null ? {} : { log: [{ address: transaction.contract.slice(2), topics: [TRANSFER_TOPIC, word(transaction.owner.slice(2)), word(moved.to.slice(2))], data: word(BigInt(moved.amount).toString(16)) }] }),
    ...(failed ? { result: 'FAILED', resMessage: Buffer.from(executed.result === 'REVERT' ? 'REVERT opcode executed' : 'Not enough energy').toString('hex') } : {}),
  };
}

/** TronGrid's `/v1/accounts/{address}/transactions/trc20`: transfers of the token from or to an address, up to `limit` a page. */
export function historyView(chain: Chain, address: string, query: URLSearchParams): Record<string, unknown> {
  const limit = Math.min(Number(query.get('limit') ?? '20'), 200);
  const last = query.get('only_confirmed') === 'true' ? chain.solid.number : chain.head.number;
  const from = Number(query.get('min_timestamp') ?? '0');
  const to = Number(query.get('max_timestamp') ?? String(Number.MAX_SAFE_INTEGER));
  const rows = chain.blocks.slice(0, last + 1).filter(({ at }) => at >= from && at <= to).flatMap((block) => block.executed.flatMap(({ id, moved }) => {
    const located = chain.located.get(id);
    if (moved === null || located === undefined || (located.transaction.owner !== address && (moved.to !== address || query.get('only_from') === 'true'))) return [];
    return [{
      transaction_id: id, token_info: { symbol: 'USDT', address: addressText(chain.token), decimals: 6, name: 'Tether USD' }, block_timestamp: block.at,
      from: addressText(located.transaction.owner), to: addressText(moved.to), type: 'Transfer', value: moved.amount,
    }];
  }));
  if (query.get('order_by') !== 'block_timestamp,asc') rows.reverse();
  const start = query.get('fingerprint') === null ? 0 : Number(query.get('fingerprint'));
  const data = rows.slice(start, start + limit);
  const next = start + data.length;
  return { data, success: true, meta: { at: chain.head.at, page_size: data.length, ...(next < rows.length ? { fingerprint: String(next) } : {}) } };
}
