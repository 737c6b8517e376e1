import { sql } from 'drizzle-orm';
import { check, customType, index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { instant, recordedAt } from './columns.ts';
import { appUser } from './users.ts';

const textArray = customType<{ data: string[] }>({ dataType: () => 'text[]' });

/** A program's key: only its SHA-256 is kept; the prefix is shown so that people can tell keys apart. */
export const apiKey = pgTable('api_key', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  prefix: text('prefix').notNull(),
  sha256: text('sha256').notNull(),
  role: text('role', { enum: ['trader', 'partner', 'support', 'finance', 'compliance', 'admin'] }).notNull(),
  scopes: textArray('scopes').notNull(),
  /** The user whose own objects a trader's or partner's key may see. */
  userId: text('user_id').references(() => appUser.id),
  createdAt: instant('created_at').notNull(),
  expiresAt: instant('expires_at'),
  revokedAt: instant('revoked_at'),
  recordedAt: recordedAt(),
}, (t) => [
  uniqueIndex('api_key_sha256').on(t.sha256),
  index('api_key_user').on(t.userId),
  check('api_key_role', sql`${t.role} in ('trader','partner','support','finance','compliance','admin')`),
  check('api_key_user_role', sql`(${t.role} in ('trader','partner')) = (${t.userId} is not null)`),
]);

/** The answer to a request with an Idempotency-Key, kept in the transaction of its effect. */
export const idempotencyRecord = pgTable('idempotency_record', {
  /** The API key, or the person whatever his session. */
  ownerId: text('owner_id').notNull(),
  key: text('key').notNull(),
  operation: text('operation').notNull(),
  requestHash: text('request_hash').notNull(),
  status: integer('status').notNull(),
  body: text('body').notNull(),
  createdAt: instant('created_at').notNull(),
  recordedAt: recordedAt(),
}, (t) => [primaryKey({ columns: [t.ownerId, t.key] })]);
