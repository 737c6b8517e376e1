import type { Pool } from 'pg';
import { withTransaction } from '../../db/connection.ts';
import { type JournalDraft, postJournals } from '../../db/ledger/journals.ts';
import { recordConfirmedOwnership } from '../../db/stores/ownership.ts';
import { recordVerified } from '../../db/stores/recordVerified.ts';
import { newId } from '../../domain/ids.ts';

export const LONG_AGO = '2026-01-05T00:00:00.000Z';
/** A screening of long ago that is never too old. */
export const FAR_AHEAD = '2100-01-01T00:00:00.000Z';

/** A broker and a methodology with a payout minimum of 10 USD, in force since long ago. */
export async function seedBase(pool: Pool, brokers: readonly string[] = ['ava']): Promise<void> {
  for (const id of brokers) await pool.query('INSERT INTO broker (id, name, created_at) VALUES ($1, $1, $2) ON CONFLICT DO NOTHING', [id, LONG_AGO]);
  await pool.query(
    `INSERT INTO methodology (id, version, effective_from, pending_period, payout_minimum, tier_window_days, tiers, changelog)
     VALUES ($1, 1, $2, 'P7D', 10, 30, '[{"name":"base","fromLots":"0","multiplier":"1"}]', 'first')`, [newId('methodology'), LONG_AGO]);
}

export interface SeedUser {
  /** USD available by broker; a negative one is what a clawback left. */
  available?: Record<string, string>;
  /** null: no payout method. */
  account?: string | null;
  rail?: string;
  /** In place of `account`: the whole destination as its rail wants it. */
  destination?: Record<string, string>;
  ownership?: 'confirmed' | 'missing';
  /** Who he is and his screening. */
  verified?: boolean;
  status?: 'active' | 'suspended';
}

/** A verified user with a verified link, a payout method, a confirmed ownership and money available, unless said otherwise. */
export async function seedUser(pool: Pool, user: SeedUser = {}): Promise<{ userId: string; accountLinkId: string }> {
  const userId = newId('user');
  const accountLinkId = newId('accountLink');
  await withTransaction(pool, async (tx) => {
    const { client } = tx;
    await client.query('INSERT INTO app_user (id, external_id, status, created_at) VALUES ($1, $1, $2, $3)', [userId, user.status ?? 'active', LONG_AGO]);
    const broker = Object.keys(user.available ?? {})[0] ?? 'ava';
    const accountId = newId('tradingAccount');
    await client.query(`INSERT INTO trading_account (id, broker_id, server, login, type, created_at) VALUES ($1, $2, 'live', $1, 'standard', $3)`, [accountId, broker, LONG_AGO]);
    await client.query(`INSERT INTO account_link (id, trading_account_id, user_id, status, requested_at, decided_at) VALUES ($1, $2, $3, 'verified', $4, $4)`, [accountLinkId, accountId, userId, LONG_AGO]);
    if (user.account !== null) {
      await client.query('INSERT INTO payout_method (id, user_id, rail, destination, created_at, confirmed_at, usable_from) VALUES ($1, $2, $3, $4, $5, $5, $5)',
        [newId('payoutMethod'), userId, user.rail ?? 'sandbox', JSON.stringify(user.destination ?? { account: user.account ?? `acc-${userId.slice(-12)}` }), LONG_AGO]);
    }
    if (user.ownership !== 'missing') await recordConfirmedOwnership(tx, { userId, accountLinkId, at: LONG_AGO, by: 'seed', reason: 'seeded' });
    if (user.verified !== false) await recordVerified(tx, { userIds: [userId], at: LONG_AGO, by: 'seed', reason: 'seeded', screenedUntil: FAR_AHEAD });
    await postJournals(tx, Object.entries(user.available ?? {}).flatMap(([brokerId, amount]) => money(userId, brokerId, amount)));
  });
  return { userId, accountLinkId };
}

/** Journals that give a user `amount` USD available at a broker, or take it where it is negative. */
export function money(userId: string, brokerId: string, amount: string, key = 'seed', effectiveAt = LONG_AGO): JournalDraft[] {
  const own = { userId, brokerId, programme: 'cashback' } as const;
  const expense = { kind: 'cashback_expense', brokerId } as const;
  const cause = { type: 'seed', id: userId };
  if (amount === '0') return [];
  if (amount.startsWith('-')) {
    return [{ key: `${key}:${userId}:${brokerId}:clawback`, kind: 'clawback', effectiveAt, cause, postings: [{ account: { kind: 'available', ...own }, amount }, { account: expense, amount: amount.slice(1) }] }];
  }
  return [
    { key: `${key}:${userId}:${brokerId}:posted`, kind: 'accrual_posted', effectiveAt, cause, postings: [{ account: expense, amount: `-${amount}` }, { account: { kind: 'pending', ...own }, amount }] },
    { key: `${key}:${userId}:${brokerId}:cleared`, kind: 'accrual_cleared', effectiveAt, cause, postings: [{ account: { kind: 'pending', ...own }, amount: `-${amount}` }, { account: { kind: 'available', ...own }, amount }] },
  ];
}
