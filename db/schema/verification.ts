import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { ScreeningReason, ScreeningState } from '../../domain/verification/screenings.ts';
import type { DocumentState, VerificationState } from '../../domain/verification/states.ts';
import { instant, recordedAt } from './columns.ts';
import { appUser } from './users.ts';

/** Who a user is, sealed under his own key, and his standing in plain states: what a payout run reads. */
export const userProfile = pgTable('user_profile', {
  userId: text('user_id').primaryKey().references(() => appUser.id),
  /** JSON of `Identity`, sealed; null where it was taken over without it, or erased. */
  sealed: text('sealed'),
  version: integer('version').notNull().default(1),
  documents: text('documents').$type<DocumentState>().notNull().default('none'),
  verification: text('verification').$type<VerificationState>().notNull().default('not_started'),
  screening: text('screening').$type<ScreeningState | 'none'>().notNull().default('none'),
  screenedVersion: integer('screened_version'),
  listVersion: text('list_version'),
  screenAgainAt: instant('screen_again_at'),
  screenAgainWithMoneyAt: instant('screen_again_with_money_at'),
  screenedUntil: instant('screened_until'),
  changedAt: instant('changed_at').notNull(),
  erasedAt: instant('erased_at'),
  recordedAt: recordedAt(),
}, (t) => [
  index('user_profile_screen_again').on(t.userId).where(sql`verification = 'approved' and sealed is not null`),
  check('user_profile_documents', sql`${t.documents} in ('none','given','asked_again','accepted','refused')`),
  check('user_profile_verification', sql`${t.verification} in ('not_started','submitted','asked_again','approved','rejected','expired')`),
  check('user_profile_screening', sql`${t.screening} in ('none','pending','clear','hit','cleared','confirmed')`),
  check('user_profile_version', sql`${t.version} >= 1`),
  check('user_profile_erased', sql`${t.erasedAt} is null or ${t.sealed} is null`),
]);

/** One verification of one version of a profile; a user has one that is open or approved at most. */
export const verification = pgTable('verification', {
  id: text('id').primaryKey(),
  userId: text('user_id').notNull().references(() => appUser.id),
  state: text('state').$type<VerificationState>().notNull(),
  profileVersion: integer('profile_version').notNull(),
  provider: text('provider'),
  submission: integer('submission').notNull().default(0),
  sentAt: instant('sent_at'),
  looks: integer('looks').notNull().default(0),
  sealedDocuments: text('sealed_documents'),
  requestedAt: instant('requested_at').notNull(),
  turnSince: instant('turn_since').notNull(),
  expiresAt: instant('expires_at').notNull(),
  remindersSent: integer('reminders_sent').notNull().default(0),
  code: text('code'),
  decidedAt: instant('decided_at'),
  decidedBy: text('decided_by'),
  sealedReason: text('sealed_reason'),
  recordedAt: recordedAt(),
}, (t) => [
  uniqueIndex('verification_one_current').on(t.userId).where(sql`state in ('not_started','submitted','asked_again','approved')`),
  index('verification_user').on(t.userId, t.id),
  index('verification_open').on(t.id).where(sql`state in ('not_started','submitted','asked_again')`),
  check('verification_state', sql`${t.state} in ('not_started','submitted','asked_again','approved','rejected','expired')`),
  check('verification_counts', sql`${t.submission} >= 0 and ${t.looks} >= 0 and ${t.remindersSent} >= 0 and ${t.profileVersion} >= 1`),
  check('verification_turn', sql`${t.turnSince} < ${t.expiresAt}`),
  check('verification_submitted', sql`${t.state} <> 'submitted' or (${t.provider} is not null and ${t.submission} >= 1)`),
  check('verification_decided', sql`(${t.state} in ('approved','rejected','expired')) = (${t.decidedAt} is not null) and (${t.state} not in ('approved','rejected') or ${t.decidedBy} is not null)`),
  check('verification_asked_why', sql`${t.state} <> 'asked_again' or ${t.code} is not null`),
]);

/** One look-up of a user in a list of sanctioned and exposed people. */
export const screening = pgTable('screening', {
  id: text('id').primaryKey(),
  userId: text('user_id').notNull().references(() => appUser.id),
  reason: text('reason').$type<ScreeningReason>().notNull(),
  state: text('state').$type<ScreeningState>().notNull(),
  profileVersion: integer('profile_version').notNull(),
  list: text('list'),
  listVersion: text('list_version'),
  entry: text('entry'),
  at: instant('at').notNull(),
  decidedAt: instant('decided_at'),
  decidedBy: text('decided_by'),
  sealedReason: text('sealed_reason'),
  recordedAt: recordedAt(),
}, (t) => [
  uniqueIndex('screening_one_pending').on(t.userId).where(sql`state = 'pending'`),
  index('screening_user').on(t.userId, t.id),
  index('screening_hit').on(t.id).where(sql`state = 'hit'`),
  check('screening_reason', sql`${t.reason} in ('first_payout','change','periodic')`),
  check('screening_state', sql`${t.state} in ('pending','clear','hit','cleared','confirmed')`),
  check('screening_answered', sql`${t.state} = 'pending' or (${t.list} is not null and ${t.listVersion} is not null)`),
  check('screening_entry', sql`(${t.state} in ('hit','cleared','confirmed')) = (${t.entry} is not null)`),
  check('screening_decided', sql`(${t.state} in ('cleared','confirmed')) = (${t.decidedAt} is not null) and (${t.state} in ('cleared','confirmed')) = (${t.decidedBy} is not null)`),
]);
