import { join } from 'node:path';
import { formatUnits, getAddress, type Hex, keccak256, pad, toHex } from 'viem';
import { CHAIN_FAULTS, type ChainFault } from '../../sandbox-chain/faults.ts';
import { startSandboxChain } from '../../sandbox-chain/server.ts';
import type { Counterparty, CounterpartyOptions, Movement } from '../counterparty.ts';

const TRANSFER = keccak256(toHex('Transfer(address,address,uint256)'));

interface Log { topics: Hex[]; data: Hex; transactionHash: Hex; blockNumber: Hex }

/** An address that is nobody's and the n-th user's alone. */
const address = (user: number): Hex => getAddress(`0x${keccak256(toHex(`user ${user}`)).slice(-40)}`);

/** A local chain behind a door with faults; the token's own Transfer logs from the hot wallet are the record, asked of the chain past the door. */
export async function chainCounterparty({ folder, seed, faultRate }: CounterpartyOptions): Promise<Counterparty> {
  const names: ChainFault[] = Object.values(CHAIN_FAULTS).flat();
  let rates: Partial<Record<ChainFault, number>> = Object.fromEntries(names.map((name) => [name, faultRate]));
  const faults: Record<string, number> = {};
  let starts = 0;
  const open = async (port?: number) => {
    const chain = await startSandboxChain({ folder: join(folder, 'chain'), mining: 1, seed: seed + 1000 * starts++, ...(port !== undefined && { port }) });
    chain.faults.rates = rates;
    chain.faults.onDrawn = (fault) => { faults[fault] = (faults[fault] ?? 0) + 1; };
    return chain;
  };
  let chain = await open();
  const port = Number(new URL(chain.url).port);
  const { USDT_ERC20_RPC_URL: _, ...env } = chain.env;
  const pending = async (): Promise<boolean> => BigInt(await chain.rpc<Hex>('eth_getTransactionCount', chain.wallet, 'pending')) > BigInt(await chain.rpc<Hex>('eth_getTransactionCount', chain.wallet, 'latest'));
  return {
    railId: 'usdt-erc20', port, faults, env: { ...env, USDT_ERC20_REPLACE_SECONDS: '10' },
    kill: () => chain.stop('kill'),
    async start() { chain = await open(port); },
    stop: () => chain.stop(),
    destination: (user) => ({ fields: { address: address(user) }, key: address(user).toLowerCase() }),
    movements: async () => {
      const logs = await chain.rpc<Log[]>('eth_getLogs', { fromBlock: '0x0', toBlock: 'latest', address: chain.token.address, topics: [TRANSFER, pad(chain.wallet).toLowerCase()] });
      return logs.map((log): Movement => ({ kind: 'executed', to: `0x${log.topics[2]!.slice(-40)}`, amount: formatUnits(BigInt(log.data), 6), reference: log.transactionHash }));
    },
    async endFaults() {
      rates = {};
      chain.faults.rates = rates;
    },
    busy: pending,
  };
}
