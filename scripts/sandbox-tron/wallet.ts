import { addressHex } from './base58.ts';
import type { Chain } from './chain.ts';
import type { State } from './state.ts';
import { blockView, infoView, transactionView } from './views.ts';

type Body = Readonly<Record<string, unknown>>;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The read side of java-tron's HTTP API, `/wallet/…` of the head and `/walletsolidity/…` of what is solidified; undefined: no such call. */
export function ask(chain: Chain, solidity: boolean, name: string, body: Body): Record<string, unknown> | undefined {
  const newest = solidity ? chain.solid : chain.head;
  const state = chain.stateAt(newest);
  switch (name) {
    case 'getnowblock': return blockView(newest);
    case 'getblockbynum': {
      const block = chain.blocks[Number(body['num'])];
      return block && block.number <= newest.number ? blockView(block) : {};
    }
    case 'gettransactionbyid':
    case 'gettransactioninfobyid': {
      const located = chain.located.get(text(body['value']).toLowerCase());
      if (!located || located.block.number > newest.number) return {};
      return name === 'gettransactionbyid' ? transactionView(located.transaction, located) : infoView(located);
    }
    case 'gettransactionfrompending': {
      const waiting = solidity ? undefined : chain.pending.get(text(body['value']).toLowerCase());
      return waiting ? transactionView(waiting, undefined) : {};
    }
    case 'getaccount': {
      const address = addressHex(text(body['address'])) ?? '';
      const sun = state.trx.get(address);
      return sun === undefined ? {} : { address, ...(sun === 0n ? {} : { balance: Number(sun) }) };
    }
    case 'getaccountresource': {
      const energy = state.energy.get(addressHex(text(body['address'])) ?? '') ?? 0n;
      return { freeNetLimit: 600, TotalEnergyLimit: 180_000_000_000, ...(energy === 0n ? {} : { EnergyLimit: Number(energy) }) };
    }
    case 'getchainparameters': return { chainParameter: [{ key: 'getMaintenanceTimeInterval', value: 21_600_000 }, { key: 'getTransactionFee', value: 1000 }, { key: 'getEnergyFee', value: Number(chain.energyPrice) }, { key: 'getAllowCreationOfContracts' }] };
    case 'triggerconstantcontract': return constantCall(chain, state, body);
    default: return undefined;
  }
}

function constantCall(chain: Chain, state: State, body: Body): Record<string, unknown> {
  if (addressHex(text(body['contract_address'])) !== chain.token) return { result: { code: 'CONTRACT_VALIDATE_ERROR', message: Buffer.from('No contract or not a valid smart contract').toString('hex') } };
  const word = (value: bigint): Record<string, unknown> => ({ result: { result: true }, energy_used: 935, constant_result: [value.toString(16).padStart(64, '0')] });
  switch (text(body['function_selector'])) {
    case 'balanceOf(address)': return word(state.token.get(`41${text(body['parameter']).slice(-40)}`) ?? 0n);
    case 'paused()': return word(state.paused ? 1n : 0n);
    case 'decimals()': return word(6n);
    default: return { result: { result: true, message: Buffer.from('REVERT opcode executed').toString('hex') }, energy_used: 235, constant_result: [''] };
  }
}
