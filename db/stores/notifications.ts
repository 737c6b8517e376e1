import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { newId } from '../../domain/ids.ts';
import type { NotificationKindName } from '../../domain/notifications/kinds.ts';
import { type SqlSource, sqlOf } from '../connection.ts';
import { notification } from '../schema/ownership.ts';

/**
 * What somebody is to be told. `eventId` is unique: the same event told twice is one notification. No user and no person: for
 * operators. `facts`: ids, decimal texts, instants and codes, never personal data or secrets.
 */
export interface NewNotification {
  eventId: string;
  userId: string | null;
  /** For kinds whose audience is one person. */
  personId?: string | null;
  kind: NotificationKindName;
  facts: Record<string, string>;
  /** ISO instant at which it happened. */
  at: string;
}

/** Writes notifications in the transaction of what they tell; those of an event that was told before are dropped. One statement. */
export async function notify(source: SqlSource, notifications: readonly NewNotification[]): Promise<void> {
  if (notifications.length === 0) return;
  await sqlOf(source).query(
    `INSERT INTO notification (id, event_id, user_id, person_id, kind, facts, created_at)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::timestamptz[]) ON CONFLICT (event_id) DO NOTHING`,
    [notifications.map(() => newId('notification')), notifications.map((n) => n.eventId), notifications.map((n) => n.userId), notifications.map((n) => n.personId ?? null),
      notifications.map((n) => n.kind), notifications.map((n) => JSON.stringify(n.facts)), notifications.map((n) => n.at)]);
}

/** The same for stores that work through Drizzle. */
export async function notifyIn(db: NodePgDatabase, { at, ...event }: NewNotification): Promise<void> {
  await db.insert(notification).values({ id: newId('notification'), ...event, createdAt: at }).onConflictDoNothing({ target: notification.eventId });
}

/** What happened, as it is shown to whom it concerns. `at`: ISO instant. */
export interface Notification { id: string; eventId: string; userId: string | null; kind: string; facts: Record<string, string>; at: string }

/**
 * Newest first; `before` is the id to go on after. `own`: what a user is told, and of what is told to one person only that person's, where he is the user's: behind a user's key may be the operator who made it.
 */
export async function listNotifications(source: SqlSource, filter: { userId?: string; kind?: string; own?: { userId: string; personId: string } }, page: { before: string | null; limit: number }): Promise<Notification[]> {
  const { rows } = await sqlOf(source).query<{ id: string; event_id: string; user_id: string | null; kind: string; facts: Record<string, string>; created_at: Date }>(
    `SELECT id, event_id, user_id, kind, facts, created_at FROM notification
     WHERE ($1::text IS NULL OR id < $1) AND ($2::text IS NULL OR user_id = $2) AND ($3::text IS NULL OR kind = $3)
       AND ($4::text IS NULL OR (user_id = $4 AND person_id IS NULL) OR (person_id = $5 AND EXISTS (SELECT FROM person p WHERE p.id = $5 AND p.user_id = $4))) ORDER BY id DESC LIMIT $6`,
    [page.before, filter.own === undefined ? filter.userId ?? null : null, filter.kind ?? null, filter.own?.userId ?? null, filter.own?.personId ?? null, page.limit]);
  return rows.map((row) => ({ id: row.id, eventId: row.event_id, userId: row.user_id, kind: row.kind, facts: row.facts, at: row.created_at.toISOString() }));
}
