import { ScheduleOverlapPolicy } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureSchedules } from '../../activities/schedules.ts';
import { SCHEDULES } from '../../workflows/contracts.ts';
import { devServer, type TestDevServer } from '../support/dev-server.ts';
import { payoutFixture, type PayoutFixture, payoutWorkers } from '../support/payouts.ts';

let server: TestDevServer;
let fixture: PayoutFixture;
let workers: Awaited<ReturnType<typeof payoutWorkers>>;

beforeAll(async () => {
  server = await devServer();
  fixture = await payoutFixture({ settings: { policy: { maxAttempts: 2, firstLookSeconds: 0.1, maxLookSeconds: 5 } } });
  workers = await payoutWorkers(fixture, { client: server.client, nativeConnection: server.nativeConnection });
});
afterAll(async () => {
  await workers?.stop();
  await fixture?.close();
});

test('the weekly Schedule: UTC Monday 09:00, one buffered, three days of catch-up, paused on failure; made again it stays', async () => {
  for (let i = 0; i < 2; i++) await ensureSchedules(server.client);
  const handle = server.client.schedule.getHandle(SCHEDULES.weeklyPayoutRun);
  const { spec, policies, state, info } = await handle.describe();
  expect(spec.timezone).toBe('UTC');
  expect(policies).toMatchObject({ overlap: ScheduleOverlapPolicy.BUFFER_ONE, catchupWindow: 3 * 86_400_000, pauseOnFailure: true });
  expect(state.paused).toBe(false);
  for (const next of info.nextActionTimes) expect([next.getUTCDay(), next.toISOString().slice(11)]).toEqual([1, '09:00:00.000Z']);
});

test('another calendar replaces the first; an operator\'s pause stays', async () => {
  const handle = server.client.schedule.getHandle(SCHEDULES.weeklyPayoutRun);
  await handle.pause('bank holiday');
  await ensureSchedules(server.client, { payoutRun: { cronExpressions: ['30 7 * * 4'] } });
  const { info, state } = await handle.describe();
  expect(state).toMatchObject({ paused: true, note: 'bank holiday' });
  for (const next of info.nextActionTimes) expect([next.getUTCDay(), next.toISOString().slice(11)]).toEqual([4, '07:30:00.000Z']);
  await handle.unpause();
  await ensureSchedules(server.client);
});

test('runs carry the week of their scheduled time, however late they start; a week is run once', async () => {
  const { userId } = await fixture.user({ available: { ava: '33' } });
  const handle = server.client.schedule.getHandle(SCHEDULES.weeklyPayoutRun);
  const backfill = { start: new Date('2026-10-05T00:00:00Z'), end: new Date('2026-10-13T00:00:00Z'), overlap: ScheduleOverlapPolicy.BUFFER_ALL };
  await handle.backfill([backfill]);
  const runs = () => fixture.rows<{ key: string; scheduled_at: Date; state: string }>('SELECT key, scheduled_at, state FROM payout_run ORDER BY key');
  const weeks = [
    { key: '2026-W41', scheduled_at: new Date('2026-10-05T09:00:00.000Z'), state: 'done' },
    { key: '2026-W42', scheduled_at: new Date('2026-10-12T09:00:00.000Z'), state: 'done' },
  ];
  await expect.poll(runs, { timeout: 30_000, interval: 200 }).toEqual(weeks);
  await expect.poll(() => fixture.balances(userId), { timeout: 20_000, interval: 200 }).toEqual({ available: '0', reserved: '0', paid: '33' });
  await fixture.give(userId, '44', 'more');
  await handle.backfill([backfill]);
  await expect.poll(async () => {
    let closed = 0;
    for await (const run of server.client.workflow.list({ query: `WorkflowType = 'payoutRun' AND ExecutionStatus = 'Completed'` })) closed += run.type === 'payoutRun' ? 1 : 0;
    return closed;
  }, { timeout: 30_000, interval: 300 }).toBeGreaterThanOrEqual(3);
  expect(await runs()).toEqual(weeks);
  expect(await fixture.balances(userId)).toEqual({ available: '44', reserved: '0', paid: '33' });
});

test('an unknown payout is found by its search attribute', async () => {
  const { userId } = await fixture.user({ available: { ava: '21' } });
  await fixture.faults('stuck');
  const call = await server.client.workflow.start('payoutRun', { taskQueue: 'payouts', workflowId: 'by-hand', args: [{ runKey: 'hand', scheduledAt: '2026-11-23T09:00:00.000Z' }] });
  await call.result();
  const [payout] = await fixture.rows<{ id: string }>('SELECT p.id FROM payout p WHERE user_id = $1', [userId]);
  const found = async () => {
    const ids: string[] = [];
    for await (const run of server.client.workflow.list({ query: `PayoutState IN ('submitted', 'unknown')` })) ids.push(run.workflowId);
    return ids;
  };
  await expect.poll(found, { timeout: 20_000, interval: 300 }).toContain(`payout:${payout?.id}`);
});

test('daily each rail\'s record is compared with ours: a return that nobody told us of is posted', async () => {
  await ensureSchedules(server.client);
  const handle = server.client.schedule.getHandle(SCHEDULES.dailyRailComparison);
  for (const next of (await handle.describe()).info.nextActionTimes) expect(next.toISOString().slice(11)).toBe('03:30:00.000Z');
  const { userId } = await fixture.user({ available: { ava: '27' } });
  const call = await server.client.workflow.start('payoutRun', { taskQueue: 'payouts', workflowId: 'to-be-returned', args: [{ runKey: 'to-be-returned', scheduledAt: '2026-11-23T09:00:00.000Z' }] });
  await call.result();
  await expect.poll(() => fixture.balances(userId), { timeout: 20_000, interval: 200 }).toEqual({ available: '0', reserved: '0', paid: '27' });
  const [payout] = await fixture.rows<{ id: string }>('SELECT id FROM payout WHERE user_id = $1', [userId]);
  const executed = fixture.server.record().find((movement) => movement.payoutId === payout!.id)!;
  await fetch(`${fixture.server.url}/admin/payments/${executed.reference}/return`, { method: 'POST' });
  await handle.trigger();
  await expect.poll(() => fixture.rows('SELECT state FROM payout WHERE id = $1', [payout!.id]), { timeout: 30_000, interval: 200 }).toEqual([{ state: 'returned' }]);
  expect(await fixture.balances(userId)).toMatchObject({ available: '27', reserved: '0' });
  const started: unknown[] = [];
  for await (const run of server.client.workflow.list({ query: `WorkflowType = 'railComparison'` })) started.push(await server.client.workflow.getHandle(run.workflowId).result());
  const day = (await fixture.rows<{ day: string }>("SELECT to_char(day, 'YYYY-MM-DD') AS day FROM reconciliation WHERE rail = 'sandbox'"))[0]!.day;
  expect(started).toEqual([{ started: [`rail-reconciliation:sandbox:${day}`] }]);
}, 90_000);
