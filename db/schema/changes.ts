import { sql } from 'drizzle-orm';
import { boolean, check, customType, index, integer, jsonb, numeric, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { ChangeKindName } from '../../domain/changes/kinds.ts';
import type { DecidingRole } from '../../domain/changes/policy.ts';
import type { ChangeState } from '../../domain/changes/states.ts';
import { instant, recordedAt } from './columns.ts';

const roles = customType<{ data: DecidingRole[] }>({ dataType: () => 'text[]' });

/** When a kind of change needs a second operator. */
export const approvalPolicy = pgTable('approval_policy', {
  kind: text('kind').$type<ChangeKindName>().primaryKey(),
  needsSecondOperator: boolean('needs_second_operator').notNull(),
  /** USD: only above it; null: always. */
  overAmount: numeric('over_amount'),
  expiryHours: integer('expiry_hours').notNull(),
  deciders: roles('deciders').notNull(),
  recordedAt: recordedAt(),
}, (t) => [
  check('approval_policy_over_amount_check', sql`${t.overAmount} >= 0`),
  check('approval_policy_expiry_hours_check', sql`${t.expiryHours} between 1 and 8760`),
  check('approval_policy_itself', sql`${t.kind} <> 'approval_policy' or ${t.needsSecondOperator}`),
]);

/** Something that an operator asked for and a second one decides about; nothing is applied before. */
export const change = pgTable('change', {
  id: text('id').primaryKey(),
  kind: text('kind').$type<ChangeKindName>().notNull().references(() => approvalPolicy.kind),
  subjectType: text('subject_type').notNull(),
  subjectId: text('subject_id').notNull(),
  /** What is to be, as the route took it; no personal data. */
  payload: jsonb('payload').$type<Record<string, unknown>>().notNull(),
  /** SHA-256 of the payload's canonical JSON. */
  payloadHash: text('payload_hash').notNull(),
  /** What was there when it was asked for; if that has changed, it can no longer be applied. */
  before: jsonb('before').$type<Record<string, unknown>>(),
  /** USD, of kinds with a limit. */
  amount: numeric('amount'),
  state: text('state').$type<ChangeState>().notNull(),
  /** The person (`psn_…`), a key without one (`key_…`), or `system:…`. */
  requestedBy: text('requested_by').notNull(),
  requestedAt: instant('requested_at').notNull(),
  expiresAt: instant('expires_at').notNull(),
  remindedAt: instant('reminded_at'),
  decidedBy: text('decided_by'),
  decidedAt: instant('decided_at'),
  decisionReason: text('decision_reason'),
  result: jsonb('result').$type<Record<string, unknown>>(),
  /** When the workflows that wait for it were told; null: the sweep does it. */
  followedUpAt: instant('followed_up_at'),
  recordedAt: recordedAt(),
}, (t) => [
  uniqueIndex('change_open').on(t.kind, t.subjectType, t.subjectId, t.payloadHash).where(sql`state = 'requested'`),
  index('change_subject').on(t.subjectType, t.subjectId, t.id), index('change_kind').on(t.kind, t.id), index('change_unfinished').on(t.id).where(sql`followed_up_at is null`),
  check('change_state', sql`${t.state} in ('requested','approved','rejected','expired','withdrawn','failed')`),
  check('change_expiry', sql`${t.expiresAt} > ${t.requestedAt}`),
  check('change_two_people', sql`${t.state} <> 'approved' or ${t.decidedBy} <> ${t.requestedBy}`),
  check('change_decided', sql`(${t.state} = 'requested') = (${t.decidedAt} is null) and (${t.state} = 'requested') = (${t.decidedBy} is null)`),
  check('change_reason', sql`${t.state} not in ('rejected','failed') or ${t.decisionReason} is not null`),
]);
