import { railContract } from '../contract.ts';
import { batchWorld } from './batch-world.ts';
import { BAD_ACCOUNTS } from './broker-world.ts';

railContract('broker credit by files', async () => {
  const world = await batchWorld();
  const { broker, rail, pool } = world;
  let account = 500_100;
  const settle = async (): Promise<void> => {
    broker.runFiles();
    await world.fetch();
  };
  return {
    rail, pool, amountUsd: '42.98', bad: BAD_ACCOUNTS, settle,
    good: () => ({ server: 'Alpha-Live', account: String(++account) }),
    executions: async ({ idempotencyKey }) => broker.operations().filter(({ kind, reference }) => kind === 'credit' && reference === idempotencyKey).length,
    async exchange() {
      await world.handOver();
      await settle();
    },
    async sendBack({ railReference }) { broker.credits.reverse(railReference ?? ''); },
    close: () => world.close(),
  };
});
