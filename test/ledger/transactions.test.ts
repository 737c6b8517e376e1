import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPool, withTransaction } from '../../db/connection.ts';
import { migrate } from '../../db/migrate.ts';
import { ledgerFixture, type LedgerFixture } from './fixture.ts';

let f: LedgerFixture;
beforeAll(async () => {
  f = await ledgerFixture();
  await f.owner.query('CREATE TABLE note (id int PRIMARY KEY, n int NOT NULL DEFAULT 0); GRANT ALL ON note TO cashback_app; INSERT INTO note VALUES (1), (2)');
});
afterAll(() => f.close());

const value = async (id: number) => (await f.app.query<{ n: number }>('SELECT n FROM note WHERE id = $1', [id])).rows[0]?.n;

test('what throws is undone, what returns is committed, and the connection goes back to the pool', async () => {
  for (let i = 0; i < 30; i++) {
    await expect(withTransaction(f.app, async ({ client }) => {
      await client.query('UPDATE note SET n = 9');
      throw new Error('no');
    })).rejects.toThrow('no');
  }
  expect(await value(1)).toBe(0);
  expect(await withTransaction(f.app, async ({ client }) => (await client.query('UPDATE note SET n = 1 WHERE id = 2')).rowCount)).toBe(1);
  expect(await value(2)).toBe(1);
});

test('an error that was ignored inside does not pass for a commit', async () => {
  const swallowed = withTransaction(f.app, async ({ client }) => {
    await client.query('UPDATE note SET n = 5');
    await client.query('SELECT 1 / 0').catch(() => undefined);
  });
  await expect(swallowed).rejects.toMatchObject({ code: 'COMMIT_FAILED' });
  expect(await value(1)).toBe(0);
});

test('a connection that breaks is not given out again', async () => {
  await expect(withTransaction(f.app, async ({ client }) => {
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await f.owner.query('SELECT pg_terminate_backend($1)', [rows[0]!.pid]);
    await client.query('SELECT 1');
  })).rejects.toThrow(/connection|terminat/i);
  expect(await value(1)).toBe(0);
});

test('a deadlock is retried, a bounded number of times', async () => {
  const meet = barrier(2);
  let runs = 0;
  const both = (first: number, second: number) => withTransaction(f.app, async ({ client }) => {
    runs += 1;
    await client.query('UPDATE note SET n = n + 10 WHERE id = $1', [first]);
    await meet();
    await client.query('UPDATE note SET n = n + 10 WHERE id = $1', [second]);
  });
  await Promise.all([both(1, 2), both(2, 1)]);
  // One of them is undone at least once; on a busy machine its retry may meet the other again.
  expect(runs).toBeGreaterThanOrEqual(3);
  expect(await value(1)).toBe(20);
  let attempts = 0;
  const never = withTransaction(f.app, async () => {
    attempts += 1;
    throw Object.assign(new Error('deadlock detected'), { code: '40P01' });
  }, { attempts: 3 });
  await expect(never).rejects.toThrow('deadlock detected');
  expect(attempts).toBe(3);
});

test('sessions run in UTC and keep the settings that the connection string brings', async () => {
  const url = new URL(f.database.ownerUrl);
  url.searchParams.set('options', '-c role=cashback_app');
  const pool = createPool(url.toString());
  try {
    const { rows } = await pool.query(`SELECT current_setting('TimeZone') AS zone, current_user AS who, 1.50::numeric AS money, 9007199254740993::bigint AS big`);
    expect(rows).toEqual([{ zone: 'UTC', who: 'cashback_app', money: '1.50', big: '9007199254740993' }]);
  } finally {
    await pool.end();
  }
});

test('migrating again, by several at once, changes nothing', async () => {
  const migrations = () => f.owner.query('SELECT id, hash FROM drizzle.__drizzle_migrations ORDER BY id').then((r) => r.rows);
  const before = await migrations();
  await Promise.all([1, 2, 3].map(() => migrate(f.database.ownerUrl)));
  expect(await migrations()).toEqual(before);
});

/** A function that resolves once `parties` calls of it have been made; later calls pass. */
function barrier(parties: number): () => Promise<void> {
  let arrived = 0;
  let open: () => void;
  const all = new Promise<void>((resolve) => { open = resolve; });
  return () => {
    arrived += 1;
    if (arrived >= parties) open();
    return all;
  };
}
