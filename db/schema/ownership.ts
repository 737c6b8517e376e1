import { sql } from 'drizzle-orm';
import { check, index, integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { instant, recordedAt } from './columns.ts';
import { accountLink, appUser } from './users.ts';

/** Proof that a broker account is the user's own; one confirmed is enough for the first payout. */
export const ownershipVerification = pgTable('ownership_verification', {
  id: text('id').primaryKey(),
  userId: text('user_id').notNull().references(() => appUser.id),
  accountLinkId: text('account_link_id').notNull().references(() => accountLink.id),
  state: text('state', { enum: ['requested', 'evidence_given', 'confirmed', 'rejected', 'expired'] }).notNull(),
  requestedAt: instant('requested_at').notNull(),
  expiresAt: instant('expires_at').notNull(),
  remindersSent: integer('reminders_sent').notNull().default(0),
  decidedAt: instant('decided_at'),
  decidedBy: text('decided_by'),
  decisionReason: text('decision_reason'),
  recordedAt: recordedAt(),
}, (t) => [
  index('ownership_user').on(t.userId),
  uniqueIndex('ownership_one_open').on(t.accountLinkId).where(sql`state in ('requested','evidence_given','confirmed')`),
  index('ownership_open').on(t.id).where(sql`state in ('requested','evidence_given')`),
  check('ownership_decided', sql`(${t.state} in ('confirmed','rejected','expired')) = (${t.decidedAt} is not null)
    and (${t.state} not in ('confirmed','rejected') or (${t.decidedBy} is not null and ${t.decisionReason} is not null)) and ${t.remindersSent} >= 0 and ${t.requestedAt} < ${t.expiresAt}`),
  check('ownership_state', sql`${t.state} in ('requested','evidence_given','confirmed','rejected','expired')`),
]);

export const ownershipEvidence = pgTable('ownership_evidence', {
  id: text('id').primaryKey(),
  ownershipId: text('ownership_id').notNull().references(() => ownershipVerification.id),
  kind: text('kind').notNull(),
  content: jsonb('content').$type<Record<string, string>>().notNull(),
  givenAt: instant('given_at').notNull(),
  recordedAt: recordedAt(),
}, (t) => [index('ownership_evidence_of').on(t.ownershipId)]);

/** What a user or operator is to be told; sent once per event id. */
export const notification = pgTable('notification', {
  id: text('id').primaryKey(),
  eventId: text('event_id').notNull(),
  userId: text('user_id').references(() => appUser.id),
  personId: text('person_id'),
  kind: text('kind').notNull(),
  facts: jsonb('facts').$type<Record<string, string>>().notNull(),
  createdAt: instant('created_at').notNull(),
  /** Mails and webhook deliveries of it are written. */
  fannedOutAt: instant('fanned_out_at'),
  recordedAt: recordedAt(),
}, (t) => [
  uniqueIndex('notification_event').on(t.eventId), index('notification_user').on(t.userId, t.id), index('notification_person').on(t.personId, t.id).where(sql`person_id is not null`),
  index('notification_waiting').on(t.id).where(sql`fanned_out_at is null`),
]);
