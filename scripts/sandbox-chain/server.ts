import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Hex, keccak256, parseEther, toHex } from 'viem';
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts';
import { type Anvil, startAnvil } from './anvil.ts';
import { openDoor } from './door.ts';
import type { ChainFaults } from './faults.ts';
import { transactionJournal, type TransactionJournal } from './journal.ts';
import { rpc } from './rpc.ts';
import { localToken, type LocalToken } from './token/token.ts';

export interface SandboxChainOptions {
  /** Keeps the chain, the hot wallet's key and what was handed in; without one all of it is gone at the end. */
  folder?: string;
  /** Of the door (default: any free one). */
  port?: number;
  chainId?: number;
  /** Seconds between blocks (default 1), a block for each transaction, or only when told (`mine`). */
  mining?: number | 'each' | 'manual';
  /** What the hot wallet has at the chain's first start. */
  usdt?: string;
  ether?: string;
  /** Of the drawn faults. */
  seed?: number;
}

export interface SandboxChain {
  /** The door: what the rail is given. */
  url: string;
  /** Past the door, without its faults: for arranging. */
  anvilUrl: string;
  pid: number;
  wallet: Hex;
  token: LocalToken;
  faults: ChainFaults;
  /** The rail's variables. */
  env: Record<string, string>;
  rpc<T = unknown>(method: string, ...params: unknown[]): Promise<T>;
  mine(blocks?: number): Promise<void>;
  /** `kill`: the chain ends at once, as in a power cut; started again on its folder it has every transaction that it answered for. */
  stop(how?: 'kill'): Promise<void>;
}

/** A local Ethereum chain with a USDT-like token and a hot wallet that has some. */
export async function startSandboxChain(options: SandboxChainOptions = {}): Promise<SandboxChain> {
  const { folder = null, chainId = 31_337, mining = 1 } = options;
  if (folder !== null) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const inFolder = (name: string): string | null => (folder === null ? null : join(folder, name));
  const key = hotWalletKey(inFolder('hot-wallet.key'));
  const wallet = privateKeyToAddress(key);
  const journal = transactionJournal(inFolder('transactions'));
  const anvil = await started(chainId, inFolder('state.json'));
  const ask = <T>(method: string, ...params: unknown[]): Promise<T> => rpc<T>(anvil.url, method, ...params);
  try {
    const token = await localToken(anvil.url);
    if (await ask<Hex>('eth_getBalance', wallet, 'latest') === '0x0') {
      await token.issue(wallet, options.usdt ?? '1000000');
      await ask('anvil_setBalance', wallet, toHex(parseEther(options.ether ?? '10')));
    }
    await replay(anvil.url, journal);
    if (mining === 'each') await ask('evm_setAutomine', true);
    else if (mining !== 'manual') await ask('evm_setIntervalMining', mining);
    const faults: ChainFaults = { down: false, rates: {}, script: [] };
    const door = await openDoor({ port: options.port ?? 0, upstream: () => anvil.url, journal, faults, seed: options.seed ?? 1 });
    const { url } = door;
    return {
      url, anvilUrl: anvil.url, pid: anvil.pid, wallet, token, faults, rpc: ask,
      env: {
        USDT_ERC20_RPC_URL: url, USDT_ERC20_CHAIN_ID: String(chainId), USDT_ERC20_TOKEN: token.address, USDT_ERC20_WALLET: wallet, USDT_ERC20_PRIVATE_KEY: key,
        USDT_ERC20_NETWORK: 'Local chain, ERC-20', USDT_ERC20_CONFIRMATIONS: '3',
      },
      mine: (blocks = 1) => ask('anvil_mine', toHex(blocks)),
      async stop(how) {
        await door.close();
        await anvil.stop(how);
        journal.close();
      },
    };
  } catch (error) {
    await anvil.stop();
    journal.close();
    throw error;
  }
}

/** A state that a power cut left half written is put aside: the chain begins anew, with all the transactions that it was given. */
async function started(chainId: number, stateFile: string | null): Promise<Anvil> {
  if (stateFile === null) return startAnvil({ chainId });
  try {
    return await startAnvil({ chainId, stateFile });
  } catch (error) {
    if (!existsSync(stateFile)) throw error;
    rmSync(`${stateFile}.unreadable`, { force: true });
    renameSync(stateFile, `${stateFile}.unreadable`);
    return startAnvil({ chainId, stateFile });
  }
}

/** What the chain does not know is handed in again, in order; what took its place meanwhile makes it refuse that. */
async function replay(url: string, journal: TransactionJournal): Promise<void> {
  for (const raw of journal.all()) {
    const known = await rpc(url, 'eth_getTransactionByHash', keccak256(raw as Hex));
    if (known === null) await rpc(url, 'eth_sendRawTransaction', raw).catch(() => {});
  }
}

function hotWalletKey(file: string | null): Hex {
  if (file === null) return generatePrivateKey();
  if (!existsSync(file)) writeFileSync(file, generatePrivateKey(), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim() as Hex;
}
