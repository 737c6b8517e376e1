import { Decimal, plain } from '../../../domain/decimal.ts';
import { rpc } from '../../sandbox-chain/rpc.ts';
import { type RailProof, verdict } from './proof.ts';

/** The chain itself: the transaction's receipt, and what the address now has of the token. */
export const chainProof: RailProof = async ({ payout, counterparties: { env } }) => {
  const [url, address] = [env['USDT_ERC20_RPC_URL'] ?? '', payout.destination['address'] ?? ''];
  const receipt = await rpc<{ status: string; blockNumber: string } | null>(url, 'eth_getTransactionReceipt', payout.railReference);
  const balance = units(await rpc<string>(url, 'eth_call', { to: env['USDT_ERC20_TOKEN'], data: `0x70a08231${address.slice(2).toLowerCase().padStart(64, '0')}` }, 'latest'));
  const [mined, head] = await Promise.all([Promise.resolve(BigInt(receipt?.blockNumber ?? '0')), rpc<string>(url, 'eth_blockNumber').then(BigInt)]);
  return [
    `the chain: ${receipt === null ? 'no such transaction' : `${receipt.status === '0x1' ? 'executed' : 'reverted'} in block ${mined}, ${head - mined + 1n} confirmations`}`,
    `balanceOf(${address}) = ${plain(balance)} ${payout.payCurrency}: ${verdict(receipt?.status === '0x1' && balance.eq(payout.payAmount))}`,
  ];
};

/** USDT of a word of the token's, which counts in millionths. */
export const units = (word: string): Decimal => new Decimal(BigInt(word).toString()).dividedBy('1000000');
