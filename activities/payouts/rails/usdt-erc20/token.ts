import { type Address, decodeAbiParameters, encodeFunctionData, type Hex, pad, parseAbi } from 'viem';
import type { LogAnswer } from './answers.ts';

/** USDT's `transfer` returns nothing; one that returns a boolean is called the same way. */
const ABI = parseAbi(['function transfer(address to, uint256 value)', 'function balanceOf(address account) view returns (uint256)', 'function paused() view returns (bool)']);
/** keccak256("Transfer(address,address,uint256)"). */
export const TRANSFER_TOPIC: Hex = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef';
export const TOKEN_DECIMALS = 6;

export const transferData = (to: Address, units: bigint): Hex => encodeFunctionData({ abi: ABI, functionName: 'transfer', args: [to, units] });
export const balanceOfData = (account: Address): Hex => encodeFunctionData({ abi: ABI, functionName: 'balanceOf', args: [account] });
export const pausedData = (): Hex => encodeFunctionData({ abi: ABI, functionName: 'paused' });
export const addressTopic = (account: Address): Hex => pad(account.toLowerCase() as Hex, { size: 32 });

export interface Transfer { from: Hex; to: Hex; units: bigint }

/** The token's Transfer event in a log, addresses in lower case; null where the log is something else. */
export function transferOf({ address, topics, data }: LogAnswer, token: Address): Transfer | null {
  const [topic, from, to] = topics;
  if (address !== token.toLowerCase() || topic !== TRANSFER_TOPIC || from === undefined || to === undefined || topics.length !== 3 || data.length !== 66) return null;
  return { from: `0x${from.slice(26)}`, to: `0x${to.slice(26)}`, units: decodeAbiParameters([{ type: 'uint256' }], data)[0] };
}
