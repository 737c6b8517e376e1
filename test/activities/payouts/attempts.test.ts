import { afterAll, beforeAll, expect, test } from 'vitest';
import { withTransaction } from '../../../db/connection.ts';
import { setSwitch } from '../../../db/stores/railSwitch.ts';
import { payoutActivities, payoutFixture, type PayoutFixture, plannedPayout } from '../../support/payouts.ts';

let fixture: PayoutFixture;
let call: ReturnType<typeof payoutActivities>;
beforeAll(async () => {
  fixture = await payoutFixture({ settings: { policy: { maxAttempts: 2, firstLookSeconds: 1, maxLookSeconds: 60 } }, timeoutMs: 400, rail: { faults: { slowMs: 800, lateMs: 200, returnMs: 200 } } });
  call = payoutActivities(fixture);
});
afterAll(() => fixture?.close());

const AT = '2026-11-23T09:00:00.000Z';

/** One user with 25.005 available and his planned payout of 25.00. */
async function planned(): Promise<{ userId: string; payoutId: string }> {
  const made = await plannedPayout(fixture, '25.005', AT);
  expect(await fixture.balances(made.userId)).toEqual({ available: '0.005', reserved: '25', paid: '0' });
  return made;
}

const later = (seconds: number): string => new Date(Date.parse(AT) + seconds * 1000).toISOString();
const executions = (payoutId: string) => fixture.executed().filter((one) => one.payoutId === payoutId).length;

test('the happy path: attempt committed, sent, proven by a look-up, paid', async () => {
  const { userId, payoutId } = await planned();
  expect((await call('takeUpPayout', { payoutId, asOf: AT })).step).toBe('new_attempt');
  const prepared = await call('prepareAttempt', { payoutId, asOf: AT });
  expect(prepared).toMatchObject({ step: 'submit', attempts: 1, sends: 0, state: 'reserved' });
  const [attempt] = await fixture.rows<{ idempotency_key: string; request_hash: string; request_bytes: Buffer }>('SELECT * FROM payout_attempt WHERE payout_id = $1', [payoutId]);
  expect(attempt!.idempotency_key).toBe(`${payoutId}-1`);
  expect(executions(payoutId)).toBe(0);
  const sent = await call('submitAttempt', { payoutId, asOf: AT, sends: 0, resend: false });
  expect(sent).toMatchObject({ step: 'look_up_later', afterSeconds: 1, state: 'submitted' });
  expect(await fixture.balances(userId)).toMatchObject({ reserved: '25', paid: '0' });
  expect(await call('lookUpAttempt', { payoutId, asOf: later(1) })).toMatchObject({ step: 'done', state: 'paid', answered: true });
  expect(await fixture.balances(userId)).toEqual({ available: '0.005', reserved: '0', paid: '25' });
  expect(executions(payoutId)).toBe(1);
});

test('committed but the answer was lost: every step repeated changes nothing', async () => {
  const { userId, payoutId } = await planned();
  for (let i = 0; i < 2; i++) expect(await call('prepareAttempt', { payoutId, asOf: AT })).toMatchObject({ step: 'submit', attempts: 1 });
  await call('submitAttempt', { payoutId, asOf: AT, sends: 0, resend: false });
  // The second asks to send what was sent meanwhile: the row says so, nothing leaves.
  expect(await call('submitAttempt', { payoutId, asOf: AT, sends: 0, resend: false })).toMatchObject({ step: 'look_up_later', sends: 1 });
  for (let i = 0; i < 3; i++) expect(await call('lookUpAttempt', { payoutId, asOf: later(2) })).toMatchObject({ step: 'done', state: 'paid' });
  for (const step of ['takeUpPayout', 'prepareAttempt'] as const) expect(await call(step, { payoutId, asOf: later(3) })).toMatchObject({ step: 'done', state: 'paid' });
  expect(await fixture.balances(userId)).toMatchObject({ reserved: '0', paid: '25' });
  expect(await fixture.rows('SELECT 1 FROM payout_attempt WHERE payout_id = $1', [payoutId])).toHaveLength(1);
  expect(await fixture.rows(`SELECT 1 FROM journal WHERE cause_id = $1 AND kind = 'payout_paid'`, [payoutId])).toHaveLength(1);
  expect(executions(payoutId)).toBe(1);
});

test('two workers at the same step: one send', async () => {
  const { payoutId } = await planned();
  await Promise.all([1, 2, 3].map(() => call('prepareAttempt', { payoutId, asOf: AT })));
  await Promise.all([1, 2, 3, 4].map(() => call('submitAttempt', { payoutId, asOf: AT, sends: 0, resend: false })));
  expect(await fixture.rows('SELECT no, sends FROM payout_attempt WHERE payout_id = $1', [payoutId])).toEqual([{ no: 1, sends: 1 }]);
  await Promise.all([1, 2, 3].map(() => call('lookUpAttempt', { payoutId, asOf: later(2) })));
  expect(await fixture.rows(`SELECT 1 FROM journal WHERE cause_id = $1 AND kind = 'payout_paid'`, [payoutId])).toHaveLength(1);
});

test('a worker killed between the commit and the send: nobody knows, the rail is asked, the same key goes again', async () => {
  const { payoutId } = await planned();
  await call('prepareAttempt', { payoutId, asOf: AT });
  await fixture.pool.query(`UPDATE payout_attempt SET state = 'sent', sends = 1, first_sent_at = $2, last_sent_at = $2 WHERE payout_id = $1`, [payoutId, AT]);
  await fixture.pool.query(`UPDATE payout SET state = 'submitting' WHERE id = $1`, [payoutId]);
  expect(await call('takeUpPayout', { payoutId, asOf: later(30) })).toMatchObject({ step: 'look_up_later', afterSeconds: 0 });
  // "Not found" is no proof: unknown and visible, but this rail still honours the key.
  expect(await call('lookUpAttempt', { payoutId, asOf: later(30) })).toMatchObject({ step: 'resend_same_key', state: 'unknown', answered: false });
  await call('submitAttempt', { payoutId, asOf: later(31), sends: 1, resend: true });
  expect(await call('lookUpAttempt', { payoutId, asOf: later(32) })).toMatchObject({ state: 'paid' });
  expect(executions(payoutId)).toBe(1);
});

const switched = (stopped: boolean) => withTransaction(fixture.pool, (tx) => setSwitch(tx, { rail: 'sandbox', stopped, reason: 'odd', by: 'psn_1', at: AT }));

test('stopped while nobody knows its outcome: nothing is sent again, and the rail is asked as ever', async () => {
  const [{ payoutId }, { userId, payoutId: executed }] = [await planned(), await planned()];
  await fixture.faults({ fault: 'reset_before', payoutId }, { fault: 'reset_after', payoutId: executed }, { fault: 'look_up_not_found', payoutId: executed });
  for (const id of [payoutId, executed]) {
    await call('prepareAttempt', { payoutId: id, asOf: AT });
    await call('submitAttempt', { payoutId: id, asOf: AT, sends: 0, resend: false });
    expect(await call('lookUpAttempt', { payoutId: id, asOf: later(1) })).toMatchObject({ step: 'resend_same_key', state: 'unknown', afterSeconds: 2 });
  }
  await switched(true);
  // The wait for sending again was the wait for asking: it is asked at once, and after that at growing intervals.
  for (const id of [payoutId, executed]) {
    expect(await call('submitAttempt', { payoutId: id, asOf: later(3), sends: 1, resend: true })).toMatchObject({ step: 'look_up_later', afterSeconds: 0, sends: 1, state: 'unknown', why: expect.stringMatching(/^PAYOUTS_STOPPED: .*odd$/) });
  }
  expect(await call('lookUpAttempt', { payoutId: executed, asOf: later(3) })).toMatchObject({ step: 'done', state: 'paid' });
  expect(await fixture.balances(userId)).toMatchObject({ reserved: '0', paid: '25' });
  expect(await call('lookUpAttempt', { payoutId, asOf: later(3) })).toMatchObject({ step: 'resend_same_key', afterSeconds: 4, sends: 1 });
  expect(executions(payoutId)).toBe(0);
  await switched(false);
  await call('submitAttempt', { payoutId, asOf: later(7), sends: 1, resend: true });
  expect(await call('lookUpAttempt', { payoutId, asOf: later(8) })).toMatchObject({ state: 'paid' });
  expect([executions(payoutId), executions(executed)]).toEqual([1, 1]);
});

test('stopped while it is only prepared: it waits for the switch, and nothing is asked of the rail', async () => {
  const { payoutId } = await planned();
  await call('prepareAttempt', { payoutId, asOf: AT });
  await switched(true);
  expect(await call('submitAttempt', { payoutId, asOf: AT, sends: 0, resend: false })).toMatchObject({ step: 'submit', afterSeconds: 600, waits: true, sends: 0, state: 'reserved' });
  await switched(false);
  expect(executions(payoutId)).toBe(0);
});

test('past the key window a payment that is not found stays unknown, with the money reserved', async () => {
  const { userId, payoutId } = await planned();
  await call('prepareAttempt', { payoutId, asOf: AT });
  await fixture.faults({ fault: 'reset_before', payoutId });
  expect(await call('submitAttempt', { payoutId, asOf: AT, sends: 0, resend: false })).toMatchObject({ state: 'unknown', step: 'look_up_later' });
  const after = later(7 * 86_400);
  expect(await call('lookUpAttempt', { payoutId, asOf: after })).toMatchObject({ step: 'stay_unknown', state: 'unknown' });
  // Also who asks to send it again is refused under the lock.
  expect(await call('submitAttempt', { payoutId, asOf: after, sends: 1, resend: true })).toMatchObject({ step: 'look_up_later', sends: 1 });
  expect(await fixture.balances(userId)).toMatchObject({ reserved: '25', paid: '0' });
  expect(executions(payoutId)).toBe(0);
});

test.each([
  ['reset_after', 'paid'], ['error_after', 'paid'], ['unreadable', 'paid'], ['slow_after', 'paid'], ['silent', 'paid'], ['late', 'paid'],
] as const)('%s: unknown is looked up, never sent blindly, and paid once', async (fault, end) => {
  const { userId, payoutId } = await planned();
  await call('prepareAttempt', { payoutId, asOf: AT });
  await fixture.faults({ fault, payoutId });
  await call('submitAttempt', { payoutId, asOf: AT, sends: 0, resend: false });
  await expect.poll(() => executions(payoutId), { timeout: 5000 }).toBe(1);
  expect(await call('lookUpAttempt', { payoutId, asOf: later(5) })).toMatchObject({ state: end });
  expect(await fixture.balances(userId)).toMatchObject({ reserved: '0', paid: '25' });
  expect(executions(payoutId)).toBe(1);
});

test('rejected for good: the money is available again, once', async () => {
  const { userId, payoutId } = await planned();
  await call('prepareAttempt', { payoutId, asOf: AT });
  await fixture.faults({ fault: 'rejected', payoutId });
  expect(await call('submitAttempt', { payoutId, asOf: AT, sends: 0, resend: false })).toMatchObject({ step: 'done', state: 'failed' });
  for (let i = 0; i < 2; i++) await call('lookUpAttempt', { payoutId, asOf: later(5) });
  expect(await fixture.balances(userId)).toEqual({ available: '25.005', reserved: '0', paid: '0' });
  expect(await fixture.rows(`SELECT kind FROM notification WHERE user_id = $1`, [userId])).toEqual([{ kind: 'payout_failed' }]);
});

test('rejected for now: another attempt with its own key, and after the last one the money is released', async () => {
  const { userId, payoutId } = await planned();
  for (const no of [1, 2]) {
    expect(await call('prepareAttempt', { payoutId, asOf: AT })).toMatchObject({ step: 'submit', attempts: no });
    await fixture.faults({ fault: 'rejected_for_now', payoutId });
    await call('submitAttempt', { payoutId, asOf: AT, sends: 0, resend: false });
  }
  expect(await call('takeUpPayout', { payoutId, asOf: AT })).toMatchObject({ step: 'done', state: 'failed' });
  expect(await fixture.rows('SELECT idempotency_key FROM payout_attempt WHERE payout_id = $1 ORDER BY no', [payoutId])).toEqual([{ idempotency_key: `${payoutId}-1` }, { idempotency_key: `${payoutId}-2` }]);
  expect(await fixture.balances(userId)).toEqual({ available: '25.005', reserved: '0', paid: '0' });
});

test('deferred by the rail: the same attempt is sent again', async () => {
  const { payoutId } = await planned();
  await call('prepareAttempt', { payoutId, asOf: AT });
  await fixture.faults({ fault: 'rate_limited', payoutId });
  expect(await call('submitAttempt', { payoutId, asOf: AT, sends: 0, resend: false })).toMatchObject({ step: 'submit', afterSeconds: 1, state: 'reserved', sends: 0 });
  await call('submitAttempt', { payoutId, asOf: later(1), sends: 0, resend: false });
  expect(await call('lookUpAttempt', { payoutId, asOf: later(2) })).toMatchObject({ state: 'paid', attempts: 1 });
});

test('returned before anybody looked: paid and returned are both posted, in order', async () => {
  const { userId, payoutId } = await planned();
  await call('prepareAttempt', { payoutId, asOf: AT });
  await fixture.faults({ fault: 'returned', payoutId });
  await call('submitAttempt', { payoutId, asOf: AT, sends: 0, resend: false });
  await expect.poll(() => fixture.server.record().filter((one) => one.payoutId === payoutId).length, { timeout: 5000 }).toBe(2);
  for (let i = 0; i < 2; i++) expect(await call('lookUpAttempt', { payoutId, asOf: later(5) })).toMatchObject({ step: 'done', state: 'returned' });
  expect(await fixture.balances(userId)).toEqual({ available: '25.005', reserved: '0', paid: '0' });
  expect(await fixture.rows(`SELECT kind FROM journal WHERE cause_id = $1 ORDER BY id`, [payoutId])).toEqual([{ kind: 'payout_reserved' }, { kind: 'payout_paid' }, { kind: 'payout_returned' }]);
});

test('a return of which nothing came back moves the payout and no money', async () => {
  const { userId, payoutId } = await planned();
  await call('prepareAttempt', { payoutId, asOf: AT });
  await call('submitAttempt', { payoutId, asOf: AT, sends: 0, resend: false });
  await call('lookUpAttempt', { payoutId, asOf: later(1) });
  const reference = fixture.server.record().find((one) => one.payoutId === payoutId)!.reference;
  await fetch(`${fixture.server.url}/admin/payments/${reference}/return`, { method: 'POST', body: JSON.stringify({ amount: '0' }) });
  expect(await call('lookUpAttempt', { payoutId, asOf: later(9) })).toMatchObject({ step: 'done', state: 'returned' });
  expect(await fixture.balances(userId)).toEqual({ available: '0.005', reserved: '0', paid: '25' });
  expect(await fixture.rows(`SELECT kind FROM journal WHERE cause_id = $1 ORDER BY id`, [payoutId])).toEqual([{ kind: 'payout_reserved' }, { kind: 'payout_paid' }]);
  expect(await fixture.rows(`SELECT facts->>'amount' AS amount FROM notification WHERE event_id = $1`, [`payout:${payoutId}:returned`])).toEqual([{ amount: '0' }]);
});

test('a return that cost a fee gives back what came back', async () => {
  const { userId, payoutId } = await planned();
  await call('prepareAttempt', { payoutId, asOf: AT });
  await call('submitAttempt', { payoutId, asOf: AT, sends: 0, resend: false });
  await call('lookUpAttempt', { payoutId, asOf: later(1) });
  const reference = fixture.server.record().find((one) => one.payoutId === payoutId)!.reference;
  await fetch(`${fixture.server.url}/admin/payments/${reference}/return`, { method: 'POST', body: JSON.stringify({ amount: '22.50' }) });
  expect(await call('lookUpAttempt', { payoutId, asOf: later(9) })).toMatchObject({ state: 'returned' });
  expect(await fixture.balances(userId)).toEqual({ available: '22.505', reserved: '0', paid: '2.5' });
});
