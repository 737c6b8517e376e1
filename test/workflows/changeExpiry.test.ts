import { randomUUID } from 'node:crypto';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { drizzle } from 'drizzle-orm/node-postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createChangeActivities } from '../../activities/changes/activities.ts';
import { PAYOUT_SETTINGS } from '../../activities/payouts/settings.ts';
import { startPayoutRun } from '../../activities/payouts/startRun.ts';
import { startMissing } from '../../activities/reconcile/startMissing.ts';
import { verifyLink } from '../../db/stores/accountLinks.ts';
import { createApiKey } from '../../db/stores/apiKeys.ts';
import type { Change } from '../../db/stores/changes.ts';
import { getReport } from '../../db/stores/reports.ts';
import { payoutRunProgress, reportProgress, workflowIds } from '../../workflows/contracts.ts';
import { testApi, type TestApi } from '../api/support.ts';
import { arrives, mainJob, type MainJob, mainJobWorkers, type Running } from '../support/main-job.ts';
import { settleAndSleep, timeSkipping, type TimeSkipping } from '../support/time-skipping.ts';

let time: TimeSkipping;
let job: MainJob;
let workers: Running;
let api: TestApi;
/** The same API, whose calls to Temporal are lost: as if it were killed between the commit and them. */
let dying: TestApi;
const keys: string[] = [];
let day = 0;

const dead = { workflow: { start: async () => { throw new Error('killed'); }, signalWithStart: async () => { throw new Error('killed'); } } } as unknown as Client;

beforeAll(async () => {
  time = await timeSkipping();
  job = await mainJob({ accounts: 9, unverified: 2, pendingPeriod: 'PT1S' });
  await job.pool.query(`UPDATE approval_policy SET over_amount = CASE kind WHEN 'report_over_limit' THEN 100 WHEN 'payout_run_over_limit' THEN 500 ELSE 200 END WHERE over_amount IS NOT NULL`);
  const { env, client } = time;
  workers = await mainJobWorkers(job, { client, nativeConnection: env.nativeConnection }, { payoutSettings: { ...PAYOUT_SETTINGS, policy: { ...PAYOUT_SETTINGS.policy, firstLookSeconds: 0 } } });
  api = await testApi({ twoPeople: true, client, pool: job.pool });
  dying = await testApi({ twoPeople: true, client: dead, pool: job.pool });
  for (const name of ['ann', 'ben']) keys.push((await createApiKey(drizzle(job.pool), { name, role: 'finance', scopes: ['*'], at: api.clock.now })).key);
});
afterAll(async () => {
  await workers?.stop();
  await job?.close();
});

/** A report of a day of its own: 120 USD for the limit of 100, by three lines of one account. */
const big = () => ({ accounts: [0, 1] as const, linesPerAccount: 2, lots: '10.00', day: day++ });
async function waiting(handle: WorkflowHandle, reportId: string): Promise<Change> {
  await expect.poll(async () => (await handle.query(reportProgress)).phase).toBe('awaiting-approval');
  expect(await getReport(job.pool, reportId)).toMatchObject({ state: 'awaiting_approval', postedAt: null });
  return changeOf(reportId);
}
async function changeOf(subjectId: string): Promise<Change> {
  api.clock.now = new Date(await time.env.currentTimeMs()).toISOString();
  dying.clock.now = api.clock.now;
  return (await api.call('GET', `/v1/changes?subjectId=${subjectId}`, { key: keys[1]! })).json<{ items: Change[] }>().items[0]!;
}
const decide = (id: string, what: 'approve' | 'reject', app = api) => app.call('POST', `/v1/changes/${id}/${what}`, { key: keys[1]!, headers: { 'idempotency-key': randomUUID() }, ...(what === 'reject' ? { body: { reason: 'the broker says so' } } : {}) });
const pending = async (account: number) => (await job.money(account)).pending;
const sweep = () => startMissing({ pool: job.pool, client: time.client, ownershipTerms: PAYOUT_SETTINGS.ownership }, () => {});
const told = (id: string, event: string) => job.rows<{ kind: string }>('SELECT kind FROM notification WHERE event_id = $1', [`change:${id}:${event}`]);

test('a report at the limit is posted; one over it waits, and is posted when somebody else agrees', async () => {
  const at = await arrives(job, time.client, { accounts: [6, 7], linesPerAccount: 1, lots: '16.66666666', day: day++ });
  expect(await at.handle.result()).toEqual({ posted: 1 });
  const { handle, reportId } = await arrives(job, time.client, big());
  const change = await waiting(handle, reportId);
  expect(change).toMatchObject({ kind: 'report_over_limit', amount: '120', requestedBy: 'sample', subject: { type: 'report', id: reportId }, payload: { lines: 2, earned: '120' } });
  expect(await pending(0)).toBe('0');
  await expect(job.pool.query(`UPDATE report SET state = 'tied_out' WHERE id = $1`, [reportId])).rejects.toMatchObject({ code: 'CH002' });
  expect((await decide(change.id, 'approve')).json()).toMatchObject({ state: 'approved', result: { state: 'goes_on' } });
  expect(await handle.result()).toEqual({ posted: 1 });
  expect(await getReport(job.pool, reportId)).toMatchObject({ state: 'posted' });
  expect(await time.client.workflow.getHandle(workflowIds.change(change.id)).result()).toEqual({ state: 'approved' });
});

test('whoever handed the report in cannot be the one', async () => {
  const report = big();
  const { handle, reportId } = await arrives(job, time.client, report);
  const change = await waiting(handle, reportId);
  const { rows: [ben] } = await job.pool.query<{ id: string }>("SELECT id FROM api_key WHERE name = 'ben'");
  await expect(job.pool.query(`UPDATE change SET state = 'approved', decided_by = 'sample', decided_at = now() WHERE id = $1`, [change.id])).rejects.toThrow(/change_two_people/);
  expect((await decide(change.id, 'reject')).json()).toMatchObject({ state: 'rejected', decidedBy: ben!.id });
  expect(await handle.result()).toEqual({ posted: 0 });
  expect(await getReport(job.pool, reportId)).toMatchObject({ state: 'refused', refusal: { code: 'NOT_APPROVED', message: expect.stringContaining('the broker says so') } });
  // Handed in again it is judged again, and asked for again.
  const again = await arrives(job, time.client, report);
  const second = await waiting(again.handle, again.reportId);
  expect(second.id).not.toBe(change.id);
  await decide(second.id, 'approve');
  expect(await again.handle.result()).toEqual({ posted: 1 });
});

test('only what a re-issue adds counts: little more of a large report waits for nobody', async () => {
  const report = big();
  const first = await arrives(job, time.client, report);
  await decide((await waiting(first.handle, first.reportId)).id, 'approve');
  await first.handle.result();
  const second = await arrives(job, time.client, { ...report, lots: '12.00' });
  expect(await second.handle.result()).toEqual({ posted: 1 });
  expect(await changeOf(second.reportId)).toBeUndefined();
});

test('lines that waited for a link are under the same limit: small ones are posted, large ones when somebody else agrees', async () => {
  const verified = async (account: number) => {
    const [link] = await job.rows<{ id: string }>('SELECT id FROM account_link WHERE user_id = $1', [job.users.get(`u${account}`)]);
    await verifyLink(drizzle(job.pool), link!.id, '2026-11-01T00:00:00.000Z', undefined, ann);
  };
  const ann = (await job.rows<{ id: string }>("SELECT id FROM api_key WHERE name = 'ann'"))[0]!.id;
  const { handle, reportId } = await arrives(job, time.client, { accounts: [7, 9], linesPerAccount: 1, lots: '15.00', day });
  const other = await arrives(job, time.client, { accounts: [7, 8], linesPerAccount: 1, lots: '20.00', day: ++day });
  day++;
  expect([await handle.result(), await other.handle.result()]).toEqual([{ posted: 1 }, { posted: 1 }]);
  await verified(7);
  await verified(8);
  expect((await sweep()).waitingPeriods).toBe(2);
  const entries = (id = other.reportId) => job.rows('SELECT 1 FROM accrual a JOIN report r ON r.no = a.report_no WHERE r.id = $1', [id]);
  await expect.poll(async () => (await entries(reportId)).length).toBe(2);
  await expect.poll(() => changeOf(other.reportId)).toMatchObject({ state: 'requested', amount: '120', payload: { account: expect.any(String) } });
  expect(await changeOf(reportId)).toBeUndefined();
  await other.handle.result();
  expect([(await entries()).length, (await sweep()).waitingPeriods]).toEqual([0, 0]);
  const { id } = await changeOf(other.reportId);
  expect((await api.call('POST', `/v1/changes/${id}/approve`, { key: keys[0]!, headers: { 'idempotency-key': randomUUID() } })).json().code).toBe('SAME_PERSON');
  expect((await decide((await changeOf(other.reportId)).id, 'approve')).statusCode).toBe(200);
  await expect.poll(async () => (await entries()).length).toBe(1);
  await expect.poll(async () => (await sweep()).waitingPeriods).toBe(0);
  expect(await getReport(job.pool, other.reportId)).toMatchObject({ state: 'posted' });
});

test('nobody decides: one reminder, then it expires at its instant, and the report is refused', async () => {
  const { handle, reportId } = await arrives(job, time.client, big());
  const change = await waiting(handle, reportId);
  const review = time.client.workflow.getHandle(workflowIds.change(change.id));
  await settleAndSleep(time.env, review, '10d');
  expect(await told(change.id, 'reminder')).toEqual([]);
  await settleAndSleep(time.env, review, '1d');
  await expect.poll(() => told(change.id, 'reminder')).toHaveLength(1);
  expect((await changeOf(reportId)).state).toBe('requested');
  await settleAndSleep(time.env, review, '2d 23h');
  expect((await changeOf(reportId)).state).toBe('requested');
  await settleAndSleep(time.env, review, '1h 1m');
  expect(await review.result()).toEqual({ state: 'expired' });
  expect(await handle.result()).toEqual({ posted: 0 });
  expect(await changeOf(reportId)).toMatchObject({ state: 'expired', decidedBy: 'system:changeExpiry' });
  expect(await told(change.id, 'decided')).toEqual([{ kind: 'change_expired' }]);
  expect(await getReport(job.pool, reportId)).toMatchObject({ state: 'refused', refusal: { code: 'NOT_APPROVED' } });
  expect(await job.rows("SELECT actor_id, outcome FROM audit_entry WHERE operation = 'expireChange' AND subject_id = $1", [reportId])).toEqual([{ actor_id: 'changeExpiry', outcome: 'done' }]);
});

test('killed between the decision and telling the workflow: the sweep tells it', async () => {
  const { handle, reportId } = await arrives(job, time.client, big());
  const change = await waiting(handle, reportId);
  expect((await decide(change.id, 'approve', dying)).statusCode).toBe(500);
  expect(await changeOf(reportId)).toMatchObject({ state: 'approved' });
  expect((await handle.query(reportProgress)).phase).toBe('awaiting-approval');
  expect(await sweep()).toMatchObject({ changes: 1 });
  expect(await handle.result()).toEqual({ posted: 1 });
  await expect.poll(async () => (await sweep()).changes).toBe(0);
});

test('its workflow terminated, the sweep starts it again, and it still waits', async () => {
  const { handle, reportId } = await arrives(job, time.client, big());
  const change = await waiting(handle, reportId);
  await time.client.workflow.getHandle(workflowIds.change(change.id)).terminate();
  await handle.terminate();
  expect(await sweep()).toMatchObject({ changes: 1, reportPeriods: 1 });
  await expect.poll(async () => (await handle.query(reportProgress)).phase).toBe('awaiting-approval');
  expect((await decide(change.id, 'approve')).statusCode).toBe(200);
  await expect.poll(async () => (await getReport(job.pool, reportId)).state).toBe('posted');
});

const run = async (runKey: string, startedBy?: string) => {
  const scheduledAt = new Date(await time.env.currentTimeMs()).toISOString();
  await startPayoutRun(time.client, { runKey, scheduledAt, ...(startedBy === undefined ? {} : { startedBy }) });
  const handle = time.client.workflow.getHandle(workflowIds.payoutRun(runKey));
  await expect.poll(async () => (await handle.query(payoutRunProgress)).phase).toBe('awaiting approval');
  const [row] = await job.rows<{ id: string; total: string }>('SELECT id, total FROM payout_run WHERE key = $1', [runKey]);
  return { handle, ...row!, change: await changeOf(row!.id) };
};
const stateOf = async (id: string) => (await job.rows('SELECT state, approved_by IS NOT NULL AS approved, refusal_reason FROM payout_run WHERE id = $1', [id]))[0];

test('a run below its limit with one payout over that limit waits as well; nobody decides, and it is refused', async () => {
  await time.env.sleep('2s');
  await expect.poll(async () => (await job.money(0)).available).toBe('624');
  const limit = (kind: string, amount: string) => job.pool.query('UPDATE approval_policy SET over_amount = $2 WHERE kind = $1', [kind, amount]);
  await limit('payout_run_over_limit', '5000');
  const { handle, id, change } = await run('large payout');
  await limit('payout_run_over_limit', '500');
  expect(change).toMatchObject({ kind: 'payout_over_limit', amount: '624' });
  // The timer is the same as a report's (above); here it is what its end does to a run.
  const { expireChange } = createChangeActivities({ pool: job.pool, client: time.client });
  await expireChange({ changeId: change.id, asOf: new Date(Date.parse(change.expiresAt) - 1).toISOString() });
  expect(await stateOf(id)).toMatchObject({ state: 'awaiting_approval' });
  await expireChange({ changeId: change.id, asOf: change.expiresAt });
  expect(await sweep()).toMatchObject({ changes: 1 });
  expect(await handle.result()).toMatchObject({ planned: 0 });
  expect(await stateOf(id)).toMatchObject({ state: 'refused', refusal_reason: 'No second operator decided in time.' });
});

test('a payout run over the limit is a change: rejected its members keep their money, approved it pays', async () => {
  const available = async () => (await job.money(0)).available;
  await time.env.sleep('2s');
  await expect.poll(available).toBe('624');
  const first = await run('first');
  expect(first.change).toMatchObject({ kind: 'payout_run_over_limit', requestedBy: 'system:payoutRun', amount: first.total, payload: { key: 'first', largest: '624' } });
  expect((await decide(first.change.id, 'reject')).json()).toMatchObject({ state: 'rejected' });
  expect(await first.handle.result()).toMatchObject({ planned: 0 });
  expect(await stateOf(first.id)).toEqual({ state: 'refused', approved: false, refusal_reason: 'the broker says so' });
  expect(await available()).toBe('624');

  const { rows: [ben] } = await job.pool.query<{ id: string }>("SELECT id FROM api_key WHERE name = 'ben'");
  const second = await run('second', ben!.id);
  expect((await decide(second.change.id, 'approve')).json()).toMatchObject({ status: 403, code: 'SAME_PERSON' });
  expect((await api.call('POST', `/v1/payout-runs/${second.id}/approve`, { key: keys[1]!, headers: { 'idempotency-key': randomUUID() } })).json().code).toBe('SAME_PERSON');
  expect((await api.call('POST', `/v1/payout-runs/${second.id}/refuse`, { key: keys[1]!, body: { reason: 'mine' }, headers: { 'idempotency-key': randomUUID() } })).json()).toMatchObject({ state: 'refused', refusalReason: 'mine' });
  expect(await second.handle.result()).toMatchObject({ planned: 0 });
  expect(await changeOf(second.id)).toMatchObject({ state: 'withdrawn' });

  const third = await run('third', ben!.id);
  expect((await api.call('POST', `/v1/payout-runs/${third.id}/approve`, { key: keys[0]!, headers: { 'idempotency-key': randomUUID() } })).json()).toMatchObject({ state: 'approved' });
  expect(await third.handle.result()).toMatchObject({ planned: 4 });
  expect(await stateOf(third.id)).toEqual({ state: 'done', approved: true, refusal_reason: null });
  expect(await changeOf(third.id)).toMatchObject({ state: 'approved' });
});

test('TWO_PEOPLE=off: reports and runs over every limit go on by themselves', async () => {
  await workers.stop();
  workers = await mainJobWorkers(job, { client: time.client, nativeConnection: time.env.nativeConnection }, { twoPeople: false, payoutSettings: { ...PAYOUT_SETTINGS, policy: { ...PAYOUT_SETTINGS.policy, firstLookSeconds: 0 } } });
  const { handle, reportId } = await arrives(job, time.client, { accounts: [3, 4], linesPerAccount: 1, lots: '400.00', day: day++ });
  expect(await handle.result()).toEqual({ posted: 1 });
  expect(await changeOf(reportId)).toBeUndefined();
  await time.env.sleep('2s');
  await expect.poll(async () => (await job.money(3)).available).toBe('2400');
  await startPayoutRun(time.client, { runKey: 'off', scheduledAt: new Date(await time.env.currentTimeMs()).toISOString() });
  expect(await time.client.workflow.getHandle(workflowIds.payoutRun('off')).result()).toMatchObject({ planned: 1 });
});
