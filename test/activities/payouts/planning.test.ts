import { beforeEach, expect, test } from 'vitest';
import { weekKey } from '../../../domain/payouts/weekKey.ts';
import { payoutActivities, payoutFixture, type PayoutFixture } from '../../support/payouts.ts';

const AT = '2026-11-23T09:00:00.000Z';
let fixture: PayoutFixture;
let call: ReturnType<typeof payoutActivities>;
beforeEach(async () => {
  fixture = await payoutFixture();
  call = payoutActivities(fixture);
  return () => fixture.close();
});

async function run(key: string, limit = 1000, asOf = AT): Promise<{ runId: string; decisions: Record<string, string> }> {
  const { runId } = await call('openRun', { runKey: key, scheduledAt: AT, workflowId: key, startedBy: null });
  await call('freezeMembers', { runId, asOf: AT });
  for (let after: string | null = ''; after !== null;) after = (await call('planPage', { runId, after, limit, asOf })).next;
  return { runId, decisions: await decisionsOf(runId) };
}
async function decisionsOf(runId: string): Promise<Record<string, string>> {
  const rows = await fixture.rows<{ user_id: string; decision: string }>('SELECT user_id, decision FROM payout_run_member WHERE run_id = $1', [runId]);
  return Object.fromEntries(rows.map((row) => [row.user_id, row.decision]));
}
const amounts = (userId: string) => fixture.rows<{ amount: string }>('SELECT amount FROM payout WHERE user_id = $1', [userId]).then((rows) => rows.map((row) => row.amount));

test('a run says of everybody with money what was decided, and pays nobody else', async () => {
  const exact = await fixture.user({ available: { ava: '10.00' } });
  const below = await fixture.user({ available: { ava: '9.9950' } });
  const suspended = await fixture.user({ available: { ava: '50' }, status: 'suspended' });
  const noMethod = await fixture.user({ available: { ava: '50' }, account: null });
  const unproven = await fixture.user({ available: { ava: '50' }, ownership: 'missing' });
  const otherRail = await fixture.user({ available: { ava: '50' }, rail: 'carrier-pigeon' });
  const badAccount = await fixture.user({ available: { ava: '50' }, account: 'no!' });
  const empty = await fixture.user({ available: {} });
  const { decisions } = await run('all');
  expect(decisions).toEqual({
    [exact.userId]: 'planned', [below.userId]: 'below_minimum', [suspended.userId]: 'suspended', [noMethod.userId]: 'no_method',
    [unproven.userId]: 'ownership_missing', [otherRail.userId]: 'rail_unavailable', [badAccount.userId]: 'rail_unavailable',
  });
  expect(decisions[empty.userId]).toBeUndefined();
  expect(await amounts(exact.userId)).toEqual(['10']);
  expect(await fixture.rows('SELECT 1 FROM payout')).toHaveLength(1);
  expect(await fixture.balances(unproven.userId)).toEqual({ available: '50', reserved: '0', paid: '0' });
  const [asked] = await fixture.rows<{ state: string; account_link_id: string; requested_at: Date; expires_at: Date }>('SELECT * FROM ownership_verification WHERE user_id = $1', [unproven.userId]);
  expect(asked).toMatchObject({ state: 'requested', account_link_id: unproven.accountLinkId, requested_at: new Date(AT), expires_at: new Date('2026-12-23T09:00:00.000Z') });
});

test('summed over brokers with the negative ones, cut to cents, taken from positive balances only', async () => {
  const { userId } = await fixture.user({ available: { ava: '-6.30', ice: '30.123456789'.slice(0, 11) } });
  await run('sum');
  expect(await amounts(userId)).toEqual(['23.82']);
  expect(await fixture.rows('SELECT s.broker_id, s.amount FROM payout_source s JOIN payout p ON p.id = s.payout_id WHERE p.user_id = $1', [userId])).toEqual([{ broker_id: 'ice', amount: '23.82' }]);
  const poor = await fixture.user({ available: { ava: '-6.30', ice: '16' } });
  expect((await run('sum-2')).decisions[poor.userId]).toBe('below_minimum');
});

test('an empty run has no members and no payouts, also where no rules are in force yet', async () => {
  expect((await run('empty')).decisions).toEqual({});
  const { runId } = await call('openRun', { runKey: 'before-the-rules', scheduledAt: '2020-01-06T09:00:00.000Z', workflowId: 'w', startedBy: null });
  expect(await call('freezeMembers', { runId, asOf: '2020-01-06T09:00:00.000Z' })).toMatchObject({ members: 0, total: '0' });
  await fixture.user({ available: { ava: '20' } });
  const later = await call('openRun', { runKey: 'money-without-rules', scheduledAt: '2020-01-13T09:00:00.000Z', workflowId: 'w', startedBy: null });
  await expect(call('freezeMembers', { runId: later.runId, asOf: '2020-01-13T09:00:00.000Z' })).rejects.toMatchObject({ type: 'METHODOLOGY_MISSING' });
});

test('many pages: every member once, and the totals agree with what is reserved', async () => {
  const users = await Promise.all(Array.from({ length: 23 }, (_, i) => fixture.user({ available: { ava: `${12 + i}.5` } })));
  const { runId, decisions } = await run('pages', 4);
  expect(Object.values(decisions)).toEqual(Array.from({ length: 23 }, () => 'planned'));
  const [sums] = await fixture.rows<{ n: string; total: string; reserved: string; frozen: string }>(
    `SELECT count(*) AS n, sum(amount) AS total, (SELECT sum(amount) FROM account_balance WHERE kind = 'reserved') AS reserved, (SELECT total FROM payout_run WHERE id = $1) AS frozen FROM payout WHERE run_id = $1`, [runId]);
  expect(sums).toEqual({ n: String(users.length), total: '540.5', reserved: '540.5', frozen: '540.5' });
});

test('a page whose answer was lost: planned again, it plans nothing', async () => {
  const { userId } = await fixture.user({ available: { ava: '40' } });
  const { runId } = await run('lost');
  expect(await call('planPage', { runId, after: '', limit: 1000, asOf: AT })).toEqual({ next: null, planned: 0, total: '0' });
  await call('freezeMembers', { runId, asOf: AT });
  expect(await amounts(userId)).toEqual(['40']);
});

test('two runs at once: the money is reserved once', async () => {
  const users = await Promise.all(Array.from({ length: 12 }, () => fixture.user({ available: { ava: '15', ice: '15' } })));
  const runs = await Promise.all(['race-a', 'race-b', 'race-c'].map(async (key) => {
    const { runId } = await call('openRun', { runKey: key, scheduledAt: AT, workflowId: key, startedBy: null });
    await call('freezeMembers', { runId, asOf: AT });
    return runId;
  }));
  const planned = await Promise.all(runs.map((runId) => call('planPage', { runId, after: '', limit: 1000, asOf: AT })));
  expect(planned.reduce((all, page) => all + page.planned, 0)).toBe(users.length);
  for (const { userId } of users) expect(await fixture.balances(userId)).toEqual({ available: '0', reserved: '30', paid: '0' });
  const decisions = (await Promise.all(runs.map(decisionsOf))).flatMap((one) => Object.values(one));
  expect(decisions.filter((one) => one === 'changed_since')).toHaveLength(24);
});

test('between freezing and planning: less is paid where less is left, more never, and a suspension counts', async () => {
  const more = await fixture.user({ available: { ava: '20' } });
  const less = await fixture.user({ available: { ava: '20' } });
  const gone = await fixture.user({ available: { ava: '20' } });
  const bad = await fixture.user({ available: { ava: '20' } });
  const { runId } = await call('openRun', { runKey: 'between', scheduledAt: AT, workflowId: 'between', startedBy: null });
  await call('freezeMembers', { runId, asOf: AT });
  await fixture.give(more.userId, '30', 'more');
  await fixture.give(less.userId, '-7.5', 'less');
  await fixture.give(gone.userId, '-10.01', 'gone');
  await fixture.pool.query(`UPDATE app_user SET status = 'suspended' WHERE id = $1`, [bad.userId]);
  await call('planPage', { runId, after: '', limit: 1000, asOf: AT });
  expect([await amounts(more.userId), await amounts(less.userId), await amounts(gone.userId), await amounts(bad.userId)]).toEqual([['20'], ['12.5'], [], []]);
  expect(await decisionsOf(runId)).toMatchObject({ [gone.userId]: 'changed_since', [bad.userId]: 'suspended' });
});

test('ownership is asked for once while a request is open, again after an expiry, not after a rejection', async () => {
  const { userId } = await fixture.user({ available: { ava: '20' }, ownership: 'missing' });
  const requests = () => fixture.rows<{ id: string; state: string }>('SELECT id, state FROM ownership_verification WHERE user_id = $1 ORDER BY requested_at, id', [userId]);
  await run('w1');
  await run('w2', 1000, '2026-11-30T09:00:00.000Z');
  expect(await requests()).toHaveLength(1);
  await fixture.pool.query(`UPDATE ownership_verification SET state = 'expired', decided_at = $2 WHERE user_id = $1`, [userId, '2026-12-23T09:00:00Z']);
  await run('w3', 1000, '2026-12-28T09:00:00.000Z');
  expect((await requests()).map((one) => one.state)).toEqual(['expired', 'requested']);
  await fixture.pool.query(`UPDATE ownership_verification SET state = 'rejected', decided_at = $2, decided_by = 'op', decision_reason = 'no' WHERE user_id = $1 AND state = 'requested'`, [userId, '2026-12-29T09:00:00Z']);
  await run('w4', 1000, '2027-01-04T09:00:00.000Z');
  expect((await requests()).map((one) => one.state)).toEqual(['expired', 'rejected']);
});

test('over the limit a run waits, and only a second operator lets it go on', async () => {
  await fixture.user({ available: { ava: '60000' } });
  const { runId } = await call('openRun', { runKey: 'big', scheduledAt: AT, workflowId: 'big', startedBy: 'op_1' });
  expect(await call('freezeMembers', { runId, asOf: AT })).toEqual({ state: 'awaiting_approval', members: 1, total: '60000' });
  await expect(call('approveRun', { runId, operatorId: 'op_1' })).rejects.toMatchObject({ type: 'PAYOUT_RUN_SAME_OPERATOR' });
  await expect(fixture.pool.query(`UPDATE payout_run SET state = 'approved', approved_by = 'op_1' WHERE id = $1`, [runId])).rejects.toThrow(/payout_run_two_people/);
  for (let i = 0; i < 2; i++) expect(await call('approveRun', { runId, operatorId: 'op_2' })).toEqual({ state: 'approved' });
});

test('the application cannot change what was planned, prepared or frozen', async () => {
  const { userId } = await fixture.user({ available: { ava: '20' } });
  await run('rights');
  const [payout] = await fixture.rows<{ id: string }>('SELECT id FROM payout WHERE user_id = $1', [userId]);
  await call('prepareAttempt', { payoutId: payout!.id, asOf: AT });
  for (const statement of [`UPDATE payout SET amount = 1`, `UPDATE payout SET destination = '{}'`, `UPDATE payout_attempt SET request_bytes = ''`, `UPDATE payout_attempt SET idempotency_key = 'x'`,
    `UPDATE payout_run_member SET available = 1`, `UPDATE payout_source SET amount = 1`, 'DELETE FROM payout_attempt']) {
    await expect(fixture.pool.query(statement)).rejects.toThrow(/permission denied/);
  }
  await expect(fixture.pool.query(`INSERT INTO payout_attempt (id, payout_id, no, idempotency_key, request_hash, request_bytes, state, open, prepared_at) VALUES ('att_x', $1, 2, 'k', 'h', '', 'prepared', true, now())`, [payout!.id])).rejects.toThrow(/payout_attempt_one_open/);
  await expect(fixture.pool.query(`UPDATE payout SET state = 'lost'`)).rejects.toThrow(/payout_state/);
});

test.each([
  ['2026-11-16T00:00:00Z', '2026-W47'], ['2026-11-22T23:59:59.999Z', '2026-W47'], ['2026-11-23T00:00:00Z', '2026-W48'],
  ['2026-12-31T09:00:00Z', '2026-W53'], ['2027-01-03T09:00:00Z', '2026-W53'], ['2027-01-04T09:00:00Z', '2027-W01'], ['2024-12-30T09:00:00Z', '2025-W01'], ['2021-01-03T00:00:00Z', '2020-W53'],
])('the week of %s is %s', (instant, week) => {
  expect(weekKey(instant)).toBe(week);
});
