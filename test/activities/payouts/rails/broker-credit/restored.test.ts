import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Pool } from 'pg';
import { createPool } from '../../../../../db/connection.ts';
import { readSwitch } from '../../../../../db/stores/railSwitch.ts';
import { seedBase } from '../../../../../scripts/chaos/seed.ts';
import { realClock } from '../../../../../scripts/sandbox-broker/clock.ts';
import { copyOf, type DatabaseCopy } from '../../../../support/database-copy.ts';
import { freshDatabase, type FreshDatabase } from '../../../../support/database.ts';
import type { RailWorld } from '../contract.ts';
import { drive, payoutBy } from '../contractDriver.ts';
import { type BatchWorld, batchWorld } from './batch-world.ts';
import { type BrokerWorld, brokerWorld } from './broker-world.ts';

/* A broker deduplicates nothing: what is credited again is paid again. */

let account = 900_000;
const world = (of: Pick<RailWorld, 'rail' | 'pool'>): RailWorld => ({
  ...of, amountUsd: '42.98', bad: [], good: () => ({ server: 'Alpha-Live', account: String(++account) }), settle: async () => {}, executions: async () => 0, exchange: async () => {}, close: async () => {},
});

test('by HTTP: a payout that was planned before the backup and credited after it stays credited once; so does one that is planned again', async () => {
  const database: FreshDatabase = await freshDatabase();
  const broker: BrokerWorld = await brokerWorld(realClock);
  const pool = createPool(database.appUrl, { max: 6, onError: () => {} });
  await seedBase(pool);
  let copy: DatabaseCopy | null = null;
  let other: Pool | null = null;
  try {
    const own = world({ rail: broker.rail, pool });
    const planned = await payoutBy(own);
    copy = await copyOf(database.ownerUrl);
    other = createPool(copy.appUrl, { max: 4, onError: () => {} });
    const restored = world({ rail: broker.rail, pool: other });
    expect(await drive(own, planned)).toMatchObject({ state: 'paid' });
    expect(await drive(restored, planned, { steps: 3 })).toMatchObject({ state: 'reserved', why: expect.stringContaining('LOST_PAYOUTS: 1 payment of ours') });
    expect(await drive(restored, await payoutBy(restored), { steps: 3 })).toMatchObject({ state: 'reserved', why: expect.stringContaining('LOST_PAYOUTS') });
    expect(broker.broker.operations().filter(({ kind }) => kind === 'credit')).toHaveLength(1);
    expect(await readSwitch(other, broker.rail.id)).toMatchObject({ stopped: true, by: 'system:recordGuard' });
  } finally {
    await other?.end();
    await copy?.drop();
    await broker.close();
    await pool.end();
    await database.drop();
  }
});

let files: BatchWorld;
beforeAll(async () => { files = await batchWorld(31, realClock); });
afterAll(() => files?.close());

test('by files: the results that were read before are read again, and what they tell of stops the rail', async () => {
  const own = world({ rail: files.rail, pool: files.pool });
  const planned = await payoutBy(own);
  const { rows: [row] } = await files.pool.query<{ name: string }>('SELECT current_database() AS name');
  const copy = await copyOf(`postgres://x/${row!.name}`);
  const pool = createPool(copy.appUrl, { max: 4, onError: () => {} });
  try {
    await drive(own, planned, { until: 'submit' });
    await files.handOver();
    files.broker.runFiles();
    await files.fetch();
    expect(await drive(own, planned)).toMatchObject({ state: 'paid' });
    expect(await drive(world({ rail: files.railWith({ pool }), pool }), planned, { until: 'submit', steps: 3 })).toMatchObject({ step: 'new_attempt', why: expect.stringContaining('LOST_PAYOUTS: 1 payment of ours') });
    expect(files.broker.operations().filter(({ kind }) => kind === 'credit')).toHaveLength(1);
  } finally {
    await pool.end();
    await copy.drop();
  }
});
