import { sql } from 'drizzle-orm';
import { check, customType, index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { DeliveryState, EndpointState } from '../../domain/webhooks/states.ts';
import { instant, recordedAt } from './columns.ts';
import { appUser } from './users.ts';

const textArray = customType<{ data: string[] }>({ dataType: () => 'text[]' });

/** Where a user, or a program for all users, wants to be told of events. */
export const webhookEndpoint = pgTable('webhook_endpoint', {
  id: text('id').primaryKey(),
  /** Null: a program's, told of everybody. */
  userId: text('user_id').references(() => appUser.id),
  createdBy: text('created_by').notNull(),
  url: text('url').notNull(),
  /** Null: all. */
  eventTypes: textArray('event_types'),
  description: text('description').notNull().default(''),
  state: text('state').$type<EndpointState>().notNull(),
  reason: text('reason'),
  stateAt: instant('state_at').notNull(),
  /** First failure since the last success. */
  failingSince: instant('failing_since'),
  version: integer('version').notNull(),
  createdAt: instant('created_at').notNull(),
  recordedAt: recordedAt(),
}, (t) => [
  index('webhook_endpoint_user').on(t.userId, t.id),
  check('webhook_endpoint_state', sql`${t.state} in ('enabled','disabled','deleted')`),
  check('webhook_endpoint_reason', sql`(${t.state} = 'disabled') = (${t.reason} is not null)`),
  check('webhook_endpoint_types', sql`${t.eventTypes} is null or cardinality(${t.eventTypes}) > 0`),
  check('webhook_endpoint_version', sql`${t.version} >= 1`),
]);

/** Signing secrets, sealed under the endpoint's id. */
export const webhookSecret = pgTable('webhook_secret', {
  endpointId: text('endpoint_id').notNull().references(() => webhookEndpoint.id),
  no: integer('no').notNull(),
  sealed: text('sealed').notNull(),
  createdAt: instant('created_at').notNull(),
  /** Null: in use; else valid until then. */
  expiresAt: instant('expires_at'),
  recordedAt: recordedAt(),
}, (t) => [
  primaryKey({ columns: [t.endpointId, t.no] }),
  uniqueIndex('webhook_secret_in_use').on(t.endpointId).where(sql`expires_at is null`),
  check('webhook_secret_no', sql`${t.no} >= 1`),
]);

/** One event for one endpoint; the payload is sent as it is kept. */
export const webhookDelivery = pgTable('webhook_delivery', {
  id: text('id').primaryKey(),
  endpointId: text('endpoint_id').notNull().references(() => webhookEndpoint.id),
  /** The `webhook-id` of every try. */
  eventId: text('event_id').notNull(),
  type: text('type').notNull(),
  payload: text('payload').notNull(),
  state: text('state').$type<DeliveryState>().notNull(),
  /** 1, and one more with every replay. */
  round: integer('round').notNull(),
  roundAt: instant('round_at').notNull(),
  /** Finished ones of this round. */
  tries: integer('tries').notNull(),
  nextAt: instant('next_at'),
  settledAt: instant('settled_at'),
  createdAt: instant('created_at').notNull(),
  recordedAt: recordedAt(),
}, (t) => [
  uniqueIndex('webhook_delivery_once').on(t.endpointId, t.eventId),
  index('webhook_delivery_event').on(t.eventId),
  index('webhook_delivery_of').on(t.endpointId, t.id),
  index('webhook_delivery_pending').on(t.id).where(sql`state = 'pending'`),
  check('webhook_delivery_state', sql`${t.state} in ('pending','delivered','failed','stopped')`),
  check('webhook_delivery_pending', sql`(${t.state} = 'pending') = (${t.nextAt} is not null) and (${t.state} = 'pending') = (${t.settledAt} is null)`),
  check('webhook_delivery_counts', sql`${t.round} >= 1 and ${t.tries} >= 0`),
]);

/** One try; without `finishedAt` it is being sent, or its worker has died. */
export const webhookAttempt = pgTable('webhook_attempt', {
  deliveryId: text('delivery_id').notNull().references(() => webhookDelivery.id),
  no: integer('no').notNull(),
  round: integer('round').notNull(),
  startedAt: instant('started_at').notNull(),
  finishedAt: instant('finished_at'),
  durationMs: integer('duration_ms'),
  status: integer('status'),
  errorCode: text('error_code'),
  /** The first kilobyte. */
  answer: text('answer'),
  recordedAt: recordedAt(),
}, (t) => [
  primaryKey({ columns: [t.deliveryId, t.no] }),
  check('webhook_attempt_finished', sql`${t.finishedAt} is not null or (${t.durationMs} is null and ${t.status} is null and ${t.errorCode} is null and ${t.answer} is null)`),
  check('webhook_attempt_counts', sql`${t.no} >= 1 and ${t.round} >= 1 and ${t.durationMs} >= 0`),
]);
