import { afterAll, beforeAll, expect, test } from 'vitest';
import { withTransaction } from '../../db/connection.ts';
import { postJournals } from '../../db/ledger/journals.ts';
import { newId } from '../../domain/ids.ts';
import { money } from '../../scripts/chaos/seed.ts';
import { approvePayoutRun, type PayoutRunInput, payoutRunProgress, refusePayoutRun, TASK_QUEUES, WORKFLOWS, workflowIds } from '../../workflows/contracts.ts';
import type { PayoutRunResult } from '../../workflows/payoutRun.ts';
import { payoutFixture, type PayoutFixture, payoutWorkers } from '../support/payouts.ts';
import { settleAndSleep, timeSkipping, type TimeSkipping } from '../support/time-skipping.ts';

let fixture: PayoutFixture;
let temporal: TimeSkipping;
let workers: Awaited<ReturnType<typeof payoutWorkers>>;

beforeAll(async () => {
  temporal = await timeSkipping();
  fixture = await payoutFixture({ settings: { pageSize: 3, approvalLimit: '1000', policy: { maxAttempts: 2, firstLookSeconds: 10, maxLookSeconds: 600 } } });
  workers = await payoutWorkers(fixture, { client: temporal.client, nativeConnection: temporal.env.nativeConnection });
});
afterAll(async () => {
  await workers?.stop();
  await fixture?.close();
});

const MONDAY = '2026-11-23T09:00:00.000Z';
const start = (input: PayoutRunInput, workflowId = `${newId('payoutRun')}-driver`) => temporal.client.workflow.start(WORKFLOWS.payoutRun, { taskQueue: TASK_QUEUES.payouts, workflowId, args: [input] });
const finished = async (input: PayoutRunInput, workflowId?: string) => (await start(input, workflowId)).result() as Promise<PayoutRunResult>;
const payoutsOf = (runId: string) => fixture.rows<{ id: string; user_id: string; amount: string; state: string }>('SELECT id, user_id, amount, state FROM payout WHERE run_id = $1 ORDER BY id', [runId]);

test('nobody has money: the run ends empty', async () => {
  expect(await finished({ scheduledAt: MONDAY, runKey: 'empty' })).toMatchObject({ already: false, members: 0, planned: 0, started: 0 });
  expect(await fixture.rows(`SELECT state, total FROM payout_run WHERE key = 'empty'`)).toEqual([{ state: 'done', total: '0' }]);
});

test('several pages: each payout planned and started once, and paid; the week has one run', async () => {
  const users = await Promise.all(Array.from({ length: 8 }, (_, i) => fixture.user({ available: { ava: `${20 + i}` } })));
  const result = await finished({ scheduledAt: MONDAY });
  expect(result).toMatchObject({ key: '2026-W48', already: false, members: 8, planned: 8, started: 8 });
  const payouts = await payoutsOf(result.runId);
  expect(payouts).toHaveLength(8);
  const handles = payouts.map((payout) => temporal.client.workflow.getHandle(workflowIds.payout(payout.id)));
  await expect.poll(async () => (await payoutsOf(result.runId)).every((payout) => payout.state === 'submitted')).toBe(true);
  await settleAndSleep(temporal.env, handles, '11s');
  for (const handle of handles) expect(await handle.result()).toEqual({ state: 'paid' });
  for (const [i, { userId }] of users.entries()) expect(await fixture.balances(userId)).toEqual({ available: '0', reserved: '0', paid: `${20 + i}` });
  expect(fixture.executed()).toHaveLength(8);
  // Later in the same week, by hand or by a repeated Schedule: nothing is left to do.
  expect(await finished({ scheduledAt: '2026-11-27T12:00:00.000Z' })).toMatchObject({ key: '2026-W48', already: true, planned: 0 });
});

test('accruals that are due by the scheduled time are cleared first; one due a millisecond later waits', async () => {
  const due = await fixture.user({ available: {} });
  const later = await fixture.user({ available: {} });
  const at = '2026-11-30T09:00:00.000Z';
  await pendingAccrual(due, '30', at);
  await pendingAccrual(later, '30', '2026-11-30T09:00:00.001Z');
  const { runId } = await finished({ scheduledAt: at });
  expect((await payoutsOf(runId)).map((payout) => [payout.user_id, payout.amount])).toEqual([[due.userId, '30']]);
});

test('over the limit it waits for a second operator; validators refuse the first and the nameless', async () => {
  const { userId } = await fixture.user({ available: { ava: '5000' } });
  const handle = await start({ scheduledAt: MONDAY, runKey: 'big', startedBy: 'op_1' });
  await expect.poll(async () => (await handle.query(payoutRunProgress)).phase).toBe('awaiting approval');
  await settleAndSleep(temporal.env, handle, '3d');
  expect(await fixture.balances(userId)).toMatchObject({ available: '5000', reserved: '0' });
  await expect(handle.executeUpdate(approvePayoutRun, { args: [{ operatorId: '' }] })).rejects.toMatchObject({ cause: { type: 'OPERATOR_MISSING' } });
  await expect(handle.executeUpdate(approvePayoutRun, { args: [{ operatorId: 'op_1' }] })).rejects.toMatchObject({ cause: { type: 'PAYOUT_RUN_SAME_OPERATOR' } });
  expect(await handle.executeUpdate(approvePayoutRun, { args: [{ operatorId: 'op_2' }] })).toEqual({ state: 'approved' });
  expect(await handle.result()).toMatchObject({ planned: 1 });
  expect(await fixture.balances(userId)).toMatchObject({ available: '0', reserved: '5000' });
  expect(await fixture.rows(`SELECT approved_by, state FROM payout_run WHERE key = 'big'`)).toEqual([{ approved_by: 'op_2', state: 'done' }]);
});

test('a run over the limit can be refused: it ends, nothing was reserved, and the next run pays its members', async () => {
  const { userId } = await fixture.user({ available: { ava: '3000' } });
  const handle = await start({ scheduledAt: MONDAY, runKey: 'refused', startedBy: 'op_1' });
  await expect.poll(async () => (await handle.query(payoutRunProgress)).phase).toBe('awaiting approval');
  await expect(handle.executeUpdate(refusePayoutRun, { args: [{ operatorId: 'op_2', reason: '' }] })).rejects.toMatchObject({ cause: { type: 'OPERATOR_MISSING' } });
  expect(await handle.executeUpdate(refusePayoutRun, { args: [{ operatorId: 'op_2', reason: 'a wrong rate' }] })).toEqual({ state: 'refused' });
  expect(await handle.result()).toMatchObject({ already: false, planned: 0, started: 0 });
  expect(await fixture.rows(`SELECT state, approved_by, refused_by, refusal_reason FROM payout_run WHERE key = 'refused'`)).toEqual([{ state: 'refused', approved_by: null, refused_by: 'op_2', refusal_reason: 'a wrong rate' }]);
  expect(await fixture.balances(userId)).toEqual({ available: '3000', reserved: '0', paid: '0' });
  expect(await finished({ scheduledAt: MONDAY, runKey: 'refused' })).toMatchObject({ already: true });
  const next = await start({ scheduledAt: MONDAY, runKey: 'after the refused one' });
  await expect.poll(async () => (await next.query(payoutRunProgress)).phase).toBe('awaiting approval');
  await next.executeUpdate(approvePayoutRun, { args: [{ operatorId: 'op_2' }] });
  expect(await next.result()).toMatchObject({ planned: 1 });
  expect(await fixture.balances(userId)).toMatchObject({ available: '0', reserved: '3000' });
});

test('a second driver leaves a run that is going on alone, and takes over from a terminated one', async () => {
  const { userId } = await fixture.user({ available: { ava: '2000' } });
  const first = await start({ scheduledAt: MONDAY, runKey: 'taken' });
  await expect.poll(async () => (await first.query(payoutRunProgress)).phase).toBe('awaiting approval');
  expect(await finished({ scheduledAt: MONDAY, runKey: 'taken' })).toMatchObject({ already: true });
  await first.terminate();
  const second = await start({ scheduledAt: MONDAY, runKey: 'taken' });
  await expect.poll(async () => (await second.query(payoutRunProgress)).phase).toBe('awaiting approval');
  await second.executeUpdate(approvePayoutRun, { args: [{ operatorId: 'op_2' }] });
  expect(await second.result()).toMatchObject({ already: false, planned: 1, started: 1 });
  expect(await fixture.balances(userId)).toMatchObject({ available: '0', reserved: '2000' });
});

test('a first payout waits for ownership: nothing reserved, asked by notification; once confirmed the next run pays', async () => {
  const { userId, accountLinkId } = await fixture.user({ available: { ava: '42' }, ownership: 'missing' });
  const first = await finished({ scheduledAt: '2026-12-07T09:00:00.000Z' });
  expect((await payoutsOf(first.runId)).map((payout) => payout.user_id)).not.toContain(userId);
  expect(await fixture.balances(userId)).toEqual({ available: '42', reserved: '0', paid: '0' });
  expect(await fixture.rows('SELECT kind FROM notification WHERE user_id = $1', [userId])).toEqual([{ kind: 'ownership_requested' }]);
  const verification = temporal.client.workflow.getHandle(workflowIds.ownership(accountLinkId));
  expect((await verification.describe()).status.name).toBe('RUNNING');
  await fixture.pool.query(`UPDATE ownership_verification SET state = 'confirmed', decided_at = now(), decided_by = 'op', decision_reason = 'ok' WHERE user_id = $1`, [userId]);
  expect(await finished({ scheduledAt: '2026-12-07T10:00:00.000Z', runKey: 'by-hand' })).toMatchObject({ planned: 1 });
  expect(await fixture.balances(userId)).toEqual({ available: '0', reserved: '42', paid: '0' });
});

/** An accrual as a report would post it, pending until `clearsAt`. */
async function pendingAccrual({ userId, accountLinkId }: { userId: string; accountLinkId: string }, amount: string, clearsAt: string): Promise<void> {
  const id = newId('accrual');
  const period = newId('reportPeriod');
  const reportNo = String(Math.floor(Math.random() * 1e9));
  await fixture.pool.query('INSERT INTO report_period (id, broker_id, period_from, period_to) VALUES ($1, $2, $3, $4)', [period, 'ava', '2026-11-01T00:00:00Z', new Date(Date.parse('2026-11-02T00:00:00Z') + Number(reportNo)).toISOString()]);
  await fixture.pool.query(
    `INSERT INTO accrual (id, report_no, period_id, broker_id, user_id, trading_account_id, account_link_id, amount, state, posted_at, clears_at)
     SELECT $1, $2, $3, 'ava', $4, l.trading_account_id, l.id, $5, 'pending', $6, $7 FROM account_link l WHERE l.id = $8`,
    [id, reportNo, period, userId, amount, '2026-11-16T00:00:00Z', clearsAt, accountLinkId]);
  await withTransaction(fixture.pool, async (tx) => void (await postJournals(tx, money(userId, 'ava', amount, id).slice(0, 1))));
}
