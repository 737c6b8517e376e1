import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as runMigrations } from 'drizzle-orm/node-postgres/migrator';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPool, withTransaction } from '../../db/connection.ts';
import { migrate } from '../../db/migrate.ts';
import { openChangeOf } from '../../db/stores/changes.ts';
import { waitingNotifications } from '../../db/stores/outbox.ts';
import { payoutReadiness } from '../../db/stores/payoutReadiness.ts';
import { recordVerified } from '../../db/stores/recordVerified.ts';
import { putProfile } from '../../db/stores/userProfiles.ts';
import { statement, withDatabase } from '../../scripts/local/databases.ts';
import { askHost } from '../support/ask-host.ts';
import { testPersonalData } from '../support/personal.ts';
import type { TestPostgresInfo } from '../support/test-postgres.ts';

// A database with rows from before identity, verification, changes and mail (migrations up to 0005), brought to the newest schema.

const AT = '2026-11-16T09:00:00.000Z';
const personal = testPersonalData();
const name = `test_${randomBytes(8).toString('hex')}`;
let owner: pg.Pool;
let app: pg.Pool;
let drop: () => Promise<void>;

beforeAll(async () => {
  const info = await askHost<TestPostgresInfo>('/postgres');
  await statement(info.ownerUrl, `create database ${name}`);
  owner = createPool(withDatabase(info.ownerUrl, name), { onError: () => undefined });
  app = createPool(withDatabase(info.appUrl, name), { onError: () => undefined });
  drop = () => statement(info.ownerUrl, `drop database if exists ${name} with (force)`);
  await upTo(5);
  await owner.query(`
    INSERT INTO broker (id, name, created_at) VALUES ('ava', 'Ava', '${AT}');
    INSERT INTO app_user (id, external_id, status, created_at) VALUES ('usr_own', 'own', 'active', '${AT}'), ('usr_other', 'other', 'active', '${AT}'), ('usr_nobody', 'nobody', 'active', '${AT}');
    INSERT INTO payout_method (id, user_id, rail, destination, created_at) VALUES
      ('pmt_own', 'usr_own', 'sandbox', '{"account":"acc-1","holderName":"Ann Example"}', '${AT}'),
      ('pmt_other', 'usr_other', 'sandbox', '{"account":"acc-2","holderName":"Somebody Else"}', '${AT}'),
      ('pmt_nobody', 'usr_nobody', 'sandbox', '{"account":"acc-3"}', '${AT}');
    INSERT INTO api_key (id, name, prefix, sha256, role, scopes, created_at) VALUES ('key_old', 'old', 'cb_old', repeat('a', 64), 'finance', '{*}', '${AT}');
    INSERT INTO idempotency_record (api_key_id, key, operation, request_hash, status, body, created_at) VALUES ('key_old', 'k1', 'createUser', repeat('b', 64), 201, '{}', '${AT}');
    INSERT INTO payout_run (id, key, workflow_id, scheduled_at, state, started_by, total) VALUES
      ('run_waits', '2026-W46', 'w1', '${AT}', 'awaiting_approval', 'key_old', 560), ('run_done', '2026-W45', 'w2', '${AT}', 'done', NULL, 10);
    INSERT INTO payout_run_member (run_id, user_id, available, decision) VALUES ('run_waits', 'usr_own', 560, 'to_pay');
    INSERT INTO payout (id, run_id, user_id, method_id, rail, destination, amount, state, planned_at) VALUES ('pay_flies', 'run_done', 'usr_own', 'pmt_own', 'sandbox', '{"account":"acc-1"}', 10, 'reserved', '${AT}');
    INSERT INTO notification (id, event_id, user_id, kind, facts, created_at) VALUES ('ntf_1', 'old:1', 'usr_own', 'payout_paid', '{}', '${AT}');`);
  await migrate(withDatabase(info.ownerUrl, name));
});
afterAll(async () => {
  await app?.end();
  await owner?.end();
  await drop?.();
});

/** Migrates to the numbered one and no further. */
async function upTo(last: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'migrations-'));
  cpSync('db/migrations', folder, { recursive: true });
  const file = join(folder, 'meta', '_journal.json');
  const journal = JSON.parse(readFileSync(file, 'utf8')) as { entries: { idx: number }[] };
  writeFileSync(file, JSON.stringify({ ...journal, entries: journal.entries.filter(({ idx }) => idx <= last) }));
  await runMigrations(drizzle(owner), { migrationsFolder: folder });
  rmSync(folder, { recursive: true, force: true });
}

const blocks = async (userId: string) => (await payoutReadiness(app, userId, AT, 'operator')).reasons.map(({ code }) => code);
const give = (userId: string, fullName: string) => withTransaction(app, (tx) => putProfile(tx, personal, userId, { fullName, country: 'DE', dateOfBirth: '1990-01-01' }, AT));

test('a run that waits becomes a change of whoever started it; one that is done does not', async () => {
  expect(await openChangeOf(app, { type: 'payoutRun', id: 'run_waits' })).toMatchObject({ kind: 'payout_run_over_limit', amount: '560', requestedBy: 'key_old' });
  expect(await openChangeOf(app, { type: 'payoutRun', id: 'run_done' })).toBeNull();
});

test('what was told before there was mail is not mailed late', async () => {
  expect(await waitingNotifications(app, 10)).toEqual([]);
});

test('kept answers and payouts in flight are as they were', async () => {
  expect((await app.query('SELECT owner_id, status FROM idempotency_record')).rows).toEqual([{ owner_id: 'key_old', status: 201 }]);
  expect((await app.query(`SELECT state, destination FROM payout WHERE id = 'pay_flies'`)).rows).toEqual([{ state: 'reserved', destination: { account: 'acc-1' } }]);
});

test('nobody is verified by a migration, and a payee that was named before is compared like any other', async () => {
  expect(await blocks('usr_own')).toEqual(['verification_missing', 'payee_name_differs', 'ownership_missing']);
  expect(await blocks('usr_nobody')).toEqual(['verification_missing', 'ownership_missing']);
  await give('usr_own', 'Ann Example');
  await give('usr_other', 'Ann Example');
  await recordVerified(app, { userIds: ['usr_own', 'usr_other'], at: AT, by: 'test', reason: 'test' });
  expect(await blocks('usr_own')).toEqual(['ownership_missing']);
  expect(await blocks('usr_other')).toEqual(['payee_name_differs', 'ownership_missing']);
});

test('a payee that could not be compared is when the same profile is given again', async () => {
  await owner.query(`UPDATE payout_method SET payee = 'unjudged' WHERE id = 'pmt_own'`);
  await give('usr_own', 'Ann Example');
  expect(await blocks('usr_own')).toEqual(['ownership_missing']);
});
