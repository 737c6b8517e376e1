import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { createExchangeActivities } from '../../../../../activities/payouts/exchange.ts';
import { localFolders } from '../../../../../activities/payouts/rails/bank/localFolders.ts';
import { type BrokerBatchConfig, brokerBatchRail } from '../../../../../activities/payouts/rails/broker-credit/batch.ts';
import type { Rail } from '../../../../../activities/payouts/rails/rail.ts';
import { railRegistry } from '../../../../../activities/payouts/rails/registry.ts';
import { PAYOUT_SETTINGS } from '../../../../../activities/payouts/settings.ts';
import { createPool } from '../../../../../db/connection.ts';
import { Problem } from '../../../../../domain/problem.ts';
import { seedBase } from '../../../../../scripts/chaos/seed.ts';
import { type Clock, realClock } from '../../../../../scripts/sandbox-broker/clock.ts';
import { type SandboxBroker, startSandboxBroker } from '../../../../../scripts/sandbox-broker/server.ts';
import { freshDatabase } from '../../../../support/database.ts';
import { testPersonalData } from '../../../../support/personal.ts';
import { TOKEN } from './broker-world.ts';

export interface BatchWorld {
  pool: Pool; rail: Rail; broker: SandboxBroker;
  /** The folder with our files, and the one with the broker's. */
  out: string; results: string;
  railWith(changes: Partial<BrokerBatchConfig>): Rail;
  /** Commits files of what is prepared, and hands them over. */
  handOver(): Promise<string[]>;
  fetch(): Promise<void>;
  close(): Promise<void>;
}

/** A broker that works by files, the rail, and the engine's own exchange on a fresh database. */
export async function batchWorld(referenceLength = 64, clock: Clock = realClock): Promise<BatchWorld> {
  const database = await freshDatabase();
  const pool = createPool(database.appUrl, { max: 6, onError: () => {} });
  await seedBase(pool);
  const folder = mkdtempSync(join(tmpdir(), 'broker-files-'));
  const [out, results] = [join(folder, 'credits'), join(folder, 'results')];
  const broker = await startSandboxBroker({ record: join(folder, 'record.jsonl'), token: TOKEN, clock, folders: { credits: out, results } });
  const railWith = (changes: Partial<BrokerBatchConfig>): Rail => brokerBatchRail({
    brokerId: 'alpha', servers: ['Alpha-Live'], currency: 'USD', precision: 2, minimum: '1', maximum: null, referenceLength, settlesWithinSeconds: 86_400, pool, comment: 'Cashback',
    folders: async () => localFolders(out, results), rates: async (currency) => { throw new Problem('FX_UNAVAILABLE', `There is no rate for ${currency}.`, { status: 503 }); }, ...changes,
  });
  const rail = railWith({});
  // Nobody is woken: the tests drive the payouts themselves.
  const client = { workflow: { signalWithStart: async () => undefined } } as unknown as Client;
  const activities = createExchangeActivities({ pool, client, rails: railRegistry([rail]), personal: testPersonalData() }, PAYOUT_SETTINGS);
  const run = <K extends keyof typeof activities>(name: K, ...args: Parameters<(typeof activities)[K]>): ReturnType<(typeof activities)[K]> => {
    const activity = activities[name] as unknown as (...input: unknown[]) => Promise<never>;
    return new MockActivityEnvironment().run<unknown[], never, typeof activity>(activity, ...args) as ReturnType<(typeof activities)[K]>;
  };
  const asOf = (): string => new Date().toISOString();
  return {
    pool, rail, broker, out, results, railWith,
    async handOver() {
      const { batchIds } = await run('assembleBatches', { rail: rail.id, asOf: asOf() });
      for (const batchId of batchIds) await run('handOverBatch', { batchId, asOf: asOf() });
      return batchIds;
    },
    fetch: async () => void await run('fetchFromRail', { rail: rail.id, asOf: asOf() }),
    async close() {
      await broker.stop();
      await pool.end();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
