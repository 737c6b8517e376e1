import pg from 'pg';
import { expect, test } from 'vitest';
import { freshDatabase } from './database.ts';

async function query(url: string, sql: string): Promise<Record<string, unknown> | undefined> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows[0];
  } finally {
    await client.end();
  }
}

test('fresh databases have every migration and see nothing of each other', async () => {
  const [one, other] = await Promise.all([freshDatabase(), freshDatabase()]);
  expect(await query(one.ownerUrl, `select to_regclass('posting') is not null as migrated`)).toEqual({ migrated: true });
  await query(one.ownerUrl, 'create table mine (x int)');
  expect(await query(other.ownerUrl, `select to_regclass('mine') as mine`)).toEqual({ mine: null });
  await Promise.all([one.drop(), other.drop()]);
  await expect(query(one.ownerUrl, 'select 1')).rejects.toThrow(/does not exist/);
});

test("the app's connection string works as the app's role and in UTC", async () => {
  const database = await freshDatabase();
  expect(await query(database.appUrl, `select current_user as "user", current_setting('timezone') as zone, current_database() as name`))
    .toEqual({ user: 'cashback_app', zone: 'UTC', name: database.name });
  await database.drop();
});
