import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, jsonb, numeric, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { MemberDecision, RunState } from '../../domain/payouts/runStates.ts';
import type { AttemptState, PayoutState } from '../../domain/payouts/states.ts';
import { broker } from './brokers.ts';
import { bytes, instant, recordedAt } from './columns.ts';
import { appUser, payoutMethod } from './users.ts';

/** The weekly run; `key` is the ISO week of the scheduled time (`2026-W47`): one run a key. */
export const payoutRun = pgTable('payout_run', {
  id: text('id').primaryKey(),
  key: text('key').notNull(),
  workflowId: text('workflow_id').notNull(),
  scheduledAt: instant('scheduled_at').notNull(),
  state: text('state').$type<RunState>().notNull(),
  total: numeric('total'),
  /** When its members were decided, by the run's own clock. */
  frozenAt: instant('frozen_at'),
  /** The operator who started it by hand; null for the Schedule. */
  startedBy: text('started_by'),
  approvedBy: text('approved_by'),
  refusedBy: text('refused_by'),
  refusalReason: text('refusal_reason'),
  recordedAt: recordedAt(),
}, (t) => [
  uniqueIndex('payout_run_key').on(t.key),
  check('payout_run_state', sql`${t.state} in ('open','frozen','awaiting_approval','approved','done','refused')`),
  check('payout_run_refused', sql`(${t.state} = 'refused') = (${t.refusedBy} is not null) and (${t.state} = 'refused') = (${t.refusalReason} is not null)`),
  check('payout_run_two_people', sql`${t.approvedBy} is distinct from ${t.startedBy} or ${t.approvedBy} is null`),
  check('payout_run_frozen', sql`(${t.state} = 'open') = (${t.total} is null) and (${t.state} <> 'approved' or ${t.approvedBy} is not null)`),
]);

/** Who was looked at in a run and what was decided: frozen before anything is reserved. */
export const payoutRunMember = pgTable('payout_run_member', {
  runId: text('run_id').notNull().references(() => payoutRun.id),
  userId: text('user_id').notNull().references(() => appUser.id),
  available: numeric('available').notNull(),
  decision: text('decision').$type<MemberDecision>().notNull(),
}, (t) => [
  primaryKey({ columns: [t.runId, t.userId] }),
  check('payout_run_member_decision', sql`${t.decision} in ('to_pay','planned','below_minimum','suspended','no_method','rail_unavailable','verification_missing','verification_pending',
    'verification_rejected','screening_hit','screening_due','payee_name_differs','ownership_missing','broker_funding','changed_since')`),
]);

/** One user's transfer in a run; method and destination are kept as planned. */
export const payout = pgTable('payout', {
  id: text('id').primaryKey(),
  runId: text('run_id').notNull().references(() => payoutRun.id),
  userId: text('user_id').notNull().references(() => appUser.id),
  methodId: text('method_id').notNull().references(() => payoutMethod.id),
  rail: text('rail').notNull(),
  destination: jsonb('destination').$type<Record<string, string>>().notNull(),
  amount: numeric('amount').notNull(),
  currency: text('currency').notNull().default('USD'),
  state: text('state').$type<PayoutState>().notNull(),
  railReference: text('rail_reference'),
  detail: text('detail'),
  plannedAt: instant('planned_at').notNull(),
  settledAt: instant('settled_at'),
  recordedAt: recordedAt(),
}, (t) => [
  uniqueIndex('payout_run_user').on(t.runId, t.userId),
  index('payout_user').on(t.userId),
  index('payout_state_of').on(t.state),
  index('payout_of_run').on(t.runId, t.id),
  index('payout_open').on(t.id).where(sql`state not in ('paid','failed','returned')`),
  check('payout_state', sql`${t.state} in ('reserved','submitting','submitted','unknown','paid','failed','returned')`),
  check('payout_settled', sql`(${t.state} in ('paid','failed','returned')) = (${t.settledAt} is not null)`),
]);

/** Which balances a payout was reserved from. */
export const payoutSource = pgTable('payout_source', {
  payoutId: text('payout_id').notNull().references(() => payout.id),
  brokerId: text('broker_id').notNull().references(() => broker.id),
  programme: text('programme', { enum: ['cashback', 'partner'] }).notNull(),
  amount: numeric('amount').notNull(),
}, (t) => [primaryKey({ columns: [t.payoutId, t.brokerId, t.programme] })]);

/** One attempt at a payout: key, request hash and bytes are committed before anything is sent. */
export const payoutAttempt = pgTable('payout_attempt', {
  id: text('id').primaryKey(),
  payoutId: text('payout_id').notNull().references(() => payout.id),
  no: integer('no').notNull(),
  idempotencyKey: text('idempotency_key').notNull(),
  requestHash: text('request_hash').notNull(),
  requestBytes: bytes('request_bytes').notNull(),
  state: text('state').$type<AttemptState>().notNull(),
  /** Forbids another attempt: everything but proven unpaid (`ATTEMPT_BLOCKS_ANOTHER`). */
  open: boolean('open').notNull(),
  railReference: text('rail_reference'),
  detail: text('detail'),
  preparedAt: instant('prepared_at').notNull(),
  sends: integer('sends').notNull().default(0),
  /** The earliest instant at which bytes can have left. */
  firstSentAt: instant('first_sent_at'),
  /** The latest instant at which bytes can have left. */
  lastSentAt: instant('last_sent_at'),
  acceptedAt: instant('accepted_at'),
  expiresAt: instant('expires_at'),
  looks: integer('looks').notNull().default(0),
  /** What the rail needs again at submit and look-up; no secrets. */
  facts: jsonb('facts').$type<Record<string, string>>().notNull().default({}),
  closedAt: instant('closed_at'),
  /** A prepared one that could not be put into a file with which others left. */
  leftOutSince: instant('left_out_since'),
  /** When one that was taken for never to execute was taken up again, by the database's clock: it was executed after all. */
  reopenedAt: instant('reopened_at'),
  recordedAt: recordedAt(),
}, (t) => [
  uniqueIndex('payout_attempt_no').on(t.payoutId, t.no),
  uniqueIndex('payout_attempt_key').on(t.idempotencyKey),
  uniqueIndex('payout_attempt_one_open').on(t.payoutId).where(sql`open`),
  check('payout_attempt_state', sql`${t.state} in ('prepared','sent','accepted','unknown','executed','returned','rejected','not_executed','abandoned')`),
  check('payout_attempt_blocks_another', sql`${t.open} = (${t.state} not in ('rejected','not_executed','abandoned'))`),
  check('payout_attempt_sends', sql`${t.no} >= 1 and ${t.looks} >= 0 and ${t.sends} >= 0 and (${t.sends} > 0) = (${t.firstSentAt} is not null)
    and (${t.sends} > 0) = (${t.lastSentAt} is not null) and (${t.state} in ('prepared','abandoned')) = (${t.sends} = 0)`),
  check('payout_attempt_closed', sql`(${t.state} in ('executed','returned','rejected','not_executed','abandoned')) = (${t.closedAt} is not null)`),
]);

/** A webhook of a rail, stored once by its id; only a hint to look. */
export const railEvent = pgTable('rail_event', {
  id: text('id').primaryKey(),
  rail: text('rail').notNull(),
  eventId: text('event_id').notNull(),
  payoutId: text('payout_id'),
  body: text('body').notNull(),
  receivedAt: instant('received_at').notNull(),
  recordedAt: recordedAt(),
}, (t) => [uniqueIndex('rail_event_once').on(t.rail, t.eventId), index('rail_event_payout').on(t.payoutId)]);
