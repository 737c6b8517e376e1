import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { NOTIFICATION_CATEGORIES } from '../../domain/notifications/kinds.ts';
import { MAIL_STATES } from '../../domain/notifications/mailStates.ts';
import { instant, recordedAt } from './columns.ts';
import { notification } from './ownership.ts';

/** One notification for one person; its address and text are made when it is sent and never kept. */
export const mail = pgTable('mail', {
  id: text('id').primaryKey(),
  notificationId: text('notification_id').notNull().references(() => notification.id),
  personId: text('person_id').notNull(),
  /** Sent before the others: security. */
  urgent: boolean('urgent').notNull(),
  state: text('state', { enum: MAIL_STATES }).notNull(),
  /** Dialogues that were begun. */
  attempts: integer('attempts').notNull().default(0),
  nextAttemptAt: instant('next_attempt_at'),
  messageId: text('message_id').notNull(),
  /** Keyed hash of the address that it was sent to. */
  mailIndex: text('mail_index'),
  reason: text('reason'),
  createdAt: instant('created_at').notNull(),
  settledAt: instant('settled_at'),
  recordedAt: recordedAt(),
}, (t) => [
  uniqueIndex('mail_once').on(t.notificationId, t.personId),
  uniqueIndex('mail_message_id').on(t.messageId),
  index('mail_due').on(t.urgent.desc(), t.nextAttemptAt, t.id).where(sql`state in ('queued','sending')`),
  index('mail_person').on(t.personId, t.id),
  index('mail_by_state').on(t.state, t.id),
  check('mail_state', sql`${t.state} in ('queued','sending','sent','suppressed','failed','bounced')`),
  check('mail_due', sql`(${t.state} in ('queued','sending')) = (${t.nextAttemptAt} is not null) and (${t.state} in ('queued','sending')) = (${t.settledAt} is null)`),
  check('mail_reason', sql`${t.state} not in ('suppressed','failed','bounced') or ${t.reason} is not null`),
  check('mail_attempts', sql`${t.attempts} >= 0 and (${t.state} not in ('sending','sent','bounced') or ${t.attempts} > 0)`),
]);

/** What a person does not want mails of; no row: wanted. */
export const mailPreference = pgTable('mail_preference', {
  personId: text('person_id').notNull(),
  category: text('category', { enum: NOTIFICATION_CATEGORIES }).notNull(),
  wanted: boolean('wanted').notNull(),
  changedAt: instant('changed_at').notNull(),
  recordedAt: recordedAt(),
}, (t) => [
  primaryKey({ columns: [t.personId, t.category] }),
  check('mail_preference_category', sql`${t.category} in ('security','money','account','operations')`),
  check('mail_preference_security', sql`${t.category} <> 'security' or ${t.wanted}`),
]);

/** Addresses that sent mails back, by a keyed hash. */
export const mailBounce = pgTable('mail_bounce', {
  id: text('id').primaryKey(),
  mailIndex: text('mail_index').notNull(),
  personId: text('person_id'),
  /** Null: mails are sent to it. */
  blockedAt: instant('blocked_at'),
  softBounces: integer('soft_bounces').notNull().default(0),
  reason: text('reason').notNull(),
  lastAt: instant('last_at').notNull(),
  recordedAt: recordedAt(),
}, (t) => [
  uniqueIndex('mail_bounce_index').on(t.mailIndex),
  index('mail_bounce_blocked').on(t.id).where(sql`blocked_at is not null`),
  check('mail_bounce_soft', sql`${t.softBounces} >= 0`),
]);
