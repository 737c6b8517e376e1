import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { startSandboxTron } from '../../sandbox-tron/server.ts';
import type { Counterparty } from './counterparty.ts';
import { keptPort, keptSecret } from './kept.ts';

/** A TRON node's pace, and one at which twenty blocks are soon over. */
const BLOCK_MS = 3_000;
const QUICK_BLOCK_MS = 200;

/** A stand-in for a TRON full node, with a hot wallet of a million USDT. */
export const TRON: Counterparty = {
  id: 'tron',
  name: 'Stand-in for a TRON node',
  serves: (rail) => rail === 'usdt-trc20',
  outside: ['USDT_TRC20_NODE_URL', 'USDT_TRC20_NETWORK', 'USDT_TRC20_GENESIS', 'USDT_TRC20_TOKEN', 'USDT_TRC20_WALLET', 'USDT_TRC20_PRIVATE_KEY', 'USDT_TRC20_KEYSTORE'],
  async start({ folder, quick }) {
    const key = keptSecret(folder, 'hot-wallet.key', () => randomBytes(32).toString('hex'));
    // Heavy, and wanted here alone.
    const { pkToAddress } = await import('tronweb/utils');
    const wallet = pkToAddress(key, true);
    const node = await keptPort(folder, (port) => startSandboxTron({
      record: join(folder, 'record.jsonl'), port, blockMs: quick ? QUICK_BLOCK_MS : BLOCK_MS,
      accounts: [{ address: wallet, token: '1000000000000', trx: '100000000000' }],
    }));
    return { url: node.url, env: { ...node.env, USDT_TRC20_WALLET: wallet, USDT_TRC20_PRIVATE_KEY: key }, stop: () => node.stop() };
  },
};
