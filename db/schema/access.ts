import { sql } from 'drizzle-orm';
import { check, customType, index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { instant, recordedAt } from './columns.ts';
import { person } from './identity.ts';
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
  /** Who made it, where a person did. */
  personId: text('person_id').references(() => person.id),
  /** Who is behind it: that person, or the key that a chain of keys began with; null: the key itself. */
  principalId: text('principal_id'),
  lastUsedAt: instant('last_used_at'),
  /** The key that took its place; this one works until it expires. */
  replacedBy: text('replaced_by'),
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
