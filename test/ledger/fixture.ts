import type pg from 'pg';
import { createPool } from '../../db/connection.ts';
import type { AccountRef, Programme } from '../../db/ledger/accounts.ts';
import type { JournalDraft, JournalKind } from '../../db/ledger/journals.ts';
import { freshDatabase, type FreshDatabase } from '../support/database.ts';

export interface LedgerFixture {
  database: FreshDatabase;
  /** As the application's role. */
  app: pg.Pool;
  /** As the tables' owner, a superuser in tests. */
  owner: pg.Pool;
  close(): Promise<void>;
}

export async function ledgerFixture(): Promise<LedgerFixture> {
  const database = await freshDatabase();
  const app = createPool(database.appUrl, { onError: () => undefined });
  const owner = createPool(database.ownerUrl, { onError: () => undefined });
  return {
    database, app, owner,
    async close() {
      await app.end();
      await owner.end();
      await database.drop();
    },
  };
}

export const BROKER = 'ava';
export const AT = '2026-11-16T10:00:00.000Z';

export function user(kind: 'pending' | 'available' | 'held' | 'reserved', userId: string, brokerId = BROKER, programme: Programme = 'cashback'): AccountRef {
  return { kind, userId, brokerId, programme };
}

export const expense: AccountRef = { kind: 'cashback_expense', brokerId: BROKER };
export const clearing: AccountRef = { kind: 'rail_clearing', rail: 'sandbox' };

/** A journal that moves `amount` from one account to another. */
export function move(key: string, kind: JournalKind, amount: string, from: AccountRef, to: AccountRef, effectiveAt = AT): JournalDraft {
  return { key, kind, effectiveAt, cause: { type: 'test', id: key }, postings: [{ account: from, amount: `-${amount}` }, { account: to, amount }] };
}

export const posted = (key: string, userId: string, amount: string) => move(key, 'accrual_posted', amount, expense, user('pending', userId));
export const cleared = (key: string, userId: string, amount: string) => move(key, 'accrual_cleared', amount, user('pending', userId), user('available', userId));
export const reserved = (key: string, userId: string, amount: string) => move(key, 'payout_reserved', amount, user('available', userId), user('reserved', userId));
export const paid = (key: string, userId: string, amount: string) => move(key, 'payout_paid', amount, user('reserved', userId), clearing);
export const returned = (key: string, userId: string, amount: string) => move(key, 'payout_returned', amount, clearing, user('available', userId));
export const released = (key: string, userId: string, amount: string) => move(key, 'payout_released', amount, user('reserved', userId), user('available', userId));
export const clawback = (key: string, userId: string, amount: string) => move(key, 'clawback', amount, user('available', userId), expense);

/** Posts `amount` as cleared money of `userId`, so that there is something to spend. */
export function funded(userId: string, amount: string): JournalDraft[] {
  return [posted(`fund:${userId}:${amount}:posted`, userId, amount), cleared(`fund:${userId}:${amount}:cleared`, userId, amount)];
}
