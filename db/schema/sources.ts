import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, jsonb, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import { broker } from './brokers.ts';
import { instant, recordedAt } from './columns.ts';

/** Where a broker's reports are fetched from. `secret` is sealed (db/personal) and never shown. */
export const reportSource = pgTable('report_source', {
  id: text('id').primaryKey(),
  brokerId: text('broker_id').notNull().references(() => broker.id),
  kind: text('kind', { enum: ['api', 'mailbox', 'sftp', 's3'] }).notNull(),
  name: text('name').notNull(),
  settings: jsonb('settings').$type<Record<string, unknown>>().notNull(),
  secret: text('secret'),
  /** Its files are read by the newest profile version of this name. */
  profileName: text('profile_name').notNull().default('default'),
  pollSeconds: integer('poll_seconds').notNull(),
  state: text('state', { enum: ['active', 'paused'] }).notNull().default('active'),
  lookedAt: instant('looked_at'),
  problem: jsonb('problem').$type<{ code: string; message: string }>(),
  /** The last try without taking anything, that an operator asked for. */
  test: jsonb('test').$type<Record<string, unknown>>(),
  createdAt: instant('created_at').notNull(),
  recordedAt: recordedAt(),
}, (t) => [
  unique('report_source_name').on(t.brokerId, t.name),
  check('report_source_kind', sql`${t.kind} in ('api','mailbox','sftp','s3')`),
  check('report_source_state', sql`${t.state} in ('active','paused')`),
  check('report_source_poll', sql`${t.pollSeconds} between 1 and 86400`),
]);

/** What was found at a source once, so that it is not taken again. */
export const sourceItem = pgTable('source_item', {
  no: bigint('no', { mode: 'bigint' }).generatedAlwaysAsIdentity().unique(),
  sourceId: text('source_id').notNull().references(() => reportSource.id),
  key: text('key').notNull(),
  state: text('state', { enum: ['taken', 'failed'] }).notNull(),
  name: text('name'),
  /** How it looks from outside, so that what is known is not read again. */
  mark: text('mark'),
  /** Of what can change where it lies: where that is, and the SHA-256 of what was taken. */
  place: text('place'),
  content: text('content'),
  reportId: text('report_id'),
  problem: jsonb('problem').$type<{ code: string; message: string }>(),
  seenAt: instant('seen_at').notNull(),
  recordedAt: recordedAt(),
}, (t) => [primaryKey({ columns: [t.sourceId, t.key] }), check('source_item_state', sql`${t.state} in ('taken','failed')`),
  index('source_item_place').on(t.sourceId, t.place, t.no).where(sql`${t.place} is not null`), index('source_item_order').on(t.sourceId, t.no), index('source_item_mark').on(t.sourceId, t.mark).where(sql`${t.mark} is not null`)]);
