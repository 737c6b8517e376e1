import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPayout } from '../../activities/payouts/startPayouts.ts';
import { readPayout } from '../../db/stores/payouts.ts';
import type { Fault } from '../../scripts/sandbox-rail/faults.ts';
import { payoutStatus, railHint, TASK_QUEUES, workflowIds } from '../../workflows/contracts.ts';
import { payoutFixture, type PayoutFixture, payoutWorkers, plannedPayout } from '../support/payouts.ts';
import { settleAndSleep, timeSkipping, type TimeSkipping } from '../support/time-skipping.ts';

const AT = '2026-11-23T09:00:00.000Z';
let fixture: PayoutFixture;
let temporal: TimeSkipping;
let workers: Awaited<ReturnType<typeof payoutWorkers>>;

beforeAll(async () => {
  temporal = await timeSkipping();
  fixture = await payoutFixture({ settings: { policy: { maxAttempts: 2, firstLookSeconds: 10, maxLookSeconds: 600 } }, timeoutMs: 400, rail: { faults: { slowMs: 700, lateMs: 300, returnMs: 300 } } });
  workers = await payoutWorkers(fixture, { client: temporal.client, nativeConnection: temporal.env.nativeConnection });
});
afterAll(async () => {
  await workers?.stop();
  await fixture?.close();
});

/** A planned payout of 20.00 whose next requests meet these faults, and its workflow. */
async function started(...faults: Fault[]): Promise<{ userId: string; payoutId: string; handle: WorkflowHandle }> {
  const { userId, payoutId } = await plannedPayout(fixture, '20', AT);
  if (faults.length > 0) await fixture.faults(...faults.map((fault) => ({ fault, payoutId })));
  const { payout } = await readPayout(fixture.pool, payoutId);
  await startPayout(temporal.client, payout);
  return { userId, payoutId, handle: temporal.client.workflow.getHandle(workflowIds.payout(payoutId)) };
}
const executions = (payoutId: string) => fixture.executed().filter((one) => one.payoutId === payoutId).length;
const stateOf = async (payoutId: string) => (await readPayout(fixture.pool, payoutId)).payout.state;
/** Skips time in steps until the payout is in that state. */
async function until(handle: WorkflowHandle, payoutId: string, state: string, step = '10s', steps = 40): Promise<void> {
  for (let i = 0; i < steps && (await stateOf(payoutId)) !== state; i++) await settleAndSleep(temporal.env, handle, step);
  expect(await stateOf(payoutId)).toBe(state);
}

test('paid: sent once, proven after the first look, 10 seconds later', async () => {
  const { userId, payoutId, handle } = await started();
  await expect.poll(() => stateOf(payoutId)).toBe('submitted');
  expect(await handle.query(payoutStatus)).toMatchObject({ state: 'submitted', attempts: 1, lastDetail: 'the rail has it' });
  await settleAndSleep(temporal.env, handle, '9s');
  expect(await stateOf(payoutId)).toBe('submitted');
  await settleAndSleep(temporal.env, handle, '2s');
  expect(await handle.result()).toEqual({ state: 'paid' });
  expect(await fixture.balances(userId)).toEqual({ available: '0', reserved: '0', paid: '20' });
  expect(executions(payoutId)).toBe(1);
  // Whatever asks the rail, or signs, is the work of the rail's own queue: its limit counts there, and only its workers have a key.
  const { events } = await handle.fetchHistory();
  const queues = events!.flatMap(({ activityTaskScheduledEventAttributes: of }) => (of ? [`${of.activityType!.name} ${of.taskQueue!.name}`] : []));
  expect([...new Set(queues)].sort()).toEqual(['lookUpAttempt rail-sandbox', 'prepareAttempt rail-sandbox', 'submitAttempt rail-sandbox', `takeUpPayout ${TASK_QUEUES.payouts}`]);
});

test('looks are spaced 10, 20, 40 … seconds of the workflow\'s clock, up to the longest', async () => {
  const { payoutId, handle } = await started('stuck');
  await until(handle, payoutId, 'unknown', '10m', 4);
  await settleAndSleep(temporal.env, handle, '2h');
  const { events } = await handle.fetchHistory();
  const timers = (events ?? []).flatMap((event) => (event.timerStartedEventAttributes ? [Number(event.timerStartedEventAttributes.startToFireTimeout?.seconds)] : []));
  expect(timers.slice(0, 8)).toEqual([10, 20, 40, 80, 160, 320, 600, 600]);
  // Overdue is shown as unknown; the money stays reserved and the workflow open.
  expect((await handle.describe()).status.name).toBe('RUNNING');
  expect(await handle.query(payoutStatus)).toMatchObject({ state: 'unknown' });
  expect(executions(payoutId)).toBe(0);
  await handle.terminate();
});

test.each(['reset_before', 'reset_after', 'error_before', 'error_after', 'slow_before', 'slow_after', 'unreadable', 'rate_limited', 'silent', 'late'] as const)('%s: ends paid exactly once', async (fault) => {
  const { userId, payoutId, handle } = await started(fault);
  await until(handle, payoutId, 'paid');
  expect(executions(payoutId)).toBe(1);
  expect(await fixture.balances(userId)).toEqual({ available: '0', reserved: '0', paid: '20' });
  expect(await handle.result()).toEqual({ state: 'paid' });
});

test.each(['look_up_reset', 'look_up_error', 'look_up_slow', 'look_up_not_found'] as const)('%s after a lost answer: looked up again, paid once', async (fault) => {
  const { payoutId, handle } = await started('reset_after', fault);
  await until(handle, payoutId, 'paid');
  expect(executions(payoutId)).toBe(1);
});

test('rejected: failed, and the money is available again', async () => {
  const { userId, payoutId, handle } = await started('rejected');
  expect(await handle.result()).toEqual({ state: 'failed' });
  expect(await fixture.balances(userId)).toEqual({ available: '20', reserved: '0', paid: '0' });
  expect(executions(payoutId)).toBe(0);
});

test('rejected for now: a second attempt pays', async () => {
  const { payoutId, handle } = await started('rejected_for_now');
  await until(handle, payoutId, 'paid');
  expect(await handle.query(payoutStatus)).toMatchObject({ attempts: 2 });
  expect(executions(payoutId)).toBe(1);
});

test('a hint wakes it at once, a hint that lies changes nothing', async () => {
  const { payoutId, handle } = await started('late');
  await expect.poll(() => stateOf(payoutId)).toBe('submitted');
  await handle.signal(railHint, { eventId: 'lie' });
  await handle.query(payoutStatus);
  await expect.poll(() => executions(payoutId), { timeout: 5000 }).toBe(1);
  await handle.signal(railHint, { eventId: 'true' });
  await handle.signal(railHint, { eventId: 'true, again' });
  await expect.poll(() => stateOf(payoutId), { timeout: 5000 }).toBe('paid');
  expect(executions(payoutId)).toBe(1);
});

test('returned days later: the hint starts the same id again and the money is available', async () => {
  const { userId, payoutId, handle } = await started();
  await until(handle, payoutId, 'paid');
  await handle.result();
  const { reference } = fixture.server.record().find((one) => one.payoutId === payoutId)!;
  await fetch(`${fixture.server.url}/admin/payments/${reference}/return`, { method: 'POST' });
  await fixture.faults({ fault: 'look_up_error', payoutId }, { fault: 'look_up_not_found', payoutId });
  const again = await temporal.client.workflow.signalWithStart('payout', {
    workflowId: workflowIds.payout(payoutId), taskQueue: 'payouts', args: [{ payoutId, rail: 'sandbox' }], signal: railHint, signalArgs: [{ eventId: 'returned' }],
  });
  for (let i = 0; i < 10 && (await stateOf(payoutId)) !== 'returned'; i++) await settleAndSleep(temporal.env, again, '5s');
  expect(await again.result()).toEqual({ state: 'returned' });
  expect(await fixture.balances(userId)).toEqual({ available: '20', reserved: '0', paid: '0' });
});

test('terminated half-way and started again, it asks before it sends', async () => {
  const { payoutId, handle } = await started('reset_after');
  await expect.poll(() => stateOf(payoutId)).toBe('unknown');
  await handle.terminate();
  await startPayout(temporal.client, (await readPayout(fixture.pool, payoutId)).payout);
  await expect.poll(() => stateOf(payoutId), { timeout: 10_000 }).toBe('paid');
  expect(await fixture.rows('SELECT no, sends FROM payout_attempt WHERE payout_id = $1', [payoutId])).toEqual([{ no: 1, sends: 1 }]);
  expect(executions(payoutId)).toBe(1);
});
