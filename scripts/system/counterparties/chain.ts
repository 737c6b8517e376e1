import { startSandboxChain } from '../../sandbox-chain/server.ts';
import type { Counterparty } from './counterparty.ts';
import { keptPort } from './kept.ts';

/** Seconds between blocks: Ethereum's, and what a demo waits for. */
const BLOCK_SECONDS = 12;
const QUICK_BLOCK_SECONDS = 1;

/** A real Ethereum node with a chain of its own, and a USDT-like token on it. */
export const CHAIN: Counterparty = {
  id: 'chain',
  name: 'Local Ethereum chain (anvil)',
  serves: (rail) => rail === 'usdt-erc20',
  outside: ['USDT_ERC20_RPC_URL', 'USDT_ERC20_CHAIN_ID', 'USDT_ERC20_TOKEN', 'USDT_ERC20_WALLET', 'USDT_ERC20_PRIVATE_KEY', 'USDT_ERC20_KEYSTORE'],
  start: ({ folder, quick }) => keptPort(folder, (port) => startSandboxChain({ folder, port, mining: quick ? QUICK_BLOCK_SECONDS : BLOCK_SECONDS })),
};
