import { describe, expect, test } from 'vitest';
import { accountCode } from '../../db/ledger/accounts.ts';
import { canonical, type JournalDraft } from '../../db/ledger/draft.ts';
import { expense, posted, reserved, user } from './fixture.ts';

const base = posted('k', 'usr_1', '1.5');

describe('a draft', () => {
  test('has one canonical form: merged, sorted, plain decimals, UTC milliseconds', () => {
    const split: JournalDraft = { ...base, effectiveAt: '2026-11-16T11:00:00+01:00', postings: [
      { account: user('pending', 'usr_1'), amount: '0.50' }, { account: expense, amount: '-1.500' }, { account: user('pending', 'usr_1'), amount: '1.00000000' }] };
    expect(canonical(split)).toEqual(canonical(base));
    expect(canonical(base)).toMatchObject({ codes: ['cashback_expense:ava', 'pending:usr_1:ava:cashback'], amounts: ['-1.5', '1.5'], currency: 'USD', effectiveAt: '2026-11-16T10:00:00.000Z' });
  });

  test.each([
    ['LEDGER_UNBALANCED', { postings: [{ account: expense, amount: '-1' }, { account: user('pending', 'usr_1'), amount: '1.00000001' }] }],
    ['LEDGER_UNBALANCED', { postings: [{ account: user('pending', 'usr_1'), amount: '1' }] }],
    ['LEDGER_JOURNAL_EMPTY', { postings: [] }],
    ['LEDGER_AMOUNT', { postings: [{ account: expense, amount: '-0' }, { account: user('pending', 'usr_1'), amount: '0' }] }],
    ['LEDGER_AMOUNT', { postings: [{ account: expense, amount: '-0.000000001' }, { account: user('pending', 'usr_1'), amount: '0.000000001' }] }],
    ['LEDGER_AMOUNT', { postings: [{ account: user('pending', 'usr_1'), amount: 'NaN' }] }],
    ['LEDGER_AMOUNT', { postings: [{ account: expense, amount: '-1e3' }, { account: user('pending', 'usr_1'), amount: '1000' }] }],
    ['LEDGER_KIND', { kind: 'payout_paid' }],
    ['LEDGER_KIND', { kind: 'gift' as never }],
    ['LEDGER_INSTANT', { effectiveAt: '2026-11-16T10:00:00' }],
    ['LEDGER_INSTANT', { effectiveAt: '2026-11-16T10:00:00.0001Z' }],
    ['LEDGER_INSTANT', { effectiveAt: '2026-13-16T10:00:00Z' }],
  ] satisfies [string, Partial<JournalDraft>][])('is refused with %s where %o', (code, change) => {
    expect(() => canonical({ ...base, ...change })).toThrow(expect.objectContaining({ code }));
  });

  test('that moves money to and fro on the same accounts moves nothing', () => {
    expect(() => canonical({ ...reserved('k', 'usr_1', '1'), kind: 'accrual_posted', postings: [...base.postings, ...base.postings.map((p) => ({ ...p, amount: p.amount.startsWith('-') ? p.amount.slice(1) : `-${p.amount}` }))] }))
      .toThrow(expect.objectContaining({ code: 'LEDGER_KIND' }));
  });
});

test('an account name that would read as another account is refused', () => {
  expect(accountCode(user('held', 'usr_1', 'ava', 'partner'))).toBe('held:usr_1:ava:partner');
  expect(accountCode({ kind: 'rail_cash', rail: 'sandbox' })).toBe('rail_cash:sandbox');
  for (const userId of ['usr:1', '', 'usr 1']) expect(() => accountCode(user('held', userId))).toThrow(expect.objectContaining({ code: 'LEDGER_ACCOUNT_NAME' }));
});
