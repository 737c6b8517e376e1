import { expect, test } from 'vitest';
import { NO_MONEY } from '../../../domain/statements/money.ts';
import { linesOf, StatementCheck, type StatementEntry, type StatementMovement, type StatementPart } from '../../../domain/statements/statement.ts';

const movement = (state: StatementMovement['state'], amount: string, brokerId = 'alpha'): StatementMovement => ({ state, amount, brokerId, programme: 'cashback', currency: 'USD' });
const entry = (...movements: StatementMovement[]): StatementEntry => ({ movements } as unknown as StatementEntry);
const part = (change: Partial<StatementPart['change']>, brokerId = 'alpha'): StatementPart => ({ brokerId, programme: 'cashback', currency: 'USD', change: { ...NO_MONEY, ...change } } as unknown as StatementPart);
const checked = (entries: StatementEntry[], parts: StatementPart[]): void => {
  const check = new StatementCheck();
  for (const one of entries) check.add(one);
  check.mustMatch(parts);
};

test('entries that explain the change pass; one that is missing, too many or of another part is found', () => {
  const entries = [entry(movement('pending', '0.1')), entry(movement('pending', '-0.1'), movement('available', '0.1')), entry(movement('available', '5', 'beta'))];
  const parts = [part({ available: '0.10' }), part({ available: '5' }, 'beta'), part({}, 'gamma')];
  expect(() => checked(entries, parts)).not.toThrow();
  for (const [some, all] of [[entries.slice(1), parts], [[...entries, entry(movement('held', '0.00000001'))], parts], [entries, parts.slice(0, 1)], [entries, [part({ available: '5.1' }), part({}, 'beta')]]] as const) {
    expect(() => checked([...some], [...all])).toThrow(expect.objectContaining({ code: 'STATEMENT_CHANGED', status: 503 }));
  }
});

test('a journal is a line for each broker that it touches, the same state summed', () => {
  expect(linesOf(entry(movement('available', '-1'), movement('reserved', '1'), movement('available', '-2', 'beta'), movement('available', '-0.5', 'beta')))).toEqual([
    { brokerId: 'alpha', programme: 'cashback', currency: 'USD', money: { available: '-1', reserved: '1' } }, { brokerId: 'beta', programme: 'cashback', currency: 'USD', money: { available: '-2.5' } },
  ]);
});
