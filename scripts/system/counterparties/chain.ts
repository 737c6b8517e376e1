import { type SandboxChain, startSandboxChain } from '../../sandbox-chain/server.ts';
import type { Counterparty } from './counterparty.ts';
import { keptPort } from './kept.ts';

/** Between blocks: Ethereum's time, and what a demo waits for. */
const BLOCK_MS = 12_000;
const QUICK_BLOCK_MS = 1_000;
/** Blocks that are still made after the last transaction, for its confirmations. */
const BLOCKS_AFTER = 20;

/** A real Ethereum node with a chain of its own, and a USDT-like token on it. */
export const CHAIN: Counterparty = {
  id: 'chain',
  name: 'Local Ethereum chain (anvil)',
  serves: (rail) => rail === 'usdt-erc20',
  outside: ['USDT_ERC20_RPC_URL', 'USDT_ERC20_CHAIN_ID', 'USDT_ERC20_TOKEN', 'USDT_ERC20_WALLET', 'USDT_ERC20_PRIVATE_KEY', 'USDT_ERC20_KEYSTORE'],
  async start({ folder, quick }) {
    const chain = await keptPort(folder, (port) => startSandboxChain({ folder, port, mining: 'manual' }));
    const rest = mineWhileBusy(chain, quick ? QUICK_BLOCK_MS : BLOCK_MS);
    return {
      url: chain.url, env: chain.env,
      async stop() {
        await rest();
        await chain.stop();
      },
    };
  },
};

/** Makes blocks while transactions wait or want confirmations, and none otherwise: anvil keeps the state of every block, and would fill the disk with empty ones. Returns how to end it. */
function mineWhileBusy(chain: SandboxChain, everyMs: number): () => Promise<void> {
  let left = BLOCKS_AFTER;
  let tick = Promise.resolve();
  const mine = async (): Promise<void> => {
    const { pending } = await chain.rpc<{ pending: string }>('txpool_status');
    if (BigInt(pending) > 0n) left = BLOCKS_AFTER;
    if (left-- > 0) await chain.mine();
  };
  // A node that is gone shows at the rail; here there is nothing to do about it.
  const timer = setInterval(() => { tick = tick.then(mine).catch(() => {}); }, everyMs);
  return async () => {
    clearInterval(timer);
    await tick;
  };
}
