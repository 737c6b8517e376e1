import { sql } from 'drizzle-orm';
import { type AnyPgColumn, check, index, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { PayeeVerdict } from '../../domain/verification/gate.ts';
import { broker } from './brokers.ts';
import { instant, recordedAt } from './columns.ts';

export const appUser = pgTable('app_user', {
  id: text('id').primaryKey(),
  /** The caller's own name for the user, unique; what a program that integrates us knows him by. */
  externalId: text('external_id').notNull(),
  status: text('status', { enum: ['active', 'suspended'] }).notNull().default('active'),
  /** A tier fixed by an operator; otherwise the tier comes from the lots. */
  pinnedTier: text('pinned_tier'),
  createdAt: instant('created_at').notNull(),
  recordedAt: recordedAt(),
}, (t) => [
  uniqueIndex('app_user_external').on(t.externalId),
  check('app_user_status', sql`${t.status} in ('active','suspended')`),
]);

/** Where a user's payouts go; the newest that is confirmed and has cooled down is used. */
export const payoutMethod = pgTable('payout_method', {
  id: text('id').primaryKey(),
  userId: text('user_id').notNull().references(() => appUser.id),
  rail: text('rail').notNull(),
  /** As its rail checked it, sealed under the user's key (db/stores/sealedFields.ts). */
  destination: jsonb('destination').$type<Record<string, string>>().notNull(),
  /** Whether the payee it names is the verified person. */
  payee: text('payee').$type<PayeeVerdict>().notNull().default('not_asked'),
  /** The user's own name for it, sealed under his key. */
  name: text('name'),
  createdAt: instant('created_at').notNull(),
  confirmedAt: instant('confirmed_at'),
  /** The end of its cool-down. */
  usableFrom: instant('usable_from'),
  /** Where the destination is a trading account of the user's own. */
  tradingAccountId: text('trading_account_id').references((): AnyPgColumn => tradingAccount.id),
  removedAt: instant('removed_at'),
  /** Somebody who reads the user's mail said that it is not his. */
  disownedAt: instant('disowned_at'),
  recordedAt: recordedAt(),
}, (t) => [index('payout_method_user').on(t.userId), check('payout_method_usable', sql`(${t.confirmedAt} is null) = (${t.usableFrom} is null) and ${t.usableFrom} >= ${t.confirmedAt}`), check('payout_method_confirmed', sql`${t.confirmedAt} >= ${t.createdAt}`), check('payout_method_disowned', sql`${t.disownedAt} is null or ${t.removedAt} is not null`), check('payout_method_payee', sql`${t.payee} in ('not_asked','matches','differs','unjudged')`)]);

/** A broker login on a server. */
export const tradingAccount = pgTable('trading_account', {
  id: text('id').primaryKey(),
  brokerId: text('broker_id').notNull().references(() => broker.id),
  server: text('server').notNull(),
  login: text('login').notNull(),
  type: text('type').notNull(),
  createdAt: instant('created_at').notNull(),
  recordedAt: recordedAt(),
}, (t) => [uniqueIndex('trading_account_login').on(t.brokerId, t.server, t.login)]);

/** Trader ↔ trading account. A verified link counts as verified since its request; `endedAt` is exclusive. */
export const accountLink = pgTable('account_link', {
  id: text('id').primaryKey(),
  tradingAccountId: text('trading_account_id').notNull().references(() => tradingAccount.id),
  userId: text('user_id').notNull().references(() => appUser.id),
  status: text('status', { enum: ['requested', 'verified', 'rejected', 'ended'] }).notNull(),
  requestedAt: instant('requested_at').notNull(),
  decidedAt: instant('decided_at'),
  /** The operator who verified or rejected it. */
  decidedBy: text('decided_by'),
  endedAt: instant('ended_at'),
  recordedAt: recordedAt(),
}, (t) => [
  index('account_link_user').on(t.userId),
  index('account_link_account').on(t.tradingAccountId),
  uniqueIndex('account_link_one_active').on(t.tradingAccountId).where(sql`status = 'verified'`),
  check('account_link_status', sql`${t.status} in ('requested','verified','rejected','ended')`),
  check('account_link_ended', sql`(${t.status} = 'ended') = (${t.endedAt} is not null)`),
]);
