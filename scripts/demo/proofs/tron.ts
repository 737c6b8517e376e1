import { plain } from '../../../domain/decimal.ts';
import { addressHex } from '../../sandbox-tron/base58.ts';
import { units } from './chain.ts';
import { asJson, read, type RailProof, verdict } from './proof.ts';

/** The stand-in's own record: the transfers it executed, and what the address now has of the token in solidified blocks. */
export const tronProof: RailProof = async ({ payout, counterparties: { env } }) => {
  const [url, address] = [env['USDT_TRC20_NODE_URL'] ?? '', payout.destination['address'] ?? ''];
  const { transfers } = await read<{ transfers: { id: string; block: number; solid: boolean }[] }>(`${url}/admin/transfers`, asJson({}));
  const executed = transfers.filter(({ id }) => id === payout.railReference);
  const parameter = (addressHex(address) ?? '').slice(2).padStart(64, '0');
  const { constant_result: [word = '0'] } = await read<{ constant_result: string[] }>(`${url}/walletsolidity/triggerconstantcontract`, asJson({
    owner_address: addressHex(address), contract_address: env['USDT_TRC20_TOKEN'], function_selector: 'balanceOf(address)', parameter,
  }));
  const balance = units(`0x${word}`);
  return [
    `the stand-in's chain: ${executed.map(({ block, solid }) => `executed in block ${block}${solid ? ', solidified' : ''}`).join('; ') || 'no such transfer'}`,
    `balanceOf(${address}) = ${plain(balance)} ${payout.payCurrency}: ${verdict(executed.length === 1 && balance.eq(payout.payAmount))}`,
  ];
};
