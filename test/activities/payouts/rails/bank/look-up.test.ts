import { expect, it } from 'vitest';
import { outcomeOf } from '../../../../../activities/payouts/rails/bank/lookUp.ts';
import type { AttemptHandle } from '../../../../../activities/payouts/rails/rail.ts';
import type { RailEntry } from '../../../../../db/stores/railEntries.ts';

const AT = '2026-11-23T00:00:00.000Z';
const attempt: AttemptHandle = {
  attemptId: 'att_1', payoutId: 'pay_1', idempotencyKey: 'pay_1-1', railReference: 'e-1', facts: {}, replaced: [], amount: '16', currency: 'EUR', destination: {}, preparedAt: AT, firstSentAt: AT, lastSentAt: AT,
};
let no = 0;
const entry = (kind: RailEntry['kind'], of: Partial<RailEntry> = {}): RailEntry => ({
  id: String(++no), messageId: 'm', entryKey: `k-${no}`, kind, idempotencyKey: attempt.idempotencyKey, batchId: 'bat_1', railReference: `r-${no}`, amount: '16', currency: 'EUR', settledUsd: null, fee: null, at: AT,
  code: null, reason: null, payoutId: null, sameAs: null, ...of,
});
const ofTheFile = (kind: RailEntry['kind'], code: string): RailEntry => entry(kind, { idempotencyKey: null, code });

it('booked twice, and one of the two comes back: it stays paid, and nothing goes back to the user', () => {
  expect(outcomeOf(attempt, [entry('executed'), entry('returned')], null)).toMatchObject({ kind: 'returned' });
  expect(outcomeOf(attempt, [entry('executed'), entry('executed'), entry('returned')], null)).toMatchObject({ kind: 'executed', detail: expect.stringMatching(/^BOOKED_TWICE: .* came back$/) });
  // One booking, told by a notification that does not name it and by the statement.
  expect(outcomeOf(attempt, [entry('executed', { railReference: 'e-1' }), entry('executed'), entry('returned')], null)).toMatchObject({ kind: 'returned' });
});

it('what came back, part by part; several words about a part are one', () => {
  const back = (id: string, of: Partial<RailEntry>): RailEntry => entry('returned', { id, ...of });
  const outcome = (...entries: RailEntry[]) => outcomeOf(attempt, [entry('executed', { settledUsd: '20' }), ...entries], null);
  expect(outcome(back('7', { amount: '6' }), back('8', { amount: '6', sameAs: '7', settledUsd: '7.4' }), back('9', { amount: '10', code: 'AC04' })))
    .toMatchObject({ kind: 'returned', returnedAmount: '16', code: 'BANK_AC04', parts: [{ id: '7', amount: '6', creditedUsd: '7.4' }, { id: '9', amount: '10' }] });
  // A dollar account, and no word of the order's currency: by the rate of the debit.
  expect(outcome(back('7', { amount: '5', currency: 'USD', settledUsd: '5' }))).toMatchObject({ returnedAmount: '4', parts: [{ amount: '4', creditedUsd: '5' }] });
  expect(outcome(back('7', { amount: '5', currency: 'USD', settledUsd: '5' }), back('8', { amount: '4.02', sameAs: '7' }))).toMatchObject({ parts: [{ id: '7', amount: '4.02', creditedUsd: '5' }] });
  expect(outcome(back('7', { amount: '16' }), back('8', { amount: '9' }))).toMatchObject({ returnedAmount: '16' });
  expect(outcome(back('7', { amount: '5', currency: 'CHF' }))).toMatchObject({ kind: 'unknown', detail: expect.stringMatching(/^RETURNED_IN_OTHER_CURRENCY/) });
});

it('a file that is rejected after it was taken: nobody knows, and operators may say', () => {
  expect(outcomeOf(attempt, [ofTheFile('rejected', 'AM04')], null)).toMatchObject({ kind: 'rejected', code: 'BANK_AM04' });
  expect(outcomeOf(attempt, [ofTheFile('accepted', 'ACCP'), ofTheFile('rejected', 'AM04')], null)).toMatchObject({ kind: 'unknown' });
});

it('what the bank said long ago holds no longer', () => {
  const accepted = [entry('accepted', { code: 'ACCP' })];
  expect(outcomeOf(attempt, accepted, null)).toMatchObject({ kind: 'pending' });
  expect(outcomeOf(attempt, accepted, null, true)).toMatchObject({ kind: 'unknown', detail: expect.stringContaining('ACCP') });
  expect(outcomeOf(attempt, [...accepted, entry('executed')], null, true)).toMatchObject({ kind: 'executed' });
});
