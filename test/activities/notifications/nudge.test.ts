import type { Client } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { bridgeOutbox, type OutboxBridge } from '../../../activities/notifications/nudge.ts';
import { withTransaction } from '../../../db/connection.ts';
import { notify } from '../../../db/stores/notifications.ts';
import { statement } from '../../../scripts/local/databases.ts';
import { AT, type OutboxFixture, outboxFixture, PAID } from '../../support/outbox.ts';

let f: OutboxFixture;
let ownerUrl: string;
let bridge: OutboxBridge | null = null;
let nudges: string[] = [];
let failing = false;
const client = { workflow: { signalWithStart: async (type: string, options: { workflowId: string }) => {
  if (failing) throw new Error('Temporal is away');
  nudges.push(`${type} ${options.workflowId}`);
} } } as unknown as Client;
let warned = 0;
const log = { warn: () => { warned++; } };

beforeAll(async () => {
  f = await outboxFixture();
  ownerUrl = f.ownerUrl;
});
afterAll(() => f?.close());
afterEach(async () => {
  await bridge?.stop();
  bridge = null;
  nudges = [];
  failing = false;
});
const listening = async () => (await f.rows<{ n: string }>(`SELECT count(*) AS n FROM pg_stat_activity WHERE application_name = 'cashback-outbox' AND datname = current_database()`))[0]!.n;
async function begun(): Promise<void> {
  bridge = bridgeOutbox({ databaseUrl: f.appUrl, client, log });
  await expect.poll(() => nudges.length).toBe(1);
}

test('it starts the outbox, and nudges it when a notification was committed, not before', async () => {
  await begun();
  expect(nudges).toEqual(['outbox outbox']);
  const { userId } = await f.user();
  await withTransaction(f.pool, async (tx) => {
    await notify(tx, [{ ...PAID, eventId: 'in-time', userId, at: AT }]);
    await new Promise((done) => setTimeout(done, 700));
    expect(nudges).toHaveLength(1);
  });
  await expect.poll(() => nudges.length).toBe(2);
});

test('many at once are a few nudges', async () => {
  await begun();
  const { userId } = await f.user();
  await Promise.all(Array.from({ length: 200 }, () => f.tell({ ...PAID, userId })));
  await expect.poll(() => nudges.length).toBeGreaterThan(1);
  expect(nudges.length).toBeLessThan(20);
});

test('it connects again when Postgres cut it off, and makes up for what it missed', async () => {
  await begun();
  await statement(ownerUrl, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'cashback-outbox' AND datname = '${new URL(f.appUrl).pathname.slice(1)}'`);
  const { userId } = await f.user();
  await f.tell({ ...PAID, userId });
  await expect.poll(() => nudges.length).toBeGreaterThanOrEqual(2);
  expect(warned).toBeGreaterThan(0);
});

test('a nudge that fails ends nothing', async () => {
  await begun();
  failing = true;
  const before = warned;
  const { userId } = await f.user();
  await f.tell({ ...PAID, userId });
  await expect.poll(() => warned).toBeGreaterThan(before);
  failing = false;
  await f.tell({ ...PAID, userId });
  await expect.poll(() => nudges.length).toBe(2);
});

test('stopped, it leaves no connection behind', async () => {
  await begun();
  expect(await listening()).toBe('1');
  await bridge!.stop();
  await expect.poll(listening).toBe('0');
});
