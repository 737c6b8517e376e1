import { NOTIFICATION_CATEGORIES, type NotificationCategory } from '../../domain/notifications/kinds.ts';
import { Problem } from '../../domain/problem.ts';
import { type SqlSource, sqlOf } from '../connection.ts';

/** Whether mails of each category are wanted; `security` always is. */
export type MailPreferences = Record<NotificationCategory, boolean>;

export async function readPreferences(source: SqlSource, personId: string): Promise<MailPreferences> {
  const { rows } = await sqlOf(source).query<{ category: NotificationCategory; wanted: boolean }>('SELECT category, wanted FROM mail_preference WHERE person_id = $1', [personId]);
  return Object.fromEntries(NOTIFICATION_CATEGORIES.map((category) => [category, rows.find((row) => row.category === category)?.wanted ?? true])) as MailPreferences;
}

/** Until the transaction ends, nobody else who takes this lock changes them: there may be no row yet to lock. */
export async function lockPreferences(source: SqlSource, personId: string): Promise<void> {
  await sqlOf(source).query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`mail preferences ${personId}`]);
}

/** Changes the categories that are named. Throws `Problem` SECURITY_MAIL_REQUIRED (422). */
export async function writePreferences(source: SqlSource, personId: string, wanted: Partial<MailPreferences>, at: string): Promise<MailPreferences> {
  if (wanted.security === false) throw new Problem('SECURITY_MAIL_REQUIRED', 'Mails about the security of an account cannot be switched off.', { at: { field: 'security' } });
  const named = NOTIFICATION_CATEGORIES.filter((category) => wanted[category] !== undefined);
  await sqlOf(source).query(
    `INSERT INTO mail_preference (person_id, category, wanted, changed_at) SELECT $1, c.category, c.wanted, $4 FROM unnest($2::text[], $3::boolean[]) AS c(category, wanted)
     ON CONFLICT (person_id, category) DO UPDATE SET wanted = excluded.wanted, changed_at = excluded.changed_at`,
    [personId, named, named.map((category) => wanted[category]), at]);
  return readPreferences(source, personId);
}
