import { createPool } from '../../../../../db/connection.ts';
import { realClock } from '../../../../../scripts/sandbox-broker/clock.ts';
import { seedBase } from '../../../../../scripts/chaos/seed.ts';
import { freshDatabase } from '../../../../support/database.ts';
import { railContract } from '../contract.ts';
import { BAD_ACCOUNTS, brokerWorld } from './broker-world.ts';

railContract('broker credit by HTTP', async () => {
  const database = await freshDatabase();
  const pool = createPool(database.appUrl, { max: 6, onError: () => {} });
  await seedBase(pool);
  const world = await brokerWorld(realClock);
  let account = 500_100;
  return {
    rail: world.railWith({ servers: ['Alpha-Live'], timeoutMs: 2000 }), pool, amountUsd: '42.98', bad: BAD_ACCOUNTS,
    good: () => ({ server: 'Alpha-Live', account: String(++account) }),
    executions: async ({ idempotencyKey }) => world.credits(idempotencyKey).length,
    settle: async () => {},
    async loseAnswer() { world.broker.faults.settings.script.push({ fault: 'lost_after' }); },
    down: () => world.stop(),
    up: () => world.start(),
    async sendBack({ railReference }) { world.broker.credits.reverse(railReference ?? ''); },
    async close() {
      await world.close();
      await pool.end();
      await database.drop();
    },
  };
});
