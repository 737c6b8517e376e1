import { afterAll, beforeAll, expect, test } from 'vitest';
import { railRegistry } from '../../../../../activities/payouts/rails/registry.ts';
import { PAYOUT_SETTINGS } from '../../../../../activities/payouts/settings.ts';
import { createPool } from '../../../../../db/connection.ts';
import { readSwitch } from '../../../../../db/stores/railSwitch.ts';
import { copyOf } from '../../../../support/database-copy.ts';
import { payoutActivities } from '../../../../support/payouts.ts';
import { bankDesk, type Desk } from './desk.ts';

/* What the bank says is kept in our own database, so a restored one has lost that too: the files that were taken from the bank's folder still tell it. */

let desk: Desk;
beforeAll(async () => { desk = await bankDesk(); });
afterAll(() => desk?.close());

/** Pays nobody of the bank's rail on a copy of the database: what a payout that was planned after the restore is told. */
async function onRestored(copy: Awaited<ReturnType<typeof copyOf>>, payoutOf: (rows: (sql: string) => Promise<{ id: string }[]>) => Promise<string>): Promise<{ why: string; files: number; reason: string }> {
  const pool = createPool(copy.appUrl, { max: 4, onError: () => {} });
  try {
    const call = payoutActivities({ pool, rails: railRegistry([desk.railOn(pool)]), settings: PAYOUT_SETTINGS } as never, { workflow: { start: async () => undefined, signalWithStart: async () => undefined } } as never);
    const { runId } = await call('openRun', { runKey: 'after-the-restore', scheduledAt: desk.now(), workflowId: 'w-after', startedBy: null });
    await call('freezeMembers', { runId, asOf: desk.now() });
    await call('planPage', { runId, after: '', limit: 1000, asOf: desk.now() });
    const payoutId = await payoutOf(async (sql) => (await pool.query<{ id: string }>(sql)).rows);
    const { why } = await call('prepareAttempt', { payoutId, asOf: desk.now() });
    const { batchIds } = await call('assembleBatches', { rail: 'bank', asOf: desk.now() });
    return { why, files: batchIds.length, reason: (await readSwitch(pool, 'bank'))?.reason ?? '' };
  } finally {
    await pool.end();
    await copy.drop();
  }
}

test('a transfer that was booked after the backup: nothing more is handed over, neither what is planned again nor what was prepared', async () => {
  const before = await desk.ordered(undefined, '20');
  const copy = await copyOf(desk.ownerUrl);
  await desk.turn();
  await desk.pass(1);
  await desk.turn();
  expect(await desk.state(before)).toMatchObject({ state: 'paid' });
  const found = await onRestored(copy, async (rows) => (await rows('SELECT id FROM payout'))[0]!.id);
  expect(found).toMatchObject({ files: 0, reason: expect.stringContaining('LOST_PAYOUTS: ') });
  expect(await desk.executed(before)).toBe(1);
});

test('a transfer that the bank has only taken, and not booked yet, counts as well', async () => {
  const copy = await copyOf(desk.ownerUrl);
  const later = await desk.ordered(undefined, '30');
  await desk.turn();
  expect((await desk.state(later)).state).toBe('submitted');
  const { userId } = later;
  const found = await onRestored(copy, async (rows) => {
    // His balance came after the backup: somebody else's payout is planned there.
    expect(await rows(`SELECT id FROM payout WHERE user_id = '${userId}'`)).toEqual([]);
    return (await rows('SELECT id FROM payout'))[0]!.id;
  });
  expect(found).toMatchObject({ files: 0, reason: expect.stringContaining('LOST_PAYOUTS: 1 payment of ours') });
});
