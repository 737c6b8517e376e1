import { describe, expect, test } from 'vitest';
import { contradicts, notDecidable, operatorMay } from '../../../domain/payouts/decidable.ts';

const SENT = '2026-11-23T09:00:00.000Z';
const attempt = { state: 'unknown', firstSentAt: SENT, lastSentAt: SENT, acceptedAt: null, expiresAt: null } as const;
const silent = { honoursKeysForSeconds: 0, provesNonExecution: 'never', settlesWithinSeconds: 3600 } as const;
const at = (minutes: number): string => new Date(Date.parse(SENT) + minutes * 60_000).toISOString();

test('only of what nobody knows, and "not executed" only when it can no longer execute', () => {
  expect(operatorMay('unknown', attempt, silent, at(30))).toEqual(['confirm', 'wait']);
  expect(notDecidable('unknown', attempt, silent, 'not_executed', at(30))).toMatchObject({ code: 'ATTEMPT_CAN_STILL_EXECUTE', until: at(60) });
  expect(operatorMay('unknown', attempt, silent, at(61))).toEqual(['confirm', 'not_executed', 'wait']);
});

test('one that the rail has is decided about only once it is overdue', () => {
  const accepted = { ...attempt, state: 'accepted', acceptedAt: at(10) } as const;
  expect(notDecidable('submitted', accepted, silent, 'executed', at(70))).toMatchObject({ code: 'PAYOUT_NOT_UNDECIDED', until: at(70) });
  expect(operatorMay('submitted', accepted, silent, at(71))).toEqual(['confirm', 'not_executed', 'wait']);
});

test.each(['reserved', 'submitting', 'paid', 'failed', 'returned'] as const)('a payout that is %s is not decidable', (state) => {
  expect(operatorMay(state, attempt, silent, at(999))).toEqual(['wait']);
});

test.each(['prepared', 'executed', 'returned', 'rejected', 'not_executed', 'abandoned'] as const)('an attempt that is %s is not decidable', (state) => {
  expect(operatorMay('unknown', { ...attempt, state }, silent, at(999))).toEqual(['wait']);
  expect(operatorMay('unknown', null, silent, at(999))).toEqual(['wait']);
});

test('bytes that expire cannot execute after it; a rail that proves non-execution bounds it by that', () => {
  expect(notDecidable('unknown', { ...attempt, expiresAt: at(5) }, { ...silent, provesNonExecution: 'after_expiry' }, 'not_executed', at(5))).toMatchObject({ until: at(5) });
  expect(notDecidable('unknown', { ...attempt, expiresAt: at(5) }, { ...silent, provesNonExecution: 'after_expiry' }, 'not_executed', at(6))).toBeNull();
  const proves = { honoursKeysForSeconds: 0, provesNonExecution: { secondsAfterLastSend: 120 }, settlesWithinSeconds: 3600 } as const;
  expect(notDecidable('unknown', attempt, proves, 'not_executed', at(2))).toMatchObject({ until: at(2) });
  expect(notDecidable('unknown', attempt, proves, 'not_executed', at(3))).toBeNull();
  // One that it had accepted is no longer bounded by that.
  expect(notDecidable('unknown', { ...attempt, acceptedAt: at(1) }, proves, 'not_executed', at(3))).toMatchObject({ until: at(61) });
});

test('for as long as the rail honours the key the same bytes may go out again: until then nobody says that it was not executed', () => {
  const keyed = { honoursKeysForSeconds: 7200, provesNonExecution: 'never', settlesWithinSeconds: 3600 } as const;
  expect(notDecidable('unknown', attempt, keyed, 'not_executed', at(120))).toMatchObject({ code: 'ATTEMPT_CAN_STILL_EXECUTE', until: at(120) });
  expect(notDecidable('unknown', attempt, keyed, 'not_executed', at(121))).toBeNull();
  // Sent again in its last minute: that send has its own time.
  expect(notDecidable('unknown', { ...attempt, lastSentAt: at(119) }, keyed, 'not_executed', at(121))).toMatchObject({ until: at(179) });
  expect(notDecidable('unknown', { ...attempt, acceptedAt: at(1), lastSentAt: at(119) }, keyed, 'not_executed', at(121))).toMatchObject({ until: at(179) });
  expect(notDecidable('unknown', attempt, keyed, 'executed', at(1))).toBeNull();
});

test('what was signed for ever is not decided about: only the rail can show that something else took its place', () => {
  const signed = { ...silent, honoursKeysForSeconds: 'forever' } as const;
  expect(notDecidable('unknown', attempt, signed, 'not_executed', at(9_000_000))).toMatchObject({ code: 'ATTEMPT_CAN_STILL_EXECUTE' });
  expect(operatorMay('unknown', attempt, signed, at(9_000_000))).toEqual(['confirm', 'wait']);
  expect(notDecidable('unknown', { ...attempt, expiresAt: at(5) }, signed, 'not_executed', at(6))).toBeNull();
});

describe('what the rail itself says', () => {
  const executed = { kind: 'executed', railReference: 'r1', executedAt: SENT, amount: '1', currency: 'USD', fee: '0' } as const;
  test.each([
    [executed, 'not_executed', silent, true], [executed, 'executed', silent, false],
    [{ kind: 'pending', railReference: null }, 'not_executed', silent, true], [{ kind: 'pending', railReference: null }, 'executed', silent, false],
    [{ kind: 'rejected', code: 'NO', reason: 'no', retryable: false }, 'executed', silent, true], [{ kind: 'rejected', code: 'NO', reason: 'no', retryable: false }, 'not_executed', silent, false],
    [{ kind: 'not_found' }, 'executed', silent, false], [{ kind: 'not_found' }, 'executed', { ...silent, provesNonExecution: 'after_expiry' }, true], [{ kind: 'not_found' }, 'not_executed', silent, false],
    [{ kind: 'unknown', detail: 'away' }, 'executed', silent, false], [{ kind: 'unknown', detail: 'away' }, 'not_executed', silent, false],
  ] as const)('%o against %s', (answer, outcome, terms, does) => {
    expect(contradicts(answer, outcome, terms) !== null).toBe(does);
  });
});
