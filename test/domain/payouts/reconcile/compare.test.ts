import { describe, expect, test } from 'vitest';
import { Decimal, sum } from '../../../../domain/decimal.ts';
import { compareWithRecord } from '../../../../domain/payouts/reconcile/compare.ts';
import type { OwnAttempt, OwnItem, RecordItem } from '../../../../domain/payouts/reconcile/items.ts';
import fc from '../../../support/properties.ts';

const AT = '2026-11-23T09:00:00.000Z';
const attempt = (id: string, set: Partial<OwnAttempt> = {}): OwnAttempt => ({ id: `att_${id}`, idempotencyKey: `${id}-1`, state: 'executed', references: [`ref-${id}`], sends: 1, looks: 0, detail: null, ...set });
const payout = (id: string, set: Partial<OwnItem> = {}): OwnItem => ({ id: `pay_${id}`, state: 'paid', amount: '20', payAmount: '20', payCurrency: 'USD', settledUsd: '20', posted: '20', attempts: [attempt(id)], ...set });
let lines = 0;
const line = (id: string, set: Partial<RecordItem> = {}): RecordItem => ({ sequence: String(++lines), kind: 'executed', at: AT, idempotencyKey: `${id}-1`, payoutId: null, railReference: `ref-${id}`, amount: '20', currency: 'USD', ...set });
const compare = (payouts: OwnItem[], record: RecordItem[], options: { ledger?: string; before?: string | null } = {}) =>
  compareWithRecord({ rail: 'bank', payouts, record, ledgerTotal: options.ledger ?? sum(payouts.map(({ posted }) => posted)).toFixed() }, options.before ?? null);
const codes = (...of: Parameters<typeof compare>) => compare(...of).differences.map(({ code, subject }) => `${code} ${subject}`);

describe('whom a line is about', () => {
  test('by key, by the reference of any bytes of an attempt, by payout id; agreement says nothing', () => {
    const replaced = payout('b', { attempts: [attempt('b', { idempotencyKey: 'other', references: ['first', 'second'] })] });
    const record = [line('a', { railReference: 'another name' }), line('b', { idempotencyKey: null, railReference: 'first' }), line('c', { idempotencyKey: null, railReference: 'x', payoutId: 'pay_c' })];
    expect(compare([payout('a'), replaced, payout('c')], record)).toEqual({ differences: [], items: 3, railTotal: '60', ledgerTotal: '60' });
  });

  test('a reference that two payouts have (of a file) names neither of them', () => {
    const shared = (id: string) => payout(id, { attempts: [attempt(id, { references: ['file-1'] })] });
    const stranger = line('z', { idempotencyKey: null, railReference: 'file-1' });
    expect(codes([shared('a'), shared('b')], [line('a'), line('b'), stranger])).toEqual([`NOT_OURS ${stranger.sequence}`, 'CLEARING_DIFFERS bank']);
  });

  test('the same line twice counts once', () => {
    const one = line('a');
    expect(compare([payout('a')], [one, { ...one }])).toMatchObject({ differences: [], items: 1 });
  });
});

test.each<[string, OwnItem, RecordItem[], string[]]>([
  ['paid twice, although the ledger balances', payout('a', { posted: '40', settledUsd: '20' }), [line('a'), line('a')], ['PAID_TWICE pay_a']],
  ['paid twice, and one of them came back', payout('a'), [line('a'), line('a'), line('a', { kind: 'returned' })], []],
  ['paid twice, and both came back', payout('a', { state: 'returned', posted: '0' }), [line('a'), line('a'), line('a', { kind: 'returned' }), line('a', { kind: 'returned' })], []],
  ['came back, and was executed again', payout('a', { state: 'returned', posted: '0' }), [line('a'), line('a', { kind: 'returned' }), line('a')], ['PAID_TWICE pay_a', 'CLEARING_DIFFERS bank']],
  ['paid twice, and a part came back', payout('a'), [line('a'), line('a'), line('a', { kind: 'returned', amount: '5' })], ['PAID_TWICE pay_a', 'RETURN_NOT_POSTED pay_a', 'CLEARING_DIFFERS bank']],
  ['paid here, never executed there', payout('a'), [], ['PAID_NOT_EXECUTED pay_a', 'CLEARING_DIFFERS bank']],
  ['executed, and open here', payout('a', { state: 'submitted', posted: '0', settledUsd: null, attempts: [attempt('a', { state: 'accepted' })] }), [line('a')], ['EXECUTED_NOT_PAID pay_a', 'CLEARING_DIFFERS bank']],
  ['given back, and executed', payout('a', { state: 'failed', posted: '0', settledUsd: null, attempts: [attempt('a', { state: 'not_executed' })] }), [line('a')], ['FAILED_BUT_EXECUTED pay_a', 'CLEARING_DIFFERS bank']],
  ['an attempt that was taken for dead executed while another is open', payout('a', { state: 'submitting', posted: '0', settledUsd: null, attempts: [attempt('a', { state: 'not_executed' }), attempt('a', { id: 'att_2', idempotencyKey: 'a-2', state: 'sent', references: [] })] }),
    [line('a')], ['FAILED_BUT_EXECUTED pay_a', 'CLEARING_DIFFERS bank']],
  ['another amount', payout('a'), [line('a', { amount: '19' })], ['AMOUNT_DIFFERS pay_a', 'CLEARING_DIFFERS bank']],
  ['another currency', payout('a'), [line('a', { currency: 'EUR', settledUsd: '20' })], ['AMOUNT_DIFFERS pay_a']],
  ['came back, and paid here', payout('a'), [line('a'), line('a', { kind: 'returned', railReference: 'r-a' })], ['RETURN_NOT_POSTED pay_a', 'CLEARING_DIFFERS bank']],
  ['came back here only', payout('a', { state: 'returned', posted: '0' }), [line('a')], ['RETURN_NOT_ON_RECORD pay_a', 'CLEARING_DIFFERS bank']],
  ['settled at another price than was posted', payout('a'), [line('a', { settledUsd: '20.01' })], ['LEDGER_DIFFERS pay_a', 'CLEARING_DIFFERS bank']],
  ['unknown, and nothing on the record', payout('a', { state: 'unknown', posted: '0', settledUsd: null, attempts: [attempt('a', { state: 'unknown', detail: 'no answer' })] }), [], ['UNKNOWN_OUTCOME pay_a']],
])('%s', (_name, own, record, expected) => {
  expect(codes([own], record)).toEqual(expected);
});

test('an unknown outcome says what is known', () => {
  const own = payout('a', { state: 'unknown', posted: '0', settledUsd: null, attempts: [attempt('a', { state: 'unknown', detail: 'no answer' })] });
  expect(compare([own], []).differences[0]).toMatchObject({ detail: "Nobody knows whether it was paid. The rail's record has nothing of it. Last answer: no answer", facts: { onRecord: 'nothing', attempts: '1', attemptId: 'att_a' } });
  expect(compare([own], [line('a')]).differences.map(({ code, facts }) => [code, facts['onRecord']])).toEqual([['UNKNOWN_OUTCOME', 'executed'], ['EXECUTED_NOT_PAID', undefined], ['CLEARING_DIFFERS', undefined]]);
});

test('USD of another currency: as the rail settled, else as the payout was; of a part that came back its share', () => {
  const euro = payout('a', { amount: '21.6', payAmount: '20', payCurrency: 'EUR', settledUsd: '21.5', posted: '21.5' });
  expect(compare([euro], [line('a', { currency: 'EUR' })])).toMatchObject({ differences: [], railTotal: '21.5' });
  const back = { ...euro, state: 'returned' as const, posted: '5.375' };
  expect(compare([back], [line('a', { currency: 'EUR' }), line('a', { kind: 'returned', currency: 'EUR', amount: '15' })])).toMatchObject({ differences: [], railTotal: '5.375' });
  const stranger = line('x', { currency: 'EUR' });
  expect(compare([euro], [line('a', { currency: 'EUR' }), stranger]).differences.map(({ code }) => code)).toEqual(['NOT_OURS']);
});

test('what came back in parts agrees to the last digit; a part that is not posted, or what a bank credited for one, is for a look-up', () => {
  const euro = payout('a', { amount: '21.6', payAmount: '3', payCurrency: 'EUR', settledUsd: '10', posted: '10' });
  const back = (posted: string) => ({ ...euro, state: 'returned' as const, posted });
  const out = line('a', { currency: 'EUR', amount: '3' });
  const part = (set: Partial<RecordItem> = {}) => line('a', { kind: 'returned', currency: 'EUR', amount: '1', railReference: 'r-a', ...set });
  // Each third alone is 3.33333333.
  expect(codes([back('6.66666667')], [out, part()])).toEqual([]);
  expect(codes([back('3.33333334')], [out, part(), part()])).toEqual([]);
  expect(codes([back('0')], [out, part(), part(), part()])).toEqual([]);
  expect(codes([back('6.66666667')], [out, part(), part()])).toEqual(['RETURN_NOT_POSTED pay_a', 'CLEARING_DIFFERS bank']);
  expect(codes([back('6.8')], [out, part({ settledUsd: '3.2' })])).toEqual([]);
  expect(codes([back('6.66666667')], [out, part({ settledUsd: '3.2' })])).toEqual(['RETURN_NOT_POSTED pay_a', 'CLEARING_DIFFERS bank']);
});

test('what look-ups mend is no case while it is on its way, nor does the clearing differ for it; from before the first look it is', () => {
  const open = payout('a', { state: 'submitted', posted: '0', settledUsd: null, attempts: [attempt('a', { state: 'accepted' })] });
  const came = payout('b');
  const record = [line('a'), line('b'), line('b', { kind: 'returned', railReference: 'r-b', at: '2026-11-23T09:00:00Z', amount: '15' })];
  expect(codes([open, came], record, { before: AT })).toEqual([]);
  expect(codes([open, came], record, { before: '2026-11-23T09:00:00.001Z' })).toEqual(['EXECUTED_NOT_PAID pay_a', 'RETURN_NOT_POSTED pay_b', 'CLEARING_DIFFERS bank']);
  // Paid twice stays a case however new it is.
  expect(codes([open], [line('a'), line('a')], { before: AT })).toEqual(['PAID_TWICE pay_a']);
});

test('whatever was paid and came back as ordered agrees; any one line more, less or changed is found', () => {
  const amount = fc.bigInt({ min: 1n, max: 10n ** 9n }).map((units) => new Decimal(units.toString()).dividedBy(100).toFixed());
  fc.assert(fc.property(fc.array(fc.record({ amount, returned: fc.boolean() }), { minLength: 1, maxLength: 8 }), fc.nat(), fc.constantFrom('drop', 'double', 'change', 'stranger'), (all, pick, fault) => {
    const payouts = all.map((one, i) => payout(String(i), { state: one.returned ? 'returned' : 'paid', amount: one.amount, payAmount: one.amount, settledUsd: one.amount, posted: one.returned ? '0' : one.amount }));
    const record = all.flatMap((one, i) => [line(String(i), { amount: one.amount }), ...(one.returned ? [line(String(i), { kind: 'returned', amount: one.amount, railReference: `r-${i}` })] : [])]);
    expect(codes(payouts, record)).toEqual([]);
    const at = pick % record.length;
    const changed = record.toSpliced(at, 1, ...(fault === 'drop' ? [] : fault === 'double' ? [record[at]!, { ...record[at]!, sequence: 'again' }]
      : fault === 'change' ? [{ ...record[at]!, amount: new Decimal(record[at]!.amount).plus('0.01').toFixed() }] : [record[at]!, line('stranger')]));
    expect(codes(payouts, changed)).not.toEqual([]);
  }), { numRuns: 200 });
});
