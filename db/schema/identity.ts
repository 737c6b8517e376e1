import { sql } from 'drizzle-orm';
import { bigint, boolean, check, index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { instant, recordedAt } from './columns.ts';
import { appUser, payoutMethod } from './users.ts';

/** Somebody who signs in: a user's trader or partner, or an operator. */
export const person = pgTable('person', {
  id: text('id').primaryKey(),
  role: text('role', { enum: ['trader', 'partner', 'support', 'finance', 'compliance', 'admin'] }).notNull(),
  userId: text('user_id').references(() => appUser.id),
  state: text('state', { enum: ['unconfirmed', 'active', 'closed'] }).notNull(),
  /** Sealed. */
  mail: text('mail').notNull(),
  /** Keyed hash of the normalised address; null once closed, so that the address is free again. */
  mailIndex: text('mail_index'),
  passwordHash: text('password_hash'),
  passwordAt: instant('password_at'),
  /** Sealed. */
  totpSecret: text('totp_secret'),
  totpSince: instant('totp_since'),
  /** Sealed; not yet confirmed by a code. */
  totpPending: text('totp_pending'),
  /** The last 30-second step whose code was taken. */
  totpLastStep: bigint('totp_last_step', { mode: 'bigint' }),
  invitedBy: text('invited_by'),
  createdAt: instant('created_at').notNull(),
  confirmedAt: instant('confirmed_at'),
  closedAt: instant('closed_at'),
  recordedAt: recordedAt(),
}, (t) => [
  uniqueIndex('person_mail').on(t.mailIndex), uniqueIndex('person_user').on(t.userId),
  check('person_user_role', sql`(${t.role} in ('trader','partner')) = (${t.userId} is not null)`),
]);

export const session = pgTable('session', {
  id: text('id').primaryKey(),
  personId: text('person_id').notNull().references(() => person.id),
  tokenSha256: text('token_sha256').notNull(),
  /** A second factor was given in it. */
  secondFactor: boolean('second_factor').notNull(),
  network: text('network'),
  agent: text('agent').notNull(),
  createdAt: instant('created_at').notNull(),
  seenAt: instant('seen_at').notNull(),
  idleMinutes: integer('idle_minutes').notNull(),
  expiresAt: instant('expires_at').notNull(),
  stepUpUntil: instant('step_up_until'),
  revokedAt: instant('revoked_at'),
  revokedWhy: text('revoked_why'),
  recordedAt: recordedAt(),
}, (t) => [uniqueIndex('session_token').on(t.tokenSha256), index('session_person').on(t.personId, t.id)]);

/** A link in a mail; its secret is made from the id and stands nowhere. */
export const mailToken = pgTable('mail_token', {
  id: text('id').primaryKey(),
  personId: text('person_id').notNull().references(() => person.id),
  purpose: text('purpose', { enum: ['confirm_mail', 'reset_password', 'change_mail', 'invitation', 'confirm_destination', 'disown_destination'] }).notNull(),
  /** The payout method that the link is about. */
  methodId: text('method_id').references(() => payoutMethod.id),
  passwordHash: text('password_hash'),
  newMail: text('new_mail'),
  newMailIndex: text('new_mail_index'),
  oldMail: text('old_mail'),
  createdAt: instant('created_at').notNull(),
  expiresAt: instant('expires_at').notNull(),
  usedAt: instant('used_at'),
  voidedAt: instant('voided_at'),
  recordedAt: recordedAt(),
}, (t) => [index('mail_token_person').on(t.personId, t.purpose, t.createdAt)]);

export const recoveryCode = pgTable('recovery_code', {
  personId: text('person_id').notNull().references(() => person.id),
  hash: text('hash').notNull(),
  createdAt: instant('created_at').notNull(),
  usedAt: instant('used_at'),
  voidedAt: instant('voided_at'),
  recordedAt: recordedAt(),
}, (t) => [primaryKey({ columns: [t.personId, t.hash] })]);

/** Failed attempts in a row by what is guessed at. */
export const signInGuard = pgTable('sign_in_guard', {
  subject: text('subject').primaryKey(),
  failures: integer('failures').notNull(),
  lastAt: instant('last_at').notNull(),
  lockedUntil: instant('locked_until'),
  recordedAt: recordedAt(),
}, (t) => [index('sign_in_guard_last').on(t.lastAt)]);
