import { Decimal, plain } from '../decimal.ts';

/** The states of a user's money; `paid` is what has left for good: paid out less what came back. */
export const MONEY_STATES = ['pending', 'available', 'held', 'reserved', 'paid'] as const;
export type MoneyState = (typeof MONEY_STATES)[number];

/** Decimal texts by state. */
export type Money = Record<MoneyState, string>;

export const NO_MONEY: Readonly<Money> = { pending: '0', available: '0', held: '0', reserved: '0', paid: '0' };

/** Added state by state, exactly. */
export function addMoney(a: Readonly<Money>, b: Readonly<Partial<Money>>): Money {
  const sum = { ...NO_MONEY };
  for (const state of MONEY_STATES) sum[state] = plain(new Decimal(a[state]).plus(b[state] ?? 0));
  return sum;
}

/** What the user has with us: everything but what was paid. */
export function owed(money: Readonly<Money>): string {
  return plain(new Decimal(money.pending).plus(money.available).plus(money.held).plus(money.reserved));
}
