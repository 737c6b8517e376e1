import { integer, jsonb, numeric, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { Tier } from '../../domain/tiers.ts';
import { instant, recordedAt } from './columns.ts';

/** Parameters and text of the rules, effective-dated. */
export const methodology = pgTable('methodology', {
  id: text('id').primaryKey(),
  version: integer('version').notNull(),
  effectiveFrom: instant('effective_from').notNull(),
  pendingPeriod: text('pending_period').notNull(),
  payoutMinimum: numeric('payout_minimum').notNull(),
  tierWindowDays: integer('tier_window_days').notNull(),
  tiers: jsonb('tiers').$type<Tier[]>().notNull(),
  changelog: text('changelog').notNull(),
  recordedAt: recordedAt(),
}, (t) => [uniqueIndex('methodology_version').on(t.version)]);
