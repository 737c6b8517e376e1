import { Decimal, plain } from '../../domain/decimal.ts';
import { sqlOf, type SqlSource, type Tx } from '../connection.ts';
import type { Programme } from './accounts.ts';

/** A user's money in the five states, decimal strings (USD unless said otherwise); available may be below zero. */
export interface MoneyStates { pending: string; available: string; held: string; reserved: string; paid: string }

export interface BalanceOfPart extends MoneyStates { brokerId: string; programme: Programme; currency: string }

export interface UserBalances {
  parts: BalanceOfPart[];
  /** Sum of the parts in USD. */
  total: MoneyStates;
}

const STATES = ['pending', 'available', 'held', 'reserved', 'paid'] as const;

const PARTS = `
  SELECT a.user_id AS "userId", a.broker_id AS "brokerId", a.programme, a.currency,
    coalesce(sum(b.amount) FILTER (WHERE a.kind = 'pending'), 0) AS pending,
    coalesce(sum(b.amount) FILTER (WHERE a.kind = 'available'), 0) AS available,
    coalesce(sum(b.amount) FILTER (WHERE a.kind = 'held'), 0) AS held,
    coalesce(sum(b.amount) FILTER (WHERE a.kind = 'reserved'), 0) AS reserved,
    coalesce(sum(p.paid), 0) AS paid
  FROM public.ledger_account a
  JOIN public.balance b ON b.account_id = a.id
  LEFT JOIN LATERAL (
    SELECT -sum(t.amount) AS paid FROM public.posting t JOIN public.journal j ON j.id = t.journal_id
    WHERE t.account_id = a.id AND ((a.kind = 'reserved' AND j.kind = 'payout_paid') OR (a.kind = 'available' AND j.kind = 'payout_returned'))
  ) p ON a.kind IN ('reserved', 'available')
  WHERE a.user_id = ANY ($1)
  GROUP BY a.user_id, a.broker_id, a.programme, a.currency ORDER BY 1, 2, 3, 4`;

/** The money of one user, per broker and programme and summed; a user without accounts has zeros. */
export async function userBalances(source: SqlSource, userId: string): Promise<UserBalances> {
  return (await balancesOfUsers(source, [userId])).get(userId)!;
}

/** As `userBalances`, for many users in one round trip; every user asked for is in the answer. */
export async function balancesOfUsers(source: SqlSource, userIds: readonly string[]): Promise<Map<string, UserBalances>> {
  const { rows } = await sqlOf(source).query<BalanceOfPart & { userId: string }>({ name: 'ledger-user-balances', text: PARTS, values: [userIds] });
  const parts = new Map<string, BalanceOfPart[]>(userIds.map((id) => [id, []]));
  for (const { userId, ...row } of rows) {
    const part = { ...row };
    for (const state of STATES) part[state] = plain(new Decimal(row[state]));
    parts.get(userId)!.push(part);
  }
  return new Map([...parts].map(([id, list]) => [id, { parts: list, total: totals(list) }]));
}

function totals(parts: readonly BalanceOfPart[]): MoneyStates {
  const total = { pending: '0', available: '0', held: '0', reserved: '0', paid: '0' };
  for (const part of parts) {
    if (part.currency !== 'USD') continue;
    for (const state of STATES) total[state] = plain(new Decimal(total[state]).plus(part[state]));
  }
  return total;
}

export interface LockedAvailable { accountId: string; brokerId: string; programme: Programme; currency: string; amount: string }

/**
 * The user's available balances, locked until the transaction ends, so that what is decided on them still holds when it
 * is posted. Locks are taken in account order.
 */
export async function lockAvailable(tx: Tx, userId: string): Promise<LockedAvailable[]> {
  const { rows } = await tx.client.query<LockedAvailable>(
    `SELECT account_id AS "accountId", broker_id AS "brokerId", programme, currency, amount FROM public.ledger_lock_available($1)`, [userId]);
  return rows.map((row) => ({ ...row, amount: plain(new Decimal(row.amount)) }));
}

/** Users whose available USD over all brokers and programmes reaches `minimum` (a decimal string), in id order after `after`. */
export async function usersWithAvailable(source: SqlSource, minimum: string, after = '', limit = 1000): Promise<{ userId: string; available: string }[]> {
  const { rows } = await sqlOf(source).query<{ userId: string; available: string }>(
    `SELECT a.user_id AS "userId", sum(b.amount) AS available FROM public.ledger_account a JOIN public.balance b ON b.account_id = a.id
     WHERE a.kind = 'available' AND a.currency = 'USD' AND a.user_id > $2
     GROUP BY a.user_id HAVING sum(b.amount) >= $1::numeric ORDER BY a.user_id LIMIT $3`, [minimum, after, limit]);
  return rows.map((row) => ({ userId: row.userId, available: plain(new Decimal(row.available)) }));
}
