import { bigint, index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { instant, recordedAt } from './columns.ts';

/** Who did what, when, from where and why; append-only. */
export const auditEntry = pgTable('audit_entry', {
  id: bigint('id', { mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
  at: instant('at').notNull(),
  actorKind: text('actor_kind', { enum: ['api_key', 'session', 'system', 'nobody'] }).notNull(),
  actorId: text('actor_id').notNull(),
  principalId: text('principal_id').notNull(),
  role: text('role'),
  operation: text('operation').notNull(),
  subjectType: text('subject_type').notNull(),
  subjectId: text('subject_id').notNull(),
  /** The user whose affairs it concerns, if one. */
  userId: text('user_id'),
  outcome: text('outcome', { enum: ['done', 'asked', 'refused'] }).notNull().default('done'),
  reason: text('reason'),
  before: jsonb('before'),
  after: jsonb('after'),
  requestId: text('request_id'),
  network: text('network'),
  recordedAt: recordedAt(),
}, (t) => [
  index('audit_entry_subject').on(t.subjectType, t.subjectId, t.id), index('audit_entry_principal').on(t.principalId, t.id),
  index('audit_entry_operation').on(t.operation, t.id), index('audit_entry_at').on(t.at),
]);
