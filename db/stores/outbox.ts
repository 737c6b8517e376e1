import { createHash } from 'node:crypto';
import { newId } from '../../domain/ids.ts';
import { NOTIFICATION_KINDS, type NotificationKind } from '../../domain/notifications/kinds.ts';
import { type SqlSource, sqlOf, type Tx } from '../connection.ts';

const KINDS = Object.entries<NotificationKind>(NOTIFICATION_KINDS);
const ALL = KINDS.map(([kind]) => kind);
const URGENT = KINDS.filter(([, { category }]) => category === 'security').map(([kind]) => kind);
const of = (audience: NotificationKind['audience']): string[] => KINDS.filter(([, kind]) => kind.audience === audience).map(([kind]) => kind);
const [FOR_USERS, FOR_PERSONS] = [of('user'), of('person')];
const FOR_ROLES = KINDS.flatMap(([kind, { roles = [] }]) => roles.map((role) => ({ kind, role })));

/** Up to `limit` notifications that nobody was told yet, what concerns security first; kinds that only a newer build knows are left to it. */
export async function waitingNotifications(source: SqlSource, limit: number): Promise<string[]> {
  const { rows } = await sqlOf(source).query<{ id: string }>(
    'SELECT id FROM notification WHERE fanned_out_at IS NULL AND kind = ANY ($1) ORDER BY kind = ANY ($2) DESC, id LIMIT $3', [ALL, URGENT, limit]);
  return rows.map(({ id }) => id);
}

/** Who gets a mail of which notification: the people of its user, the person it names, or the operators of its kind's roles. */
const RECIPIENTS = `
  SELECT n.id, n.event_id, n.kind, p.id AS person_id FROM notification n JOIN person p ON p.user_id = n.user_id AND p.state = 'active' WHERE n.id = ANY ($1) AND n.kind = ANY ($2)
  UNION ALL
  SELECT n.id, n.event_id, n.kind, p.id FROM notification n JOIN person p ON p.id = n.person_id WHERE n.id = ANY ($1) AND n.kind = ANY ($3)
  UNION ALL
  SELECT n.id, n.event_id, n.kind, p.id FROM notification n JOIN unnest($4::text[], $5::text[]) AS k(kind, role) ON k.kind = n.kind
    JOIN person p ON p.role = k.role AND p.user_id IS NULL AND p.state = 'active' WHERE n.id = ANY ($1)`;

/**
 * Writes a mail for every recipient of these notifications, due at `at` (ISO); one that was written before stays as it is. Two
 * statements whatever their number. `domain`: of the Message-IDs. Answers how many were written.
 */
export async function writeMails(tx: Tx, notificationIds: readonly string[], domain: string, at: string): Promise<number> {
  const { rows } = await tx.client.query<{ id: string; event_id: string; kind: string; person_id: string }>(
    RECIPIENTS, [notificationIds, FOR_USERS, FOR_PERSONS, FOR_ROLES.map(({ kind }) => kind), FOR_ROLES.map(({ role }) => role)]);
  if (rows.length === 0) return 0;
  const { rowCount } = await tx.client.query(
    `INSERT INTO mail (id, notification_id, person_id, urgent, state, next_attempt_at, message_id, created_at)
     SELECT n.id, n.notification_id, n.person_id, n.urgent, 'queued', $6, n.message_id, $6
     FROM unnest($1::text[], $2::text[], $3::text[], $4::boolean[], $5::text[]) AS n(id, notification_id, person_id, urgent, message_id) ON CONFLICT (notification_id, person_id) DO NOTHING`,
    [rows.map(() => newId('mail')), rows.map((row) => row.id), rows.map((row) => row.person_id), rows.map((row) => URGENT.includes(row.kind)),
      rows.map((row) => messageId(row.event_id, row.person_id, domain)), at]);
  return rowCount ?? 0;
}

/** Mails and webhook deliveries of these are written, and the deliveries started. */
export async function markFannedOut(source: SqlSource, notificationIds: readonly string[], at: string): Promise<void> {
  await sqlOf(source).query('UPDATE notification SET fanned_out_at = $2 WHERE id = ANY ($1) AND fanned_out_at IS NULL', [notificationIds, at]);
}

/** From the event and its recipient alone: whoever sends the mail again sends it under the same id, by which the receiving side drops it. */
export function messageId(eventId: string, personId: string, domain: string): string {
  return `<${createHash('sha256').update(`${eventId}\n${personId}`).digest('base64url')}@${domain}>`;
}
