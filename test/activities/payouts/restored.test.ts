import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPool, withTransaction } from '../../../db/connection.ts';
import { railConditions } from '../../../db/stores/railConditions.ts';
import { readSwitch, setSwitch } from '../../../db/stores/railSwitch.ts';
import { listCases } from '../../../db/stores/reconciliationCases.ts';
import { railRegistry } from '../../../activities/payouts/rails/registry.ts';
import type { RailRecordEntry } from '../../../activities/payouts/rails/rail.ts';
import { Problem } from '../../../domain/problem.ts';
import { userBalances } from '../../../db/ledger/balances.ts';
import { seedUser } from '../../../scripts/chaos/seed.ts';
import { copyOf, type DatabaseCopy } from '../../support/database-copy.ts';
import { payoutActivities, payoutFixture, type PayoutFixture, plannedPayout } from '../../support/payouts.ts';

/* A backup of Postgres is put back after payouts were executed: the restored database knows nothing of them, and the rail's own record does. */

const AT = '2026-11-23T09:00:00.000Z';
let fixture: PayoutFixture;
let restored: PayoutFixture;
let backup: DatabaseCopy;
let member: string;
let executed: string;

const steps = async (of: PayoutFixture, payoutId: string) => {
  const call = payoutActivities(of);
  const prepared = await call('prepareAttempt', { payoutId, asOf: AT });
  return prepared.step === 'submit' ? call('submitAttempt', { payoutId, asOf: AT, sends: 0, resend: false }) : prepared;
};
const planned = async (of: PayoutFixture, userId: string, runKey: string): Promise<string> => {
  const call = payoutActivities(of);
  const { runId } = await call('openRun', { runKey, scheduledAt: AT, workflowId: `w-${runKey}`, startedBy: null });
  await call('freezeMembers', { runId, asOf: AT });
  await call('planPage', { runId, after: '', limit: 1000, asOf: AT });
  return (await of.rows<{ id: string }>('SELECT id FROM payout WHERE user_id = $1 ORDER BY planned_at DESC, id DESC LIMIT 1', [userId]))[0]!.id;
};

/** The same rail, another database. */
function on({ appUrl }: DatabaseCopy, rails = fixture.rails): PayoutFixture {
  const pool = createPool(appUrl, { max: 6, onError: () => {} });
  return {
    ...fixture, pool, rails, rows: async (sql, values = []) => (await pool.query(sql, values)).rows as never,
    user: (seed = {}) => seedUser(pool, seed), balances: async (userId) => (await userBalances(pool, userId)).total,
  };
}

beforeAll(async () => {
  fixture = await payoutFixture({ timeoutMs: 1000 });
  // Something was paid, and the rail looked at, before the backup.
  const before = await plannedPayout(fixture, '20', AT);
  await steps(fixture, before.payoutId);
  ({ userId: member } = await fixture.user({ available: { ava: '40' } }));
  backup = await copyOf(fixture.ownerUrl);
  restored = on(backup);
  executed = await planned(fixture, member, 'after-the-backup');
  await steps(fixture, executed);
  await payoutActivities(fixture)('lookUpAttempt', { payoutId: executed, asOf: AT });
});
afterAll(async () => {
  await restored?.pool.end();
  await backup?.drop();
  await fixture?.close();
});

test('sandbox: what was paid after the backup is planned again under a new key, and does not leave: the rail stops by itself, and says why', async () => {
  expect((await fixture.balances(member)).paid).toBe('40');
  expect((await restored.balances(member)).available).toBe('40');
  const again = await planned(restored, member, 'after-the-restore');
  expect(await steps(restored, again)).toMatchObject({ step: 'new_attempt', state: 'reserved', waits: true, why: expect.stringContaining('LOST_PAYOUTS: 1 payment of ours') });
  expect(fixture.executed().filter(({ amount }) => amount === '40')).toEqual([{ payoutId: executed, amount: '40' }]);
  expect(await readSwitch(restored.pool, 'sandbox')).toMatchObject({ stopped: true, by: 'system:recordGuard', reason: expect.stringContaining('a backup was restored') });
  expect(await listCases(restored.pool, { code: 'LOST_PAYOUT' }, { after: null, limit: 9 })).toMatchObject([{ rail: 'sandbox', facts: { idempotencyKey: `${executed}-1`, payoutId: executed, amount: '40' }, closedAt: null }]);
  expect(await restored.rows("SELECT facts ->> 'stopped' AS stopped FROM notification WHERE kind = 'rail_switched'")).toEqual([{ stopped: 'true' }]);
  // The database that was not restored goes on.
  expect(await steps(fixture, (await plannedPayout(fixture, '21', AT)).payoutId)).toMatchObject({ state: 'submitted' });
});

test('let go on by operators it does: what they have looked at does not stop it again', async () => {
  await withTransaction(restored.pool, (tx) => setSwitch(tx, { rail: 'sandbox', stopped: false, reason: 'compared; the member is suspended', by: 'psn_1', at: AT }));
  await restored.rows("UPDATE rail_record_check SET checked_at = checked_at - interval '1 hour'");
  // Paid meanwhile by the database that went on: to this one another lost payout.
  const { payoutId } = await plannedPayout(restored, '22', AT);
  expect(await steps(restored, payoutId)).toMatchObject({ why: expect.stringContaining('LOST_PAYOUTS: 1 payment of ours') });
  await withTransaction(restored.pool, (tx) => setSwitch(tx, { rail: 'sandbox', stopped: false, reason: 'compared', by: 'psn_1', at: AT }));
  await restored.rows("UPDATE rail_record_check SET checked_at = checked_at - interval '1 hour'");
  expect(await steps(restored, payoutId)).toMatchObject({ state: 'submitted' });
});

test('a payout that was planned before the backup and sent after it is not sent again, although its key is the same', async () => {
  const { payoutId } = await plannedPayout(fixture, '33', AT);
  const later = await copyOf(fixture.ownerUrl);
  const older = on(later);
  try {
    expect(await steps(fixture, payoutId)).toMatchObject({ state: 'submitted' });
    expect(await steps(older, payoutId)).toMatchObject({ step: 'new_attempt', why: expect.stringContaining('LOST_PAYOUTS') });
  } finally {
    await older.pool.end();
    await later.drop();
  }
});

test('what is under way stands on no record: another database than before is compared with what the payouts\' workflows say', async () => {
  const { payoutId } = await plannedPayout(fixture, '34', AT);
  const copy = await copyOf(fixture.ownerUrl);
  const older = on(copy);
  const asked: string[] = [];
  const client = { workflow: { start: async () => undefined, list: async function* ({ query }: { query: string }) {
    asked.push(query);
    yield { workflowId: `payout:${payoutId}`, typedSearchAttributes: { get: () => 'submitted' } };
  } } } as unknown as Client;
  try {
    expect(await payoutActivities(older, client)('prepareAttempt', { payoutId, asOf: AT })).toMatchObject({ step: 'new_attempt', why: expect.stringContaining('LOST_PAYOUTS: ') });
    expect(await listCases(older.pool, { code: 'LOST_PAYOUT' }, { after: null, limit: 9 })).toContainEqual(expect.objectContaining({ subject: payoutId, facts: { payoutId, state: 'submitted' } }));
    expect(asked).toEqual([expect.stringContaining("WorkflowType = 'payout' AND StartTime >= '")]);
    // The same database as before asks nobody but the rail, and is not stopped.
    expect(await payoutActivities(fixture, client)('prepareAttempt', { payoutId, asOf: AT })).toMatchObject({ step: 'submit' });
    expect(asked).toHaveLength(1);
  } finally {
    await older.pool.end();
    await copy.drop();
  }
});

test('a record that cannot be read: a database that has never looked waits, and operators are told; one that looked lately goes on', async () => {
  let away = true;
  const rail = { ...fixture.rail, async *record(...args: Parameters<typeof fixture.rail.record>): AsyncIterable<RailRecordEntry> {
    if (away) throw new Problem('RAIL_UNREACHABLE', 'The rail does not answer.', { status: 503 });
    yield* fixture.rail.record(...args);
  } };
  const copy = await copyOf(fixture.ownerUrl);
  const other = on(copy, railRegistry([rail]));
  try {
    const { payoutId } = await plannedPayout(fixture, '23', AT);
    await fixture.rows("UPDATE rail_record_check SET checked_at = checked_at - interval '20 hours'");
    expect(await steps({ ...fixture, rails: other.rails }, payoutId)).toMatchObject({ state: 'submitted' });
    const { payoutId: waiting } = await plannedPayout(other, '24', AT);
    expect(await steps(other, waiting)).toMatchObject({ step: 'new_attempt', waits: true, afterSeconds: 60, why: expect.stringContaining('RECORD_UNREADABLE: The rail does not answer.') });
    expect(await railConditions(other.pool, 'sandbox')).toMatchObject([{ code: 'RECORD_UNREADABLE' }]);
    // Long ago is not lately, also for the same database. (Another pool: what failed is asked again only after a minute.)
    await fixture.rows("UPDATE rail_record_check SET checked_at = checked_at - interval '20 hours'");
    const { payoutId: old } = await plannedPayout(fixture, '25', AT);
    expect(await steps({ ...fixture, rails: other.rails }, old)).toMatchObject({ step: 'new_attempt', why: expect.stringContaining('RECORD_UNREADABLE') });
    away = false;
  } finally {
    await other.pool.end();
    await copy.drop();
  }
});
