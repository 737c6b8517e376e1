import { expect, test } from 'vitest';
import { USER_ACCOUNTS } from '../../../db/ledger/accounts.ts';
import { JOURNAL_KINDS } from '../../../db/ledger/kinds.ts';
import { figureOf, kindInWords, USER_KINDS } from '../../../domain/statements/kinds.ts';

test('every kind of journal that can touch a user\'s money is in words, and no other', () => {
  const own = (kinds: readonly string[]): boolean => kinds.some((kind) => (USER_ACCOUNTS as readonly string[]).includes(kind));
  expect(Object.keys(USER_KINDS).sort()).toEqual(Object.entries(JOURNAL_KINDS).filter(([, rule]) => own(rule.down) || own(rule.up)).map(([name]) => name).sort());
});

test('a kind counts as a figure exactly where money comes from outside or leaves', () => {
  const users = new Set<string>(USER_ACCOUNTS);
  for (const [name, rule] of Object.entries(JOURNAL_KINDS).filter(([name]) => name in USER_KINDS)) {
    const inside = rule.down.every((kind) => users.has(kind)) && rule.up.every((kind) => users.has(kind));
    expect([name, figureOf(name) === null]).toEqual([name, inside]);
  }
});

test('a kind that is not known reads as its own name', () => {
  expect([kindInWords('payout_paid'), kindInWords('some_new_kind'), kindInWords('toString'), figureOf('toString')]).toEqual(['Paid out', 'some new kind', 'toString', null]);
});
