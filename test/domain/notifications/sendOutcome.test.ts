import { describe, expect, test } from 'vitest';
import { nextAttemptAt, RETRY_AFTER_SECONDS } from '../../../domain/notifications/backOff.ts';
import { MAIL_MOVES, MAIL_STATES, mailStatesBefore } from '../../../domain/notifications/mailStates.ts';
import { type SendFailure, verdictOn } from '../../../domain/notifications/sendOutcome.ts';
import fc from '../../support/properties.ts';

const AT = '2026-11-16T09:00:00.000Z';
const verdict = (step: SendFailure['step'], code: number | null, said = 'no', attempts = 1) => verdictOn({ step, code, said }, attempts, AT);

test.each([
  ['recipient', 550, '550 5.1.1 unknown', 'bounced', 'hard'],
  ['recipient', 553, 'no such name', 'bounced', 'hard'],
  ['message', 550, '550 5.1.1 unknown', 'bounced', 'hard'],
  ['message', 550, '550-5.2.1 disabled', 'bounced', 'hard'],
  ['message', 554, '554 5.7.1 spam', 'failed', 'soft'],
  ['message', 550, '550 refused', 'failed', 'soft'],
  ['sender', 550, '550 5.7.1 not you', 'queued', null],
  ['recipient', 452, '452 4.2.2 full', 'queued', 'soft'],
  ['message', 451, 'later', 'queued', null],
  ['connection', 421, 'closing', 'queued', null],
  ['connection', null, 'ETIMEDOUT', 'queued', null],
] as const)('refused at the %s with %s (%s): %s', (step, code, said, state, bounce) => {
  expect(verdict(step, code, said)).toMatchObject({ state, bounce });
});

test('only what says that an address does not exist blocks one', () => {
  expect.hasAssertions();
  fc.assert(fc.property(fc.constantFrom<SendFailure['step']>('sender', 'recipient', 'message', 'connection'), fc.option(fc.integer({ min: 400, max: 599 })), fc.string(), fc.integer({ min: 1, max: 12 }), (step, code, said, attempts) => {
    const { bounce, state } = verdict(step, code, said, attempts);
    if (bounce === 'hard') expect([code! >= 500, state, step === 'recipient' || /^5\d\d[ -]5\./.test(said)]).toEqual([true, 'bounced', true]);
    if (code === null || code < 500) expect(bounce).not.toBe('hard');
  }));
});

describe('back-off', () => {
  test('grows, and ends after some three days', () => {
    expect(RETRY_AFTER_SECONDS.toSorted((a, b) => a - b)).toEqual(RETRY_AFTER_SECONDS);
    expect(RETRY_AFTER_SECONDS.reduce((sum, seconds) => sum + seconds, 0) / 86_400).toBeGreaterThan(2.9);
    expect(nextAttemptAt(1, AT)).toBe('2026-11-16T09:01:00.000Z');
    expect(nextAttemptAt(RETRY_AFTER_SECONDS.length + 1, AT)).toBeNull();
  });
  test('the last refusal for now is the end', () => {
    const last = RETRY_AFTER_SECONDS.length + 1;
    expect(verdict('recipient', 451, 'later', last - 1)).toMatchObject({ state: 'queued' });
    expect(verdict('recipient', 451, 'later', last)).toEqual({ state: 'failed', reason: 'TRIES_USED_UP: later', bounce: 'soft' });
  });
});

test('a mail that ended never begins again; only a sent one can still come back', () => {
  expect(MAIL_STATES.filter((state) => MAIL_MOVES[state].length === 0)).toEqual(['suppressed', 'failed', 'bounced']);
  expect(mailStatesBefore('sending')).toEqual(['queued', 'sending']);
  expect(MAIL_MOVES.sent).toEqual(['bounced']);
});
