import { describe, expect, it } from 'vitest';
import { type AttemptFacts, type LastOutcome, type OperatorOutcome, lookUpDelay, maySend, nextStep, type Situation } from '../../../domain/payouts/decide.ts';
import type { RailGuarantees } from '../../../domain/payouts/guarantees.ts';
import type { LookUpOutcome, SubmitOutcome } from '../../../domain/payouts/outcomes.ts';

const keyed: RailGuarantees = {
  honoursKeysForSeconds: 1000, provesNonExecution: 'never', finalOn: 'executed', settlesWithinSeconds: 60, canReturn: true,
  minimum: '10', maximum: null, fee: '0', feeBearer: 'company', precision: 2, currencies: ['USD'], mode: 'single',
};
const keyless: RailGuarantees = { ...keyed, honoursKeysForSeconds: 0 };
const proving: RailGuarantees = { ...keyless, provesNonExecution: { secondsAfterLastSend: 30 } };
const expiring: RailGuarantees = { ...keyless, provesNonExecution: 'after_expiry' };

const start = Date.parse('2026-11-16T09:00:00.000Z');
const at = (seconds: number): string => new Date(start + seconds * 1000).toISOString();
const attempt = (changes: Partial<AttemptFacts> = {}): AttemptFacts => ({
  state: 'sent', number: 1, amount: '12.30', currency: 'USD', sends: 1, firstSentAt: at(0), lastSentAt: at(0), acceptedAt: null, expiresAt: null, looks: 0, ...changes,
});
const prepared = attempt({ state: 'prepared', sends: 0, firstSentAt: null, lastSentAt: null });
const situation = (changes: Partial<Situation> = {}): Situation => ({
  payout: 'submitting', attempt: attempt(), last: null, guarantees: keyed, policy: { maxAttempts: 3, firstLookSeconds: 1, maxLookSeconds: 600 }, asOf: at(10), ...changes,
});
const sent = (outcome: SubmitOutcome): LastOutcome => ({ from: 'submit', outcome });
const looked = (outcome: LookUpOutcome): LastOutcome => ({ from: 'look_up', outcome });
const execution = { railReference: 'sbx_1', executedAt: at(1), amount: '12.3', currency: 'USD', fee: '0' };
const returned: LookUpOutcome = { kind: 'returned', ...execution, returnedAt: at(5), returnedAmount: '12.3', code: 'AC04', reason: 'closed' };
const batches: RailGuarantees = { ...keyless, mode: 'batch' };
const replacing: RailGuarantees = { ...keyed, honoursKeysForSeconds: 'forever', replacesAfterSeconds: 120, settlesWithinSeconds: 600 };
const stuck = looked({ kind: 'pending', railReference: 'r', replaceable: true });
const byOperator = (outcome: OperatorOutcome): LastOutcome => ({ from: 'operator', outcome });
const rejected = (retryable: boolean) => ({ kind: 'rejected', code: 'NO', reason: 'no', retryable }) as const;
const unknown = { kind: 'unknown', detail: 'reset' } as const;
const notFound = looked({ kind: 'not_found' });

it('a rail that says when another attempt is of use is waited for; not where there is none', () => {
  const last = looked({ ...rejected(true), retryAfterSeconds: 86_400 });
  expect(nextStep(situation({ last }))).toMatchObject({ step: 'new_attempt', afterSeconds: 86_400 });
  expect(nextStep(situation({ attempt: attempt({ number: 3 }), last }))).toMatchObject({ step: 'release_failed', afterSeconds: 0 });
});

describe('the next step of a payout', () => {
  it.each<[string, Partial<Situation>, string, string, string | null]>([
    // what is known, situation, step, payout, attempt
    ['no attempt yet', { payout: 'reserved', attempt: null }, 'new_attempt', 'reserved', null],
    ['the last attempt was proven unpaid', { payout: 'reserved', attempt: attempt({ state: 'rejected' }) }, 'new_attempt', 'reserved', 'rejected'],
    ['prepared', { payout: 'reserved', attempt: prepared }, 'submit', 'reserved', 'prepared'],
    ['prepared, but its bytes expired', { payout: 'reserved', attempt: { ...prepared, expiresAt: at(10) } }, 'new_attempt', 'reserved', 'abandoned'],
    ['taken up again while sent', {}, 'look_up_later', 'submitting', 'sent'],
    ['taken up again while unknown', { payout: 'unknown', attempt: attempt({ state: 'unknown' }) }, 'look_up_later', 'unknown', 'unknown'],

    ['accepted', { last: sent({ kind: 'accepted', railReference: 'r' }) }, 'look_up_later', 'submitted', 'accepted'],
    ['rejected for ever', { last: sent(rejected(false)) }, 'release_failed', 'failed', 'rejected'],
    ['rejected for now', { last: sent(rejected(true)) }, 'new_attempt', 'reserved', 'rejected'],
    ['rejected for now, last attempt', { attempt: attempt({ number: 3 }), last: sent(rejected(true)) }, 'release_failed', 'failed', 'rejected'],
    ['time-out, reset, 5xx', { last: sent(unknown) }, 'look_up_later', 'unknown', 'unknown'],
    ['the only send deferred', { last: sent({ kind: 'deferred', code: 'BUSY', reason: 'busy', retryAfterSeconds: 7 }) }, 'submit', 'reserved', 'prepared'],
    ['one of two sends deferred', { attempt: attempt({ sends: 2 }), last: sent({ kind: 'deferred', code: 'BUSY', reason: 'busy', retryAfterSeconds: 7 }) }, 'look_up_later', 'unknown', 'unknown'],

    ['executed', { last: looked({ kind: 'executed', ...execution }) }, 'settle_paid', 'paid', 'executed'],
    ['executed for another amount', { last: looked({ kind: 'executed', ...execution, amount: '12.31' }) }, 'stay_unknown', 'unknown', 'unknown'],
    ['executed in another currency', { last: looked({ kind: 'executed', ...execution, currency: 'EUR' }) }, 'stay_unknown', 'unknown', 'unknown'],
    ['executed and returned before it was seen', { last: looked(returned) }, 'settle_paid', 'paid', 'executed'],
    ['returned', { payout: 'paid', attempt: attempt({ state: 'executed' }), last: looked(returned) }, 'return', 'returned', 'returned'],
    ['more of it came back', { payout: 'returned', attempt: attempt({ state: 'returned' }), last: looked(returned), moreCameBack: true }, 'return', 'returned', 'returned'],
    ['the same came back', { payout: 'returned', attempt: attempt({ state: 'returned' }), last: looked(returned), moreCameBack: false }, 'done', 'returned', 'returned'],
    ['paid, and nothing new', { payout: 'paid', attempt: attempt({ state: 'executed' }), last: looked({ kind: 'executed', ...execution }) }, 'done', 'paid', 'executed'],
    ['paid, and the rail does not find it any more', { payout: 'paid', attempt: attempt({ state: 'executed' }), last: notFound }, 'done', 'paid', 'executed'],
    ['pending', { last: looked({ kind: 'pending', railReference: 'r' }) }, 'look_up_later', 'submitted', 'accepted'],
    ['pending for too long', { asOf: at(61), last: looked({ kind: 'pending', railReference: 'r' }) }, 'look_up_later', 'unknown', 'accepted'],
    ['pending again in time', { payout: 'unknown', attempt: attempt({ state: 'unknown' }), last: looked({ kind: 'pending', railReference: 'r' }) }, 'look_up_later', 'submitted', 'accepted'],
    ['the look-up fails', { last: looked(unknown) }, 'look_up_later', 'unknown', 'unknown'],
    ['the look-up fails, but the rail had it', { payout: 'submitted', attempt: attempt({ state: 'accepted', acceptedAt: at(1) }), last: looked(unknown) }, 'look_up_later', 'submitted', 'accepted'],
    ['the look-up says rejected', { last: looked(rejected(false)) }, 'release_failed', 'failed', 'rejected'],

    ['not found, key honoured', { last: notFound }, 'resend_same_key', 'unknown', 'unknown'],
    ['not found although accepted, key honoured', { payout: 'submitted', attempt: attempt({ state: 'accepted', acceptedAt: at(1) }), last: notFound }, 'resend_same_key', 'unknown', 'unknown'],
    ['not found, key honoured to the last tenth', { asOf: at(899), last: notFound }, 'resend_same_key', 'unknown', 'unknown'],
    ['not found, key in its last tenth', { asOf: at(900), last: notFound }, 'stay_unknown', 'unknown', 'unknown'],
    ['not found, keys honoured for ever', { guarantees: { ...keyed, honoursKeysForSeconds: 'forever' }, asOf: at(9_000_000), last: notFound }, 'resend_same_key', 'unknown', 'unknown'],
    ['not found, no keys, no proof', { guarantees: keyless, last: notFound }, 'stay_unknown', 'unknown', 'unknown'],
    ['not found, a proof but too soon', { guarantees: proving, asOf: at(30), last: notFound }, 'stay_unknown', 'unknown', 'unknown'],
    ['not found, a proof', { guarantees: proving, asOf: at(31), last: notFound }, 'new_attempt', 'reserved', 'not_executed'],
    ['not found, a proof, last attempt', { guarantees: proving, attempt: attempt({ number: 3 }), asOf: at(31), last: notFound }, 'release_failed', 'failed', 'not_executed'],
    ['not found, but the rail had it', { guarantees: proving, payout: 'submitted', attempt: attempt({ state: 'accepted', acceptedAt: at(1) }), asOf: at(31), last: notFound }, 'stay_unknown', 'unknown', 'unknown'],
    ['not found before the expiry', { guarantees: expiring, attempt: attempt({ expiresAt: at(60) }), asOf: at(60), last: notFound }, 'stay_unknown', 'unknown', 'unknown'],
    ['not found after the expiry', { guarantees: expiring, attempt: attempt({ expiresAt: at(60) }), asOf: at(61), last: notFound }, 'new_attempt', 'reserved', 'not_executed'],
    ['not found, a proof by expiry but it has none', { guarantees: expiring, asOf: at(9_000_000), last: notFound }, 'stay_unknown', 'unknown', 'unknown'],

    ['prepared for a file', { payout: 'reserved', attempt: prepared, guarantees: batches }, 'await_batch', 'reserved', 'prepared'],
    ['handed over in a file', { guarantees: batches }, 'look_up_later', 'submitting', 'sent'],
    ['not found in any file', { guarantees: batches, asOf: at(9_000_000), last: notFound }, 'stay_unknown', 'unknown', 'unknown'],

    ['waits because of its bytes, for long enough', { guarantees: replacing, asOf: at(120), last: stuck }, 'replace', 'submitted', 'accepted'],
    ['waits because of its bytes, not for long yet', { guarantees: replacing, asOf: at(119), last: stuck }, 'look_up_later', 'submitted', 'accepted'],
    ['waits because of its bytes, since they were replaced', { guarantees: replacing, attempt: attempt({ sends: 2, lastSentAt: at(100) }), asOf: at(121), last: stuck }, 'look_up_later', 'submitted', 'accepted'],
    ['waits because of its bytes, and the rail replaces none', { asOf: at(50), last: stuck }, 'look_up_later', 'submitted', 'accepted'],

    ['unknown, and operators have proof that it was executed', { payout: 'unknown', attempt: attempt({ state: 'unknown' }), last: byOperator({ kind: 'executed', ...execution }) }, 'settle_paid', 'paid', 'executed'],
    ['unknown, and their proof is of another amount', { payout: 'unknown', attempt: attempt({ state: 'unknown' }), last: byOperator({ kind: 'executed', ...execution, amount: '12' }) }, 'stay_unknown', 'unknown', 'unknown'],
    ['unknown, and operators have proof that it was not', { payout: 'unknown', attempt: attempt({ state: 'unknown' }), last: byOperator({ kind: 'not_executed' }) }, 'new_attempt', 'reserved', 'not_executed'],
    ['the same of the last attempt', { payout: 'unknown', attempt: attempt({ state: 'unknown', number: 3 }), last: byOperator({ kind: 'not_executed' }) }, 'release_failed', 'failed', 'not_executed'],
    ['paid already, whatever operators say', { payout: 'paid', attempt: attempt({ state: 'executed' }), last: byOperator({ kind: 'not_executed' }) }, 'done', 'paid', 'executed'],

    ['prepared at a rate that has run out, however often', { payout: 'reserved', attempt: { ...prepared, number: 9, quotedUntil: at(10) } }, 'new_attempt', 'reserved', 'abandoned'],
    ['prepared at a rate that still holds', { payout: 'reserved', attempt: { ...prepared, quotedUntil: at(11) } }, 'submit', 'reserved', 'prepared'],
    ['rejected for now, and what was never sent is no attempt', { attempt: attempt({ number: 4, neverSent: 2 }), last: sent(rejected(true)) }, 'new_attempt', 'reserved', 'rejected'],

    ['no attempt under way, and the one before was executed after all', { payout: 'reserved', attempt: attempt({ state: 'rejected' }), executedAfterAll: true }, 'reopen', 'unknown', 'rejected'],
    ['prepared, and the one before was executed after all', { payout: 'reserved', attempt: prepared, executedAfterAll: true }, 'reopen', 'unknown', 'abandoned'],
    ['the same for a file', { payout: 'reserved', attempt: prepared, guarantees: batches, executedAfterAll: true }, 'reopen', 'unknown', 'abandoned'],
    ['the only send deferred, and the one before was executed after all', { last: sent({ kind: 'deferred', code: 'BEFORE', reason: 'before', retryAfterSeconds: 7, executedBefore: 'k' }), executedAfterAll: true }, 'reopen', 'unknown', 'abandoned'],
    ['the last attempt rejected, and the one before was executed after all', { attempt: attempt({ number: 3 }), last: sent(rejected(false)), executedAfterAll: true }, 'reopen', 'unknown', 'rejected'],
    ['not found with the key honoured, and the one before was executed after all', { last: notFound, executedAfterAll: true }, 'look_up_later', 'unknown', 'unknown'],
    ['executed as well', { last: looked({ kind: 'executed', ...execution }), executedAfterAll: true }, 'settle_paid', 'paid', 'executed'],
    ['failed before that was known', { payout: 'failed', attempt: attempt({ state: 'rejected' }), executedAfterAll: true }, 'done', 'failed', 'rejected'],

    ['reopened: its execution settles', { payout: 'unknown', attempt: attempt({ state: 'unknown', reopened: true }), last: looked({ kind: 'executed', ...execution }) }, 'settle_paid', 'paid', 'executed'],
    ['reopened: that it was rejected is not believed', { payout: 'unknown', attempt: attempt({ state: 'unknown', reopened: true }), last: looked(rejected(false)) }, 'look_up_later', 'unknown', 'unknown'],
    ['reopened: not found is no proof, and it is not sent again', { payout: 'unknown', attempt: attempt({ state: 'unknown', reopened: true }), last: notFound }, 'stay_unknown', 'unknown', 'unknown'],
    ['reopened: nor where that is a proof otherwise', { guarantees: proving, asOf: at(31), payout: 'unknown', attempt: attempt({ state: 'unknown', reopened: true }), last: notFound }, 'look_up_later', 'unknown', 'unknown'],
    ['reopened: operators have proof', { payout: 'unknown', attempt: attempt({ state: 'unknown', reopened: true }), last: byOperator({ kind: 'not_executed' }) }, 'new_attempt', 'reserved', 'not_executed'],

    ['failed stays failed', { payout: 'failed', attempt: attempt({ state: 'rejected' }), last: looked({ kind: 'executed', ...execution }) }, 'done', 'failed', 'rejected'],
  ])('%s', (_what, changes, step, payout, state) => {
    expect(nextStep(situation(changes))).toMatchObject({ step, payout, attempt: state });
  });

  it('waits as the rail asks after a deferral, and longer after every look', () => {
    expect(nextStep(situation({ last: sent({ kind: 'deferred', code: 'BUSY', reason: 'busy', retryAfterSeconds: 7 }) })).afterSeconds).toBe(7);
    expect([0, 1, 5, 9, 10, 5000].map((looks) => lookUpDelay(looks, situation().policy))).toEqual([1, 2, 32, 512, 600, 600]);
    expect(nextStep(situation({ guarantees: keyless, last: notFound })).afterSeconds).toBe(600);
    expect(nextStep(situation({ last: null })).afterSeconds).toBe(0);
    const accepted = sent({ kind: 'accepted', railReference: 'r' });
    expect(nextStep(situation({ last: accepted })).afterSeconds).toBe(1);
    expect(nextStep(situation({ last: accepted, guarantees: { ...keyed, finalOn: 'accepted' } })).afterSeconds).toBe(0);
  });

  it.each<[Situation['payout'], AttemptFacts | null]>([
    ['submitting', null], ['unknown', attempt({ state: 'rejected' })], ['paid', attempt()], ['paid', null], ['submitting', prepared], ['reserved', attempt()], ['unknown', attempt({ state: 'executed' })],
  ])('refuses a payout that is %s with such an attempt', (payout, facts) => {
    expect(() => nextStep(situation({ payout, attempt: facts }))).toThrow(expect.objectContaining({ code: 'PAYOUT_STATES_CONTRADICT' }));
  });
});

describe('whether bytes may leave', () => {
  it('never for an attempt that is closed or expired, and not outside the key\'s window', () => {
    for (const state of ['executed', 'returned', 'rejected', 'not_executed', 'abandoned'] as const) expect(maySend(attempt({ state }), keyed, at(1))).toBe(false);
    expect(maySend(prepared, keyless, at(1))).toBe(true);
    expect(maySend({ ...prepared, expiresAt: at(1) }, keyless, at(1))).toBe(false);
    expect(maySend(attempt(), keyless, at(1))).toBe(false);
    expect(maySend(attempt(), keyed, at(899))).toBe(true);
    expect(maySend(attempt(), keyed, at(900))).toBe(false);
  });
});
