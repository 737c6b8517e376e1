import { index, integer, jsonb, numeric, pgTable, text } from 'drizzle-orm/pg-core';
import type { FileProfile } from '../../domain/reports/profile.ts';
import { broker } from './brokers.ts';
import { bytes, instant, recordedAt } from './columns.ts';

/** Figures read off a broker's dashboard, with the picture they were read from. Append-only. */
export const dashboardFigures = pgTable('dashboard_figures', {
  id: text('id').primaryKey(),
  brokerId: text('broker_id').notNull().references(() => broker.id),
  from: instant('period_from').notNull(),
  to: instant('period_to').notNull(),
  /** The file that they become, byte for byte, and how it is read. */
  file: text('file').notNull(),
  sha256: text('sha256').notNull(),
  profile: jsonb('profile').$type<FileProfile>().notNull(),
  rowCount: integer('row_count').notNull(),
  lots: numeric('lots').notNull(),
  screenshot: bytes('screenshot').notNull(),
  screenshotType: text('screenshot_type', { enum: ['image/png', 'image/jpeg', 'application/pdf'] }).notNull(),
  screenshotSha256: text('screenshot_sha256').notNull(),
  note: text('note'),
  typedBy: text('typed_by').notNull(),
  typedAt: instant('typed_at').notNull(),
  recordedAt: recordedAt(),
}, (t) => [index('dashboard_figures_broker').on(t.brokerId, t.id)]);
