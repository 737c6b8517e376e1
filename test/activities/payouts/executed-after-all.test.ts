import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Rail } from '../../../activities/payouts/rails/rail.ts';
import { railRegistry } from '../../../activities/payouts/rails/registry.ts';
import { recordDecision } from '../../../db/stores/payoutDecisions.ts';
import { insertEntries, insertMessage } from '../../../db/stores/railEntries.ts';
import { readPayout } from '../../../db/stores/payouts.ts';
import { withTransaction } from '../../../db/connection.ts';
import type { LookUpOutcome, SubmitOutcome } from '../../../domain/payouts/outcomes.ts';
import { payoutActivities, payoutFixture, type PayoutFixture, plannedPayout } from '../../support/payouts.ts';

const AT = '2026-11-23T09:00:00.000Z';
const LATER = '2026-11-23T11:00:00.000Z';
const REJECTED: SubmitOutcome = { kind: 'rejected', code: 'AM04', reason: 'no funds', retryable: true };
let fixture: PayoutFixture;
let call: ReturnType<typeof payoutActivities>;
let rate: { rate: string; validUntil: string | null };
let said: ((key: string) => LookUpOutcome | null) | null;
/** What becomes of a send; null: what the rail does. */
let submitted: (() => SubmitOutcome) | null;
beforeAll(async () => {
  fixture = await payoutFixture();
  const rail: Rail = {
    ...fixture.rail, guarantees: { ...fixture.rail.guarantees, provesNonExecution: 'never', honoursKeysForSeconds: 86_400 },
    rate: async (currency) => ({ currency, source: 'a rate', ...rate }),
    lookUp: async (attempt, signal) => said?.(attempt.idempotencyKey) ?? fixture.rail.lookUp(attempt, signal),
    submit: async (attempt, signal) => submitted?.() ?? fixture.rail.submit(attempt, signal),
  };
  call = payoutActivities({ ...fixture, rails: railRegistry([rail]) });
});
beforeEach(() => {
  rate = { rate: '1', validUntil: null };
  [said, submitted] = [null, null];
});
afterAll(() => fixture?.close());

const asked = (payoutId: string, asOf = LATER) => ({ payoutId, asOf });
const attempts = (payoutId: string) => fixture.rows<{ state: string; sends: number }>('SELECT state, sends FROM payout_attempt WHERE payout_id = $1 ORDER BY no', [payoutId]);
const executed = (payoutId: string) => fixture.executed().filter((one) => one.payoutId === payoutId).length;
const openCases = (payoutId: string) => fixture.rows<{ code: string }>('SELECT code FROM reconciliation_case WHERE payout_id = $1 AND closed_at IS NULL', [payoutId]);
const stateOf = async (payoutId: string) => (await readPayout(fixture.pool, payoutId)).payout.state;

/** Prepared and sent once, with what came of it. */
async function sent(outcome: SubmitOutcome | null, amount = '25'): Promise<{ payoutId: string; userId: string }> {
  const { payoutId, userId } = await plannedPayout(fixture, amount, AT);
  await call('prepareAttempt', asked(payoutId, AT));
  submitted = outcome === null ? null : () => outcome;
  await call('submitAttempt', { ...asked(payoutId, AT), sends: 0, resend: false });
  submitted = null;
  return { payoutId, userId };
}
const decided = async (payoutId: string, outcome: 'executed' | 'not_executed', decidedAt = LATER, reference = 'letter 1') => withTransaction(fixture.pool, async (tx) => recordDecision(tx, {
  payoutId, attemptId: (await readPayout(tx, payoutId)).attempt!.id, outcome, reference, executedAt: outcome === 'executed' ? AT : null, proof: 'a letter', proofSha256: null, by: 'psn_1', decidedAt,
}));
/** A statement of the rail books an attempt. */
const booked = (key: string, { amount = '25', reference = `book-${key}` } = {}) => withTransaction(fixture.pool, async (tx) => {
  await insertMessage(tx, { id: `msg_${reference}`, rail: 'sandbox', kind: 'camt.054', name: `${reference}.xml`, sha256: reference, size: 1, state: 'read', problem: null, facts: {}, findings: [], receivedAt: LATER });
  await insertEntries(tx, 'sandbox', `msg_${reference}`, [{ entryKey: reference, kind: 'executed', idempotencyKey: key, batchId: null, railReference: reference, amount, currency: 'USD', settledUsd: null, fee: null, at: LATER, code: null, reason: null }]);
  const before = said;
  said = (asks) => (asks === key ? { kind: 'executed', railReference: reference, executedAt: LATER, amount, currency: 'USD', fee: '0' } : before?.(asks) ?? null);
});

test('what operators decided is not sent again: neither the resend that the workflow was told of before, nor later', async () => {
  const { payoutId } = await sent({ kind: 'unknown', detail: 'lost before it reached the rail' });
  said = () => ({ kind: 'not_found' });
  const told = await call('lookUpAttempt', asked(payoutId));
  expect(told).toMatchObject({ step: 'resend_same_key', sends: 1 });
  await decided(payoutId, 'not_executed');
  submitted = null;
  const next = await call('submitAttempt', { ...asked(payoutId), sends: told.sends, resend: true });
  expect(next).toMatchObject({ step: 'look_up_later', why: expect.stringContaining('DECIDED') });
  expect([await attempts(payoutId), executed(payoutId)]).toEqual([[{ state: 'unknown', sends: 1 }], 0]);
  // The decision is carried out instead, and one attempt pays.
  said = () => ({ kind: 'unknown', detail: 'the rail does not answer' });
  expect(await call('lookUpAttempt', asked(payoutId))).toMatchObject({ step: 'new_attempt', answered: true });
  said = null;
  await call('prepareAttempt', asked(payoutId));
  await call('submitAttempt', { ...asked(payoutId), sends: 0, resend: false });
  expect(await call('lookUpAttempt', asked(payoutId))).toMatchObject({ state: 'paid' });
  expect(executed(payoutId)).toBe(1);
});

test('a decision from before the last send says nothing of it: operators decide anew', async () => {
  const { payoutId } = await sent({ kind: 'unknown', detail: 'lost' });
  await decided(payoutId, 'not_executed', AT);
  said = () => ({ kind: 'unknown', detail: 'the rail does not answer' });
  expect(await call('lookUpAttempt', asked(payoutId))).toMatchObject({ step: 'look_up_later', state: 'unknown' });
  await decided(payoutId, 'not_executed', LATER, 'letter 2');
  await expect(decided(payoutId, 'executed', LATER, 'letter 3')).rejects.toMatchObject({ code: 'PAYOUT_DECIDED' });
  expect(await call('lookUpAttempt', asked(payoutId))).toMatchObject({ step: 'new_attempt' });
});

test('one payment proves one payout', async () => {
  const [one, other] = [await sent({ kind: 'unknown', detail: 'lost' }), await sent({ kind: 'unknown', detail: 'lost' })];
  said = () => ({ kind: 'unknown', detail: 'the rail does not answer' });
  await decided(one.payoutId, 'executed', LATER, 'PAYMENT-7');
  await expect(decided(other.payoutId, 'executed', LATER, 'PAYMENT-7')).rejects.toMatchObject({ code: 'REFERENCE_OF_ANOTHER_PAYOUT', status: 409 });
  await call('lookUpAttempt', asked(one.payoutId));
  expect(await stateOf(one.payoutId)).toBe('paid');
  await expect(decided(other.payoutId, 'executed', LATER, ' payment-7 ')).rejects.toMatchObject({ code: 'REFERENCE_OF_ANOTHER_PAYOUT' });
  await booked('no-payout-of-ours', { reference: 'STRANGE-1' });
  await decided(other.payoutId, 'executed', LATER, 'STRANGE-1');
});

test('the earlier attempt is booked after all before the next one leaves: nothing leaves, and the payout is settled by it', async () => {
  const { payoutId, userId } = await sent(REJECTED);
  await call('prepareAttempt', asked(payoutId));
  expect(await attempts(payoutId)).toEqual([{ state: 'rejected', sends: 1 }, { state: 'prepared', sends: 0 }]);
  await booked(`${payoutId}-1`);
  expect(await call('submitAttempt', { ...asked(payoutId), sends: 0, resend: false })).toMatchObject({ step: 'look_up_later', state: 'unknown', afterSeconds: 0 });
  expect(await attempts(payoutId)).toEqual([{ state: 'unknown', sends: 1 }, { state: 'abandoned', sends: 0 }]);
  expect(await call('lookUpAttempt', asked(payoutId))).toMatchObject({ state: 'paid', answered: true });
  expect(await fixture.balances(userId)).toEqual({ available: '0', reserved: '0', paid: '25' });
  expect([executed(payoutId), (await attempts(payoutId))[0]]).toEqual([0, { state: 'executed', sends: 1 }]);
});

test('the same where nothing is prepared yet, and where operators had proof that it was not executed', async () => {
  const { payoutId, userId } = await sent({ kind: 'unknown', detail: 'lost' });
  said = () => ({ kind: 'unknown', detail: 'away' });
  await decided(payoutId, 'not_executed');
  expect(await call('lookUpAttempt', asked(payoutId))).toMatchObject({ step: 'new_attempt' });
  await booked(`${payoutId}-1`);
  const told = said;
  said = () => ({ kind: 'unknown', detail: 'away' });
  expect(await call('prepareAttempt', asked(payoutId))).toMatchObject({ step: 'look_up_later', state: 'unknown' });
  // What they decided before says nothing of what was booked since.
  expect(await call('lookUpAttempt', asked(payoutId))).toMatchObject({ step: 'look_up_later', state: 'unknown' });
  said = told;
  expect(await call('lookUpAttempt', asked(payoutId))).toMatchObject({ state: 'paid' });
  expect(await fixture.balances(userId)).toEqual({ available: '0', reserved: '0', paid: '25' });
});

test('booked while the next attempt is out: it is not sent again, and once it is proven unpaid the payout is settled by the earlier one instead of giving the money back', async () => {
  const { payoutId, userId } = await sent(REJECTED);
  for (const outcome of [REJECTED, { kind: 'unknown', detail: 'lost' } as const]) {
    await call('prepareAttempt', asked(payoutId));
    submitted = () => outcome;
    await call('submitAttempt', { ...asked(payoutId), sends: 0, resend: false });
  }
  submitted = null;
  await booked(`${payoutId}-1`);
  const told = said!;
  said = (key) => told(key) ?? { kind: 'not_found' };
  expect(await call('lookUpAttempt', asked(payoutId))).toMatchObject({ step: 'look_up_later', attempts: 3 });
  await call('submitAttempt', { ...asked(payoutId), sends: 1, resend: true });
  expect([(await attempts(payoutId))[2], executed(payoutId)]).toEqual([{ state: 'unknown', sends: 1 }, 0]);
  // The third is the last: it would be released.
  said = (key) => told(key) ?? { kind: 'rejected', code: 'NO', reason: 'no', retryable: false };
  expect(await call('lookUpAttempt', asked(payoutId))).toMatchObject({ step: 'look_up_later', state: 'unknown', attempts: 1 });
  expect(await fixture.balances(userId)).toEqual({ available: '0', reserved: '25', paid: '0' });
  expect(await call('lookUpAttempt', asked(payoutId))).toMatchObject({ state: 'paid' });
  expect(await fixture.balances(userId)).toEqual({ available: '0', reserved: '0', paid: '25' });
});

test('a rail that finds an earlier attempt executed before it sends: the payout is settled by it; what is found and is no execution is for operators', async () => {
  const { payoutId, userId } = await sent(REJECTED);
  await call('prepareAttempt', asked(payoutId));
  submitted = () => ({ kind: 'deferred', code: 'CREDITED_BEFORE', reason: 'credited before', retryAfterSeconds: 3600, executedBefore: `${payoutId}-1` });
  expect(await call('submitAttempt', { ...asked(payoutId), sends: 0, resend: false })).toMatchObject({ step: 'look_up_later', state: 'unknown', attempts: 1 });
  // That it never had it is no longer believed; nothing is sent again either.
  for (const [answer, step] of [[{ kind: 'not_found' }, 'stay_unknown'], [{ kind: 'rejected', code: 'NO', reason: 'no', retryable: true }, 'look_up_later']] as const) {
    said = () => answer;
    expect(await call('lookUpAttempt', asked(payoutId))).toMatchObject({ step, state: 'unknown', attempts: 1 });
  }
  await fixture.pool.query(`UPDATE app_user SET status = 'suspended' WHERE id = $1`, [userId]);
  expect(await fixture.balances(userId)).toEqual({ available: '0', reserved: '25', paid: '0' });
  await decided(payoutId, 'executed', LATER, 'operation 9');
  expect(await call('lookUpAttempt', asked(payoutId))).toMatchObject({ state: 'paid' });
  expect(await fixture.balances(userId)).toEqual({ available: '0', reserved: '0', paid: '25' });
});

test('at another rate by now: it is settled at the rate at which it was ordered', async () => {
  rate = { rate: '1', validUntil: '2026-11-23T10:00:00.000Z' };
  const { payoutId } = await sentAtRate();
  rate = { rate: '0.9', validUntil: null };
  await call('prepareAttempt', asked(payoutId));
  expect((await readPayout(fixture.pool, payoutId)).payout.payAmount).toBe('22.5');
  await booked(`${payoutId}-1`);
  await call('submitAttempt', { ...asked(payoutId), sends: 0, resend: false });
  await call('lookUpAttempt', asked(payoutId));
  expect((await readPayout(fixture.pool, payoutId)).payout).toMatchObject({ state: 'paid', payAmount: '25', settledUsd: '25', settledRate: '1' });
});

test('a quote that has run out is not sent by: the attempt is abandoned, and the next has the rate of now', async () => {
  rate = { rate: '1', validUntil: '2026-11-23T09:10:00.000Z' };
  const { payoutId } = await planned();
  for (let turn = 0; turn < 4; turn++) {
    expect(await call('prepareAttempt', asked(payoutId, AT))).toMatchObject({ step: 'submit' });
    expect(await call('submitAttempt', { ...asked(payoutId), sends: 0, resend: false })).toMatchObject({ step: 'new_attempt', state: 'reserved' });
  }
  expect(executed(payoutId)).toBe(0);
  rate = { rate: '0.8', validUntil: null };
  expect(await call('prepareAttempt', asked(payoutId))).toMatchObject({ step: 'submit' });
  // What was never sent is none of the three attempts.
  submitted = () => REJECTED;
  expect(await call('submitAttempt', { ...asked(payoutId), sends: 0, resend: false })).toMatchObject({ step: 'new_attempt' });
  submitted = null;
  await call('prepareAttempt', asked(payoutId));
  await call('submitAttempt', { ...asked(payoutId), sends: 0, resend: false });
  expect(fixture.executed().filter((one) => one.payoutId === payoutId).map(({ amount }) => amount)).toEqual(['20']);
});

test('operators are told of it as soon as it is read, also where the money was given back', async () => {
  const released = await sent({ kind: 'rejected', code: 'NO', reason: 'no', retryable: false });
  expect(await stateOf(released.payoutId)).toBe('failed');
  const again = await sent(REJECTED);
  await booked(`${released.payoutId}-1`);
  await booked(`${again.payoutId}-1`);
  const hinted: string[] = [];
  const client = { workflow: { signalWithStart: async (_type: string, { workflowId }: { workflowId: string }) => void hinted.push(workflowId) } } as never;
  const fetched = payoutActivities(fixture, client);
  await fetched('fetchFromRail', { rail: 'sandbox', asOf: LATER });
  for (const { payoutId } of [released, again]) expect(await openCases(payoutId)).toEqual([{ code: 'FAILED_BUT_EXECUTED' }]);
  expect(hinted).toContain(`payout:${again.payoutId}`);
  // Once an operator has looked into it, it is not told again.
  await fixture.pool.query(`UPDATE reconciliation_case SET closed_at = $1, closed_by = 'psn_1', close_reason = 'seen' WHERE payout_id = $2`, [LATER, released.payoutId]);
  await fetched('fetchFromRail', { rail: 'sandbox', asOf: LATER });
  expect(await openCases(released.payoutId)).toEqual([]);
});

/** As `plannedPayout`, at the rate of now. */
async function planned(): Promise<{ payoutId: string; userId: string }> {
  const { userId } = await fixture.user({ available: { ava: '25' } });
  const { runId } = await call('openRun', { runKey: `run-of-${userId}`, scheduledAt: AT, workflowId: `w-${userId}`, startedBy: null });
  await call('freezeMembers', { runId, asOf: AT });
  await call('planPage', { runId, after: '', limit: 1000, asOf: AT });
  const [row] = await fixture.rows<{ id: string }>('SELECT id FROM payout WHERE user_id = $1', [userId]);
  return { userId, payoutId: row!.id };
}
async function sentAtRate(): Promise<{ payoutId: string }> {
  const { payoutId } = await planned();
  await call('prepareAttempt', asked(payoutId, AT));
  submitted = () => REJECTED;
  await call('submitAttempt', { ...asked(payoutId, AT), sends: 0, resend: false });
  submitted = null;
  return { payoutId };
}
