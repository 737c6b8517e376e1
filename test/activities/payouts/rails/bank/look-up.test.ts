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
  expect(outcomeOf(attempt, [entry('executed'), entry('returned')], null, AT)).toMatchObject({ kind: 'returned' });
  expect(outcomeOf(attempt, [entry('executed'), entry('executed'), entry('returned')], null, AT)).toMatchObject({ kind: 'executed', detail: expect.stringMatching(/^BOOKED_TWICE: .* came back$/) });
  // One booking, told by a notification and by the statement.
  expect(outcomeOf(attempt, [entry('executed', { id: '90', railReference: 'e-1' }), entry('executed', { sameAs: '90' }), entry('returned')], null, AT)).toMatchObject({ kind: 'returned' });
});

it('booked twice, and both come back, one of them in part: what is more than was booked beyond the order is given back', () => {
  const twice = [entry('executed'), entry('executed')];
  const back = (id: string, of: Partial<RailEntry> = {}): RailEntry => entry('returned', { id, code: 'AC04', ...of });
  expect(outcomeOf(attempt, [...twice, back('70'), back('71')], null, AT)).toMatchObject({ kind: 'returned', returnedAmount: '16', parts: [{ id: '71', amount: '16' }] });
  expect(outcomeOf(attempt, [...twice, back('70'), back('71', { amount: '6' })], null, AT)).toMatchObject({ kind: 'returned', returnedAmount: '6', parts: [{ id: '71', amount: '6' }] });
  expect(outcomeOf(attempt, [...twice, back('70', { amount: '20', settledUsd: '25' })], null, AT)).toMatchObject({ kind: 'returned', parts: [{ id: '70', amount: '4', creditedUsd: '5' }] });
  // A debit that was taken back stands against the second booking before what was sent back does.
  expect(outcomeOf(attempt, [...twice, back('70'), back('71', { code: 'RVSL' })], null, AT)).toMatchObject({ kind: 'returned', parts: [{ id: '70', amount: '16' }] });
});

it('a debit that is taken back without a word of a return may be booked again: nothing goes back for two weeks', () => {
  const reversed = entry('returned', { id: '70', code: 'RVSL' });
  const later = (days: number): string => new Date(Date.parse(AT) + days * 86_400_000).toISOString();
  const said = (entries: RailEntry[], days: number) => outcomeOf(attempt, [entry('executed'), ...entries], null, later(days));
  expect(said([reversed], 0)).toMatchObject({ kind: 'unknown', detail: expect.stringMatching(/^REVERSED: /) });
  expect(said([reversed], 13)).toMatchObject({ kind: 'unknown' });
  expect(said([reversed], 14)).toMatchObject({ kind: 'returned', code: 'BANK_RVSL', parts: [{ id: '70', amount: '16' }] });
  expect(said([reversed, entry('executed')], 14)).toMatchObject({ kind: 'executed', detail: expect.stringMatching(/^BOOKED_TWICE: .* came back$/) });
  expect(said([reversed, entry('returned', { sameAs: '70', code: 'AC04' })], 0)).toMatchObject({ kind: 'returned', code: 'BANK_AC04' });
  expect(said([reversed, entry('returned', { id: '71', amount: '6', code: 'AC04' })], 0)).toMatchObject({ kind: 'returned', returnedAmount: '6', parts: [{ id: '71' }] });
});

it('what came back, part by part; several words about a part are one', () => {
  const back = (id: string, of: Partial<RailEntry>): RailEntry => entry('returned', { id, ...of });
  const outcome = (...entries: RailEntry[]) => outcomeOf(attempt, [entry('executed', { settledUsd: '20' }), ...entries], null, AT);
  expect(outcome(back('7', { amount: '6' }), back('8', { amount: '6', sameAs: '7', settledUsd: '7.4' }), back('9', { amount: '10', code: 'AC04' })))
    .toMatchObject({ kind: 'returned', returnedAmount: '16', code: 'BANK_AC04', parts: [{ id: '7', amount: '6', creditedUsd: '7.4' }, { id: '9', amount: '10' }] });
  // A dollar account, and no word of the order's currency: by the rate of the debit.
  expect(outcome(back('7', { amount: '5', currency: 'USD', settledUsd: '5' }))).toMatchObject({ returnedAmount: '4', parts: [{ amount: '4', creditedUsd: '5' }] });
  expect(outcome(back('7', { amount: '5', currency: 'USD', settledUsd: '5' }), back('8', { amount: '4.02', sameAs: '7' }))).toMatchObject({ parts: [{ id: '7', amount: '4.02', creditedUsd: '5' }] });
  expect(outcome(back('7', { amount: '16' }), back('8', { amount: '9' }))).toMatchObject({ returnedAmount: '16' });
  expect(outcome(back('7', { amount: '5', currency: 'CHF' }))).toMatchObject({ kind: 'unknown', detail: expect.stringMatching(/^RETURNED_IN_OTHER_CURRENCY/) });
});

it('a file that is rejected after it was taken: nobody knows, and operators may say', () => {
  expect(outcomeOf(attempt, [ofTheFile('rejected', 'AM04')], null, AT)).toMatchObject({ kind: 'rejected', code: 'BANK_AM04' });
  expect(outcomeOf(attempt, [ofTheFile('accepted', 'ACCP'), ofTheFile('rejected', 'AM04')], null, AT)).toMatchObject({ kind: 'unknown' });
});

it('no proof that it was not paid: a file rejected without a reason, a transfer rejected and settled, a repetition', () => {
  for (const code of ['NARR', 'RJCT', 'MS03', 'X-99']) expect(outcomeOf(attempt, [ofTheFile('rejected', code)], null, AT)).toMatchObject({ kind: 'unknown', detail: expect.stringContaining('does not say why') });
  expect(outcomeOf(attempt, [entry('rejected', { code: 'NARR' })], null, AT)).toMatchObject({ kind: 'rejected' });
  const settled = entry('accepted', { code: 'ACSC' });
  for (const both of [[settled, entry('rejected', { code: 'AC04' })], [entry('rejected', { code: 'AC04' }), settled], [entry('accepted', { code: 'G000', entryKey: 'accepted:bat1:e-1:ACCC:G000' }), entry('rejected', { code: 'AC04' })]]) {
    expect(outcomeOf(attempt, both, null, AT)).toMatchObject({ kind: 'unknown', detail: expect.stringContaining('settled') });
  }
  expect(outcomeOf(attempt, [entry('accepted', { code: 'ACSP' }), entry('rejected', { code: 'AC04' })], null, AT)).toMatchObject({ kind: 'rejected' });
  expect(outcomeOf(attempt, [ofTheFile('pending', 'DU01')], null, AT)).toMatchObject({ kind: 'unknown' });
  // Told in one report: the file is rejected, and this transfer of it taken.
  expect(outcomeOf(attempt, [entry('accepted', { code: 'ACCP' }), ofTheFile('rejected', 'AM18')], null, AT)).toMatchObject({ kind: 'unknown' });
});

it('an account without money is asked again a day later', () => {
  expect(outcomeOf(attempt, [entry('rejected', { code: 'AM04' })], null, AT)).toMatchObject({ kind: 'rejected', retryable: true, retryAfterSeconds: 86_400 });
  expect(outcomeOf(attempt, [entry('rejected', { code: 'AC04' })], null, AT)).not.toHaveProperty('retryAfterSeconds');
});

it('what the bank said long ago holds no longer', () => {
  const accepted = [entry('accepted', { code: 'ACCP' })];
  expect(outcomeOf(attempt, accepted, null, AT)).toMatchObject({ kind: 'pending' });
  expect(outcomeOf(attempt, accepted, null, AT, true)).toMatchObject({ kind: 'unknown', detail: expect.stringContaining('ACCP') });
  expect(outcomeOf(attempt, [...accepted, entry('executed')], null, AT, true)).toMatchObject({ kind: 'executed' });
});
