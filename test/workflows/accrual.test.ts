import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startAccrual } from '../../activities/accruals/startAccruals.ts';
import { type Accrual, getAccrual } from '../../db/stores/accruals.ts';
import { clearDueAccruals } from '../../db/stores/clearing.ts';
import { accrualHeld, accrualReleased, searchAttribute, workflowIds } from '../../workflows/contracts.ts';
import { arrives, mainJob, type MainJob, mainJobWorkers, posted, type Running, stateOf } from '../support/main-job.ts';
import { settleAndSleep, timeSkipping, type TimeSkipping } from '../support/time-skipping.ts';

let job: MainJob;
let temporal: TimeSkipping;
let workers: Running;

beforeAll(async () => {
  temporal = await timeSkipping();
  job = await mainJob({ accounts: 20 });
  workers = await mainJobWorkers(job, on());
});
afterAll(async () => {
  await workers?.stop();
  await job?.close();
});

const on = () => ({ client: temporal.client, nativeConnection: temporal.env.nativeConnection });
const WEEK = 7 * 86_400_000;

/** Each test has an account, a user and a report period of its own; 12 USD pending for a week. */
let next = 0;
async function pending(): Promise<{ account: number; accrual: Accrual; handle: WorkflowHandle }> {
  const account = next++;
  const { accruals } = await posted(job, temporal.client, { accounts: [account, account + 1], linesPerAccount: 2, day: account });
  expect(accruals).toHaveLength(1);
  return { account, ...accruals[0]! };
}
/** Lets workflow time pass to `offset` ms after the accrual's instant and proves that it is not later than a second after that. */
async function passTo(accrual: Accrual, handle: WorkflowHandle, offset: number): Promise<void> {
  const left = Date.parse(accrual.clearsAt) + offset - (await temporal.env.currentTimeMs());
  expect(left).toBeGreaterThan(0);
  await settleAndSleep(temporal.env, handle, left);
}
const afterDue = async (accrual: Accrual): Promise<number> => (await temporal.env.currentTimeMs()) - Date.parse(accrual.clearsAt);
/** The signal that the API sends after it has committed. */
const tell = {
  held: (handle: WorkflowHandle, holdId: string) => handle.signal(accrualHeld, { holdId, reason: 'FRAUD_CHECK' }),
  released: (handle: WorkflowHandle, holdId: string) => handle.signal(accrualReleased, { holdId }),
};
const shown = async (handle: WorkflowHandle) => (await handle.describe()).typedSearchAttributes;
const startable = (accrualId: string): Promise<Accrual> => getAccrual(job.pool, accrualId);

test('pending for exactly 7 × 24 h: not a second before, at the instant, and once', async () => {
  const { account, accrual, handle } = await pending();
  expect(Date.parse(accrual.clearsAt) - Date.parse(accrual.postedAt)).toBe(WEEK);
  await passTo(accrual, handle, -1000);
  expect([await stateOf(job, accrual.id), (await handle.describe()).status.name]).toEqual(['pending', 'RUNNING']);
  expect(await job.money(account)).toMatchObject({ pending: '12', available: '0' });
  expect(await afterDue(accrual)).toBeLessThan(0); // the look above was before the instant
  await passTo(accrual, handle, 0);
  expect(await handle.result()).toBe('available');
  expect(await job.money(account)).toMatchObject({ pending: '0', available: '12' });
  const cleared = Date.parse((await getAccrual(job.pool, accrual.id)).clearedAt!) - Date.parse(accrual.clearsAt);
  expect(cleared).toBeGreaterThanOrEqual(0);
  expect(cleared).toBeLessThan(10_000);
  expect(await job.rows(`SELECT count(*)::int AS n, min(effective_at) AS at FROM journal WHERE kind = 'accrual_cleared' AND cause_id = $1`, [accrual.id]))
    .toEqual([{ n: 1, at: new Date(accrual.clearsAt) }]);
});

test('one timer and one activity, whatever the page it was started in; ClearsAt, Held and who it is for can be searched', async () => {
  const { accrual, handle } = await pending();
  const attributes = await shown(handle);
  expect(attributes.get(searchAttribute.ClearsAt)).toEqual(new Date(accrual.clearsAt));
  expect(attributes.get(searchAttribute.Held)).toBe(false);
  expect([attributes.get(searchAttribute.UserId), attributes.get(searchAttribute.AccountLinkId), attributes.get(searchAttribute.BrokerId)]).toEqual([accrual.userId, accrual.accountLinkId, accrual.brokerId]);
  await passTo(accrual, handle, 1);
  await handle.result();
  const { events } = await handle.fetchHistory();
  const timers = (events ?? []).flatMap((event) => event.timerStartedEventAttributes?.startToFireTimeout ?? []);
  expect(timers).toHaveLength(1);
  // The timer's length is what was left, to the second: the instant is absolute.
  const began = Number(events![0]!.eventTime!.seconds);
  expect(Math.abs(began + Number(timers[0]!.seconds) - Date.parse(accrual.clearsAt) / 1000)).toBeLessThan(10);
  expect((events ?? []).filter((event) => event.activityTaskScheduledEventAttributes)).toHaveLength(1);
  expect((events ?? []).filter((event) => event.upsertWorkflowSearchAttributesEventAttributes)).toHaveLength(0);
});

test('held before it is due, released after: waits for the operator, then clears at once', async () => {
  const { account, accrual, handle } = await pending();
  const hold = await job.hold(accrual.id);
  await tell.held(handle, hold.id);
  await expect.poll(async () => (await shown(handle)).get(searchAttribute.Held)).toBe(true);
  await passTo(accrual, handle, 5 * 86_400_000);
  expect(await stateOf(job, accrual.id)).toBe('pending');
  expect((await handle.describe()).status.name).toBe('RUNNING');
  await job.release(accrual.id, hold.id);
  await tell.released(handle, hold.id);
  expect(await handle.result()).toBe('available');
  expect(await job.money(account)).toMatchObject({ pending: '0', held: '0', available: '12' });
  expect((await shown(handle)).get(searchAttribute.Held)).toBe(false);
});

test('held and released before it is due: clears at its instant, neither earlier nor later', async () => {
  const { account, accrual, handle } = await pending();
  const hold = await job.hold(accrual.id);
  await tell.held(handle, hold.id);
  await passTo(accrual, handle, -2 * 86_400_000);
  await job.release(accrual.id, hold.id);
  await tell.released(handle, hold.id);
  await expect.poll(async () => (await shown(handle)).get(searchAttribute.Held)).toBe(false);
  await passTo(accrual, handle, -1000);
  expect(await stateOf(job, accrual.id)).toBe('pending');
  expect(await afterDue(accrual)).toBeLessThan(0);
  await passTo(accrual, handle, 0);
  expect(await handle.result()).toBe('available');
  expect(await job.money(account)).toMatchObject({ available: '12' });
});

test('two holds: the first release is not enough, before and after it is due', async () => {
  const { accrual, handle } = await pending();
  const [one, two] = [await job.hold(accrual.id), await job.hold(accrual.id)];
  for (const hold of [one, two]) await tell.held(handle, hold.id);
  await job.release(accrual.id, one.id);
  await tell.released(handle, one.id);
  await passTo(accrual, handle, 60_000);
  expect(await stateOf(job, accrual.id)).toBe('pending');
  expect((await shown(handle)).get(searchAttribute.Held)).toBe(true);
  await job.release(accrual.id, two.id);
  await tell.released(handle, two.id);
  expect(await handle.result()).toBe('available');
});

test('held after it cleared: what is there moves to held, the workflow is back until the release', async () => {
  const { account, accrual, handle } = await pending();
  await passTo(accrual, handle, 1);
  await handle.result();
  const hold = await job.hold(accrual.id);
  await startAccrual(temporal.client, await startable(accrual.id));
  const again = temporal.client.workflow.getHandle(workflowIds.accrual(accrual.id));
  await again.signal(accrualHeld, { holdId: hold.id, reason: 'FRAUD_CHECK' });
  await again.query('__stack_trace');
  expect(await job.money(account)).toMatchObject({ held: '12', available: '0' });
  expect((await shown(again)).get(searchAttribute.Held)).toBe(true);
  await job.release(accrual.id, hold.id);
  await tell.released(again, hold.id);
  expect(await again.result()).toBe('available');
  expect(await job.money(account)).toMatchObject({ held: '0', available: '12' });
});

test('a hold whose signal was lost counts; a release whose signal was lost is found within a day', async () => {
  const { account, accrual, handle } = await pending();
  const hold = await job.hold(accrual.id);
  await passTo(accrual, handle, 1);
  await expect.poll(async () => (await shown(handle)).get(searchAttribute.Held)).toBe(true);
  expect(await stateOf(job, accrual.id)).toBe('pending');
  await job.release(accrual.id, hold.id);
  await settleAndSleep(temporal.env, handle, '23h');
  expect(await stateOf(job, accrual.id)).toBe('pending');
  await settleAndSleep(temporal.env, handle, '2h');
  expect(await handle.result()).toBe('available');
  expect(await job.money(account)).toMatchObject({ pending: '0', available: '12' });
});

test('a signal without a hold in the row stops nothing', async () => {
  const { accrual, handle } = await pending();
  await tell.held(handle, 'hld_nothing');
  await passTo(accrual, handle, -1000);
  expect(await stateOf(job, accrual.id)).toBe('pending');
  await passTo(accrual, handle, 0);
  expect(await handle.result()).toBe('available');
});

test('taken back whole by a re-issue while pending: ends at once as reversed, available is never touched', async () => {
  const { account, accrual, handle } = await pending();
  const { handle: period } = await arrives(job, temporal.client, { accounts: [account, account + 1], linesPerAccount: 2, day: account, without: 1 });
  await period.result();
  expect(await handle.result()).toBe('reversed');
  expect(await temporal.env.currentTimeMs()).toBeLessThan(Date.parse(accrual.clearsAt));
  expect(await job.money(account)).toMatchObject({ pending: '0', available: '0' });
  expect(await job.rows(`SELECT 1 FROM journal j JOIN posting p ON p.journal_id = j.id JOIN ledger_account a ON a.id = p.account_id WHERE a.user_id = $1 AND a.kind = 'available'`, [accrual.userId])).toEqual([]);
});

test('reversed, and the signal was lost: ends when it would have cleared, without clearing', async () => {
  const { account, accrual, handle } = await pending();
  await handle.terminate('so that the signal finds nobody');
  await (await arrives(job, temporal.client, { accounts: [account, account + 1], linesPerAccount: 2, day: account, without: 1 })).handle.result();
  await startAccrual(temporal.client, await startable(accrual.id));
  const again = temporal.client.workflow.getHandle(workflowIds.accrual(accrual.id));
  await passTo(accrual, again, 1);
  expect(await again.result()).toBe('reversed');
  expect(await job.money(account)).toMatchObject({ pending: '0', available: '0' });
});

test('cleared meanwhile by a payout run: the workflow finds it done and posts nothing more', async () => {
  const { account, accrual, handle } = await pending();
  expect(await clearDueAccruals(job.pool, accrual.clearsAt)).toBe(1);
  expect(await job.money(account)).toMatchObject({ available: '12' });
  await passTo(accrual, handle, 1);
  expect(await handle.result()).toBe('available');
  expect(await job.money(account)).toMatchObject({ pending: '0', available: '12' });
});

test('overdue when it starts: clears at once', async () => {
  const { accrual, handle } = await pending();
  await handle.terminate('a long outage');
  await temporal.env.sleep(WEEK + 3 * 86_400_000);
  await startAccrual(temporal.client, await startable(accrual.id));
  const again = temporal.client.workflow.getHandle(workflowIds.accrual(accrual.id));
  expect(await again.result()).toBe('available');
  expect((await again.fetchHistory()).events?.some((event) => event.timerStartedEventAttributes)).toBe(false);
});

test('started again and again while it runs and after it ended: one clearing', async () => {
  const { account, accrual, handle } = await pending();
  const row = await startable(accrual.id);
  await Promise.all(Array.from({ length: 5 }, () => startAccrual(temporal.client, row)));
  await passTo(accrual, handle, 1);
  expect(await handle.result()).toBe('available');
  for (let i = 0; i < 2; i++) {
    await startAccrual(temporal.client, row);
    expect(await temporal.client.workflow.getHandle(workflowIds.accrual(accrual.id)).result()).toBe('available');
  }
  expect(await job.money(account)).toMatchObject({ pending: '0', available: '12' });
});

test('the worker is restarted while it waits: the instant does not move', async () => {
  // Nothing is kept in memory from one task to the next: each task replays, and no task waits for the old worker's own queue.
  const forgetful = { worker: { maxCachedWorkflows: 0 } };
  await workers.stop();
  workers = await mainJobWorkers(job, on(), forgetful);
  const { accrual, handle } = await pending();
  await passTo(accrual, handle, -3 * 86_400_000);
  await workers.stop();
  workers = await mainJobWorkers(job, on(), forgetful);
  await passTo(accrual, handle, -1000);
  expect(await stateOf(job, accrual.id)).toBe('pending');
  expect(await afterDue(accrual)).toBeLessThan(0);
  await passTo(accrual, handle, 0);
  expect(await handle.result()).toBe('available');
});
