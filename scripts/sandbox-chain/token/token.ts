import { readFileSync } from 'node:fs';
import { type Abi, encodeFunctionData, getContractAddress, type Hex, parseUnits } from 'viem';
import { rpc } from '../rpc.ts';

interface Artefact { bytecode: Hex; abi: Abi }

const artefact = JSON.parse(readFileSync(new URL('TetherLike.json', import.meta.url), 'utf8')) as Artefact;

/** The token of a local chain, worked by the account that deployed it (one that the node itself signs for). */
export interface LocalToken {
  address: Hex;
  /** `amount` in USDT. */
  issue(to: Hex, amount: string): Promise<void>;
  pause(paused: boolean): Promise<void>;
  blackList(account: Hex, listed: boolean): Promise<void>;
}

/** Deploys the token unless the chain has it, always at the same address: that of the deployer's first transaction. */
export async function localToken(url: string): Promise<LocalToken> {
  const [owner] = await rpc<Hex[]>(url, 'eth_accounts');
  if (owner === undefined) throw new Error('The chain has no account of its own to deploy the token from.');
  const address = getContractAddress({ from: owner, nonce: 0n }).toLowerCase() as Hex;
  const send = async (transaction: { to?: Hex; data: Hex }): Promise<void> => {
    // Mined before anything else that waits: what is arranged does not depend on how the chain mines.
    const hash = await rpc<Hex>(url, 'eth_sendTransaction', { from: owner, gas: '0x2dc6c0', ...transaction });
    for (let tries = 0; tries < 50; tries++) {
      const receipt = await rpc<{ status: Hex } | null>(url, 'eth_getTransactionReceipt', hash);
      if (receipt?.status === '0x1') return;
      if (receipt !== null) break;
      await rpc(url, 'evm_mine');
    }
    throw new Error('The token could not be arranged: its transaction was not executed.');
  };
  const call = (functionName: string, args: unknown[]): Promise<void> => send({ to: address, data: encodeFunctionData({ abi: artefact.abi, functionName, args }) });
  if (await rpc<Hex>(url, 'eth_getCode', address, 'latest') === '0x') await send({ data: artefact.bytecode });
  return {
    address,
    issue: (to, amount) => call('issue', [to, parseUnits(amount, 6)]),
    pause: (paused) => call(paused ? 'pause' : 'unpause', []),
    blackList: (account, listed) => call('blackList', [account, listed]),
  };
}
