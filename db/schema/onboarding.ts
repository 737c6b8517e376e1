import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { broker, profileVersion } from './brokers.ts';
import { bytes, instant, recordedAt } from './columns.ts';
import type { BrokerProfile } from '../../domain/reports/profile.ts';

/** A sample of a broker's file, and what became of looking at it; no report, and forgotten after some days. */
export const reportPreview = pgTable('report_preview', {
  id: text('id').primaryKey(),
  kind: text('kind', { enum: ['preview', 'suggestion'] }).notNull(),
  brokerId: text('broker_id').references(() => broker.id),
  profileId: text('profile_id').references(() => profileVersion.id),
  profile: jsonb('profile').$type<BrokerProfile>(),
  from: instant('period_from'),
  to: instant('period_to'),
  fileName: text('file_name').notNull(),
  size: bigint('size', { mode: 'bigint' }).notNull(),
  sha256: text('sha256').notNull(),
  madeBy: text('made_by').notNull(),
  madeAt: instant('made_at').notNull(),
  expiresAt: instant('expires_at').notNull(),
  state: text('state', { enum: ['waiting', 'done', 'failed'] }).notNull(),
  result: jsonb('result').$type<object>(),
  problem: jsonb('problem').$type<{ code: string; message: string }>(),
  finishedAt: instant('finished_at'),
  recordedAt: recordedAt(),
}, (t) => [
  index('report_preview_expiry').on(t.expiresAt),
  check('report_preview_state', sql`${t.state} in ('waiting','done','failed')`),
]);

export const reportPreviewChunk = pgTable('report_preview_chunk', {
  previewId: text('preview_id').notNull().references(() => reportPreview.id, { onDelete: 'cascade' }),
  no: integer('no').notNull(),
  bytes: bytes('bytes').notNull(),
}, (t) => [primaryKey({ columns: [t.previewId, t.no] })]);
