import { afterAll, beforeAll, expect, test } from 'vitest';
import { payoutActivities, payoutFixture, type PayoutFixture, plannedPayout } from '../../support/payouts.ts';

let f: PayoutFixture;
beforeAll(async () => { f = await payoutFixture(); });
afterAll(() => f?.close());

const AT = '2026-11-16T09:00:00.000Z';
const LATER = '2026-11-18T09:00:00.000Z';
const STANDING: Record<string, string> = {
  suspended: `UPDATE app_user SET status = 'suspended' WHERE id = $1`,
  'found in a list': `UPDATE user_profile SET screening = 'hit' WHERE user_id = $1`,
  'confirmed to be in a list': `UPDATE user_profile SET screening = 'confirmed' WHERE user_id = $1`,
  'no longer verified': `UPDATE user_profile SET verification = 'expired', screened_until = NULL WHERE user_id = $1`,
  'said not to be his': `UPDATE payout_method SET removed_at = '${AT}', disowned_at = '${AT}' WHERE user_id = $1`,
  'another payee': `UPDATE payout_method SET payee = 'differs' WHERE user_id = $1`,
};

test.each(Object.entries(STANDING))('%s since the payout was planned: nothing is sent and the money is available again, once', async (why, change) => {
  const { userId, payoutId } = await plannedPayout(f, '25', AT);
  await f.pool.query(change, [userId]);
  const call = payoutActivities(f);
  expect(await call('prepareAttempt', { payoutId, asOf: LATER })).toMatchObject({ step: 'done', state: 'failed', attempts: 0 });
  expect(await call('prepareAttempt', { payoutId, asOf: LATER })).toMatchObject({ step: 'done', state: 'failed' });
  expect(await f.balances(userId)).toEqual({ available: '25', reserved: '0', paid: '0' });
  expect(f.executed().filter((one) => one.payoutId === payoutId)).toEqual([]);
  const [told] = await f.rows<{ facts: { reason: string } }>(`SELECT facts FROM notification WHERE user_id = $1 AND kind = 'payout_failed'`, [userId]);
  expect(told!.facts.reason).toMatch(/^PAYOUT_BLOCKED: /);
  if (why.endsWith('list')) expect(told!.facts.reason).not.toMatch(/hit|sanction|found/i);
});

test.each(Object.entries(STANDING))('%s between preparing and sending: what was prepared is not sent, and the money is available again', async (_why, change) => {
  const { userId, payoutId } = await plannedPayout(f, '25', AT);
  const call = payoutActivities(f);
  expect(await call('prepareAttempt', { payoutId, asOf: AT })).toMatchObject({ step: 'submit' });
  await f.pool.query(change, [userId]);
  expect(await call('submitAttempt', { payoutId, asOf: LATER, sends: 0, resend: false })).toMatchObject({ step: 'done', state: 'failed' });
  expect(await call('submitAttempt', { payoutId, asOf: LATER, sends: 0, resend: false })).toMatchObject({ step: 'done', state: 'failed' });
  expect(await f.balances(userId)).toEqual({ available: '25', reserved: '0', paid: '0' });
  expect(f.executed().filter((one) => one.payoutId === payoutId)).toEqual([]);
  expect(await f.rows('SELECT a.state, a.sends FROM payout_attempt a WHERE payout_id = $1', [payoutId])).toEqual([{ state: 'abandoned', sends: 0 }]);
});

test('a retry is asked the same: rejected once, then suspended', async () => {
  const { userId, payoutId } = await plannedPayout(f, '25', AT);
  const call = payoutActivities(f);
  await call('prepareAttempt', { payoutId, asOf: AT });
  await f.faults({ fault: 'rejected_for_now', payoutId });
  await call('submitAttempt', { payoutId, asOf: AT, sends: 0, resend: false });
  await f.pool.query(STANDING['suspended']!, [userId]);
  expect(await call('prepareAttempt', { payoutId, asOf: LATER })).toMatchObject({ step: 'done', state: 'failed', attempts: 1 });
  expect(await f.balances(userId)).toEqual({ available: '25', reserved: '0', paid: '0' });
});

test('a screening that became too old meanwhile stops nothing', async () => {
  const { userId, payoutId } = await plannedPayout(f, '25', AT);
  await f.pool.query(`UPDATE user_profile SET screened_until = $2 WHERE user_id = $1`, [userId, AT]);
  expect(await payoutActivities(f)('prepareAttempt', { payoutId, asOf: LATER })).toMatchObject({ step: 'submit', state: 'reserved', attempts: 1 });
});
