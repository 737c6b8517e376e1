import { newId } from '../../domain/ids.ts';
import type { NotificationKindName } from '../../domain/notifications/kinds.ts';
import { type SqlSource, sqlOf } from '../connection.ts';

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
