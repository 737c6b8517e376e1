import { createHash } from 'node:crypto';
import { recoverAddress } from 'viem/utils';
import { bytesOf, type Fields, numberOf, readFields } from './protobuf.ts';

/** A transaction as it was received; hex texts in lower case, addresses with their `41`. */
export interface TronTransaction {
  hex: string;
  size: number;
  /** SHA-256 of the raw data. */
  id: string;
  rawHex: string;
  signatures: readonly string[];
  refBlockBytes: string;
  refBlockHash: string;
  expiration: number;
  timestamp: number;
  feeLimit: bigint;
  contracts: number;
  /** 31 is TriggerSmartContract, the only one that this node executes. */
  type: number;
  owner: string;
  contract: string;
  callValue: bigint;
  data: string;
}

const TRIGGER_SMART_CONTRACT = 31;

/** Throws on bytes that are no transaction (Tron.proto `Transaction`, smart_contract.proto `TriggerSmartContract`). */
export function decodeTransaction(hex: string): TronTransaction {
  if (!/^([0-9a-f]{2})+$/i.test(hex)) throw new Error('the transaction is not hex');
  const bytes = Buffer.from(hex, 'hex');
  const outer = readFields(bytes);
  const raw = bytesOf(outer, 1);
  const fields = readFields(raw);
  const contract = readFields(bytesOf(fields, 11));
  const any = readFields(bytesOf(contract, 2));
  const type = Number(numberOf(contract, 1));
  const named = bytesOf(any, 1).toString() === 'type.googleapis.com/protocol.TriggerSmartContract';
  const trigger: Fields = type === TRIGGER_SMART_CONTRACT && named ? readFields(bytesOf(any, 2)) : new Map();
  return {
    hex: hex.toLowerCase(), size: bytes.length, id: createHash('sha256').update(raw).digest('hex'), rawHex: raw.toString('hex'),
    signatures: (outer.get(2) ?? []).map((signature) => (Buffer.isBuffer(signature) ? signature.toString('hex') : '')),
    refBlockBytes: bytesOf(fields, 1).toString('hex'), refBlockHash: bytesOf(fields, 4).toString('hex'),
    expiration: Number(numberOf(fields, 8)), timestamp: Number(numberOf(fields, 14)), feeLimit: numberOf(fields, 18),
    contracts: fields.get(11)?.length ?? 0, type: named ? type : 0,
    owner: bytesOf(trigger, 1).toString('hex'), contract: bytesOf(trigger, 2).toString('hex'), callValue: numberOf(trigger, 3), data: bytesOf(trigger, 4).toString('hex'),
  };
}

/** Whether exactly one signature stands under it, and the owner made it. */
export async function signedByOwner({ id, signatures, owner }: TronTransaction): Promise<boolean> {
  const [signature] = signatures;
  if (signatures.length !== 1 || signature?.length !== 130) return false;
  try {
    const address = await recoverAddress({ hash: `0x${id}`, signature: `0x${signature}` });
    return `41${address.slice(2).toLowerCase()}` === owner;
  } catch {
    return false;
  }
}

/** Receiver (`41…`) and amount of a call of `transfer(address,uint256)`, or null for any other call. */
export function transferOf(data: string): { to: string; amount: bigint } | null {
  const call = /^a9059cbb[0-9a-f]{24}([0-9a-f]{40})([0-9a-f]{64})$/.exec(data);
  return call?.[1] !== undefined && call[2] !== undefined ? { to: `41${call[1]}`, amount: BigInt(`0x${call[2]}`) } : null;
}
