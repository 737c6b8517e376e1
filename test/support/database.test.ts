import pg from 'pg';
import { expect, test } from 'vitest';
import { freshDatabase } from './database.ts';

async function one(url: string, sql: string): Promise<Record<string, unknown>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows[0];
  } finally {
    await client.end();
  }
}

test('a fresh database is made from the template in well under 200 ms and is alone', async () => {
  const first = await freshDatabase(); // starts the run's Postgres if no other file has
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    const start = performance.now();
    const database = await freshDatabase();
    times.push(performance.now() - start);
    expect(database.name).not.toBe(first.name);
    await database.drop();
  }
  expect(times.toSorted((a, b) => a - b)[2]).toBeLessThan(200);
  await first.drop();
  await expect(one(first.ownerUrl, 'select 1')).rejects.toThrow(/does not exist/);
});

test("the app's connection string works as the app's role and in UTC", async () => {
  const database = await freshDatabase();
  expect(await one(database.appUrl, `select current_user as "user", current_setting('timezone') as zone, current_database() as name`))
    .toEqual({ user: 'cashback_app', zone: 'UTC', name: database.name });
  await database.drop();
});
