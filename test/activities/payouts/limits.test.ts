import { beforeEach, expect, test } from 'vitest';
import { withTransaction } from '../../../db/connection.ts';
import { openChangeOf } from '../../../db/stores/changes.ts';
import { endGate } from '../../../db/stores/changeGates.ts';
import { setPolicy } from '../../../db/stores/approvalPolicies.ts';
import { removePayoutMethod } from '../../../db/stores/payoutMethods.ts';
import { withReasons } from '../../../db/stores/memberReasons.ts';
import { getRun, listMembers } from '../../../db/stores/payoutRuns.ts';
import { readPayout } from '../../../db/stores/payouts.ts';
import { payoutActivities, payoutFixture, type PayoutFixture } from '../../support/payouts.ts';

const AT = '2026-11-23T09:00:00.000Z';
let fixture: PayoutFixture;
let call: ReturnType<typeof payoutActivities>;
beforeEach(async () => {
  fixture = await payoutFixture();
  call = payoutActivities(fixture);
  return () => fixture.close();
});

const limits = { run: 'payout_run_over_limit', payout: 'payout_over_limit', day: 'payout_day_over_limit' } as const;
const limit = (kind: keyof typeof limits, overAmount: string) =>
  withTransaction(fixture.pool, (tx) => setPolicy(tx.db, { kind: limits[kind], needsSecondOperator: true, overAmount, expiryHours: 168, deciders: ['finance', 'admin'] }));
async function freeze(key: string, now = AT): Promise<{ runId: string; state: string }> {
  const { runId } = await call('openRun', { runKey: key, scheduledAt: AT, workflowId: key, startedBy: null });
  return { runId, state: (await call('freezeMembers', { runId, asOf: AT, now })).state };
}
const plan = (runId: string, asOf = AT) => call('planPage', { runId, after: '', limit: 1000, asOf });
const asked = (runId: string) => openChangeOf(fixture.pool, { type: 'payoutRun', id: runId });
const decide = async (runId: string, to: 'approved' | 'rejected') => withTransaction(fixture.pool, async (tx) => endGate(tx, (await asked(runId))!, to, { by: 'psn_second', at: AT, reason: 'looked at it' }));

test('every limit that a run passes is named with how far over it is; exactly at a limit nobody is asked', async () => {
  await fixture.user({ available: { ava: '20' } });
  await fixture.user({ available: { ava: '30' } });
  await limit('run', '50'); await limit('payout', '30'); await limit('day', '50');
  expect((await freeze('at-the-limits')).state).toBe('frozen');
  await limit('run', '49.5'); await limit('payout', '29'); await limit('day', '1000');
  const { runId, state } = await freeze('over');
  expect(state).toBe('awaiting_approval');
  expect(await asked(runId)).toMatchObject({
    kind: 'payout_run_over_limit', amount: '50',
    payload: { limits: [
      { limit: 'run', amount: '50', overAmount: '49.5', over: '0.5', reason: 'The run, 50 USD, is 0.5 USD over the limit of 49.5 USD for a run.' },
      { limit: 'payout', amount: '30', overAmount: '29', over: '1', reason: 'Its largest payout, 30 USD, is 1 USD over the limit of 29 USD for a single payout.' },
    ] },
  });
});

test('what other runs froze on the same UTC day counts for the limit of a day; another day begins anew', async () => {
  await fixture.user({ available: { ava: '20' } });
  await limit('day', '39');
  const first = await freeze('first', '2026-11-23T00:00:00.000Z');
  expect(first.state).toBe('frozen');
  const second = await freeze('second', '2026-11-23T23:59:59.999Z');
  expect(second.state).toBe('awaiting_approval');
  expect(await asked(second.runId)).toMatchObject({ kind: 'payout_day_over_limit', amount: '40', payload: { limits: [{ limit: 'day', amount: '40', overAmount: '39', over: '1', reason: expect.stringContaining('All runs of this UTC day together') }] } });
  expect((await freeze('next-day', '2026-11-24T00:00:00.000Z')).state).toBe('frozen');
  // A run that was refused pays nobody: the day has room again.
  await decide(second.runId, 'rejected');
  await limit('day', '40');
  expect((await freeze('third', '2026-11-23T12:00:00.000Z')).state).toBe('frozen');
});

test('a run that was frozen the day before counts on the day on which it is planned', async () => {
  await fixture.user({ available: { ava: '20' } });
  await limit('run', '10');
  const late = await freeze('late', '2026-11-22T23:00:00.000Z');
  await decide(late.runId, 'approved');
  expect((await plan(late.runId, AT)).planned).toBe(1);
  await limit('run', '1000');
  await limit('day', '45');
  await fixture.user({ available: { ava: '30' } });
  const { runId, state } = await freeze('same-day', AT);
  expect(state).toBe('awaiting_approval');
  expect(await asked(runId)).toMatchObject({ kind: 'payout_day_over_limit', amount: '50' });
});

test('a run without money asks nobody, however much the day has seen', async () => {
  await fixture.user({ available: { ava: '20' } });
  const first = await freeze('first');
  await plan(first.runId);
  await limit('day', '1');
  expect((await freeze('empty')).state).toBe('frozen');
});

test('a payout keeps the destination that it was planned with, though its method is removed before it is sent', async () => {
  const { userId } = await fixture.user({ available: { ava: '20' } });
  const { runId } = await freeze('kept');
  await plan(runId);
  const [{ id, methodId }] = await fixture.rows<{ id: string; methodId: string }>('SELECT id, method_id AS "methodId" FROM payout WHERE user_id = $1', [userId]) as [{ id: string; methodId: string }];
  const before = (await readPayout(fixture.pool, id)).payout.destination;
  await withTransaction(fixture.pool, (tx) => removePayoutMethod(tx.db, methodId, AT));
  await fixture.rows(`INSERT INTO payout_method (id, user_id, rail, destination, created_at, confirmed_at, usable_from) VALUES ('pmt_new', $1, 'sandbox', '{"account":"ELSEWHERE"}', $2, $2, $2)`, [userId, AT]);
  expect((await call('prepareAttempt', { payoutId: id, asOf: AT })).step).toBe('submit');
  await call('submitAttempt', { payoutId: id, asOf: AT, sends: 0, resend: false });
  expect((await readPayout(fixture.pool, id)).payout).toMatchObject({ destination: before });
  expect(fixture.server.record().map(({ payoutId, destination }) => ({ payoutId, destination }))).toEqual([{ payoutId: id, destination: before }]);
});

test('who is not paid is told what is missing, with the figures of the freeze', async () => {
  const poor = await fixture.user({ available: { ava: '6.60' } });
  const cooling = await fixture.user({ available: { ava: '20' } });
  const unconfirmed = await fixture.user({ available: { ava: '20' } });
  const paid = await fixture.user({ available: { ava: '20' } });
  for (const [userId, confirmedAt, usableFrom] of [[cooling.userId, AT, '2026-11-25T09:00:00.000Z'], [unconfirmed.userId, null, null]] as const) {
    await fixture.rows('UPDATE payout_method SET removed_at = $2 WHERE user_id = $1', [userId, AT]);
    await fixture.rows(`INSERT INTO payout_method (id, user_id, rail, destination, created_at, confirmed_at, usable_from) VALUES ($1, $2, 'sandbox', '{"account":"NEW"}', $3, $4, $5)`, [`pmt_of_${userId}`, userId, AT, confirmedAt, usableFrom]);
  }
  const { runId } = await freeze('told');
  await plan(runId);
  const told = async (railMinimum: string | null) => {
    const members = await withReasons(fixture.pool, await getRun(fixture.pool, runId), await listMembers(fixture.pool, runId, {}, { limit: 10 }), () => railMinimum);
    return Object.fromEntries(members.map(({ userId, decision, reason }) => [userId, [decision, reason]]));
  };
  expect(await told(null)).toEqual({
    [poor.userId]: ['below_minimum', { code: 'below_minimum', why: 'Needs 3.40 USD more: the least that is paid out is 10.00 USD.', nextStep: expect.any(String), missing: '3.4', minimum: '10' }],
    [cooling.userId]: ['destination_cooling_down', { code: 'destination_cooling_down', why: expect.stringContaining('until 2026-11-25T09:00:00.000Z'), nextStep: expect.any(String), until: '2026-11-25T09:00:00.000Z' }],
    [unconfirmed.userId]: ['destination_unconfirmed', { code: 'destination_unconfirmed', why: expect.any(String), nextStep: expect.stringContaining('Confirm it') }],
    [paid.userId]: ['planned', null],
  });
  expect(await fixture.rows(`SELECT user_id, facts ->> 'code' AS code, facts ->> 'reason' AS reason, facts ->> 'amount' AS amount FROM notification WHERE kind = 'payout_blocked' ORDER BY facts ->> 'code'`)).toEqual([
    { user_id: cooling.userId, code: 'destination_cooling_down', reason: expect.stringContaining('2026-11-25T09:00:00.000Z'), amount: '20' }, { user_id: unconfirmed.userId, code: 'destination_unconfirmed', reason: expect.any(String), amount: '20' },
  ]);
  await freeze('told-once');
  expect(await fixture.rows(`SELECT 1 FROM notification WHERE kind = 'payout_blocked'`)).toHaveLength(2);
  // The rail's minimum counts where it is the higher one.
  expect((await told('25'))[poor.userId]).toMatchObject(['below_minimum', { missing: '18.4', minimum: '25' }]);
});
