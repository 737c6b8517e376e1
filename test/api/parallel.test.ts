import type { Client } from '@temporalio/client';
import { beforeAll, expect, test } from 'vitest';
import { createPool } from '../../db/connection.ts';
import { withTransaction } from '../../db/connection.ts';
import { requestOwnership } from '../../db/stores/ownership.ts';
import { requestLink, verifyLink } from '../../db/stores/accountLinks.ts';
import { registerTradingAccount } from '../../db/stores/tradingAccounts.ts';
import { createUser } from '../../db/stores/users.ts';
import { testApi, type TestApi } from './support.ts';

/** More than the pool has connections. */
const CALLS = 14;

/** A Temporal that answers no update before `CALLS` of them are there: callers that hold a connection meanwhile never all get there. */
const waiting: (() => void)[] = [];
const updates: string[] = [];
const temporal = {
  withDeadline: (_deadline: number, work: () => Promise<unknown>) => work(),
  workflow: {
    start: async () => {},
    getHandle: () => ({
      executeUpdate: async (_update: unknown, { updateId }: { updateId: string }) => {
        updates.push(updateId);
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          if (waiting.length >= CALLS) for (const go of waiting.splice(0)) go();
        });
        return { state: 'asked' };
      },
    }),
  },
} as unknown as Client;

let api: TestApi;
let ownershipId: string;

beforeAll(async () => {
  api = await testApi({ client: temporal });
  const at = api.clock.now;
  await api.call('POST', '/v1/brokers', { body: { id: 'alpha', name: 'Alpha', servers: ['A'] } });
  await api.call('POST', '/v1/brokers/alpha/terms', { body: { effectiveFrom: '2026-01-01T00:00:00Z', accountTypes: { standard: { eligible: true, lotFactor: '1' } } } });
  const account = await registerTradingAccount(api.db, { brokerId: 'alpha', server: 'A', login: '1', type: 'standard', at });
  const user = await createUser(api.db, { externalId: 'ann', at });
  const link = await requestLink(api.db, { tradingAccountId: account.id, userId: user.id, requestedAt: at });
  await verifyLink(api.db, link.id, at);
  ownershipId = (await withTransaction(api.pool, (tx) => requestOwnership(tx, { accountLinkId: link.id, asOf: at }))).id;
});

test.each([
  ['decisions', () => `/v1/ownerships/${ownershipId}/decide`, { decision: 'rejected', reason: 'x' }],
])('%s that wait for Temporal hold no connection, however many; each is asked once by its key', async (what, url, body) => {
  updates.length = 0;
  const send = (n: number) => api.call('POST', url(), { body, headers: { 'idempotency-key': `${what}-${n}` } });
  const answers = await Promise.all(Array.from({ length: CALLS }, (_, n) => send(n)));
  expect(answers.map((answer) => answer.statusCode)).toEqual(answers.map(() => 200));
  expect(new Set(updates).size).toBe(CALLS);

  const again = await send(3);
  expect([again.statusCode, again.headers['idempotent-replayed'], again.json()]).toEqual([200, 'true', answers[3]!.json()]);
  expect(updates).toHaveLength(CALLS);
});

test('an exhausted pool is a 503, not a hang', async () => {
  const pool = createPool(api.database.appUrl, { max: 1, patience: 200 });
  const small = await testApi({ pool });
  const key = await api.key('admin');
  const held = await pool.connect();
  try {
    expect((await small.call('GET', '/v1/brokers', { key })).json()).toMatchObject({ status: 503, code: 'UNAVAILABLE' });
  } finally {
    held.release();
  }
  expect((await small.call('GET', '/v1/brokers', { key })).statusCode).toBe(200);
  await pool.end();
});
