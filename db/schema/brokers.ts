import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, jsonb, numeric, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { BrokerProfile } from '../../domain/reports/profile.ts';
import type { AccountTypeTerms } from '../../domain/calculation/terms.ts';
import { instant, recordedAt } from './columns.ts';

export const broker = pgTable('broker', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  createdAt: instant('created_at').notNull(),
  recordedAt: recordedAt(),
}, (t) => [check('broker_id_slug', sql`${t.id} ~ '^[a-z0-9][a-z0-9-]{0,62}$'`)]);

export const brokerServer = pgTable('broker_server', {
  brokerId: text('broker_id').notNull().references(() => broker.id),
  server: text('server').notNull(),
}, (t) => [primaryKey({ columns: [t.brokerId, t.server] })]);

/** The IB agreement, active in [activeFrom, activeTo). */
export const agreement = pgTable('agreement', {
  id: text('id').primaryKey(),
  brokerId: text('broker_id').notNull().references(() => broker.id),
  activeFrom: instant('active_from').notNull(),
  activeTo: instant('active_to'),
  recordedAt: recordedAt(),
}, (t) => [index('agreement_broker').on(t.brokerId)]);

/** What counts at a broker from an instant on: account types with lot factors, exclusions, suffixes, broker rules. */
export const brokerTerms = pgTable('broker_terms', {
  id: text('id').primaryKey(),
  brokerId: text('broker_id').notNull().references(() => broker.id),
  version: integer('version').notNull(),
  effectiveFrom: instant('effective_from').notNull(),
  accountTypes: jsonb('account_types').$type<Record<string, AccountTypeTerms>>().notNull(),
  excludedClasses: jsonb('excluded_classes').$type<string[]>().notNull(),
  symbolSuffixes: jsonb('symbol_suffixes').$type<string[]>().notNull(),
  minDurationSeconds: integer('min_duration_seconds'),
  minMovePoints: numeric('min_move_points'),
  recordedAt: recordedAt(),
}, (t) => [uniqueIndex('broker_terms_version').on(t.brokerId, t.version)]);

/** Base symbol → instrument class. */
export const brokerSymbol = pgTable('broker_symbol', {
  brokerId: text('broker_id').notNull().references(() => broker.id),
  symbol: text('symbol').notNull(),
  class: text('class').notNull(),
  recordedAt: recordedAt(),
}, (t) => [primaryKey({ columns: [t.brokerId, t.symbol] })]);

/** USD per standardised lot of a class from an instant on, for all links or only for links requested from then on. */
export const rate = pgTable('rate', {
  id: text('id').primaryKey(),
  seq: bigint('seq', { mode: 'bigint' }).notNull().generatedAlwaysAsIdentity(),
  brokerId: text('broker_id').notNull().references(() => broker.id),
  class: text('class').notNull(),
  version: integer('version').notNull(),
  perLot: numeric('per_lot').notNull(),
  effectiveFrom: instant('effective_from').notNull(),
  appliesTo: text('applies_to', { enum: ['all', 'new'] }).notNull(),
  recordedAt: recordedAt(),
}, (t) => [
  uniqueIndex('rate_version').on(t.brokerId, t.class, t.version),
  check('rate_per_lot', sql`${t.perLot} >= 0 and ${t.perLot} < 1000000`),
  check('rate_applies_to', sql`${t.appliesTo} in ('all','new')`),
]);

/** A version of how the broker's files are read; a report keeps the version that read it. */
export const profileVersion = pgTable('profile_version', {
  id: text('id').primaryKey(),
  brokerId: text('broker_id').notNull().references(() => broker.id),
  version: integer('version').notNull(),
  /** Of several layouts of one broker; the newest version of a name reads what comes in under it. */
  name: text('name').notNull().default('default'),
  profile: jsonb('profile').$type<BrokerProfile>().notNull(),
  recordedAt: recordedAt(),
}, (t) => [uniqueIndex('profile_version_broker').on(t.brokerId, t.version)]);
