import type { PoolClient } from 'pg';
import { type MailState, mailStatesBefore } from '../../domain/notifications/mailStates.ts';
import { type SqlSource, sqlOf } from '../connection.ts';

/** A mail as operators see it: whose and about what, never its text or address. */
export interface Mail {
  id: string; notificationId: string; eventId: string; kind: string; personId: string; userId: string | null; state: MailState; attempts: number;
  nextAttemptAt: string | null; messageId: string; reason: string | null; createdAt: string; settledAt: string | null;
}
interface Row {
  id: string; notification_id: string; event_id: string; kind: string; person_id: string; user_id: string | null; state: MailState; attempts: number;
  next_attempt_at: Date | null; message_id: string; mail_index: string | null; reason: string | null; created_at: Date; settled_at: Date | null; facts: Record<string, string>; at: Date;
}
const SELECT = `SELECT m.id, m.notification_id, n.event_id, n.kind, m.person_id, n.user_id, m.state, m.attempts, m.next_attempt_at, m.message_id, m.mail_index, m.reason, m.created_at, m.settled_at,
  n.facts, n.created_at AS at FROM mail m JOIN notification n ON n.id = m.notification_id`;
const shown = (row: Row): Mail => ({
  id: row.id, notificationId: row.notification_id, eventId: row.event_id, kind: row.kind, personId: row.person_id, userId: row.user_id, state: row.state, attempts: row.attempts,
  nextAttemptAt: row.next_attempt_at?.toISOString() ?? null, messageId: row.message_id, reason: row.reason, createdAt: row.created_at.toISOString(), settledAt: row.settled_at?.toISOString() ?? null,
});

/** With what its text is made from. `at`: ISO instant of the event; `mailIndex`: keyed hash of the address of the last try. */
export interface MailToWrite extends Mail { facts: Record<string, string>; at: string; mailIndex: string | null }
const withFacts = (row: Row): MailToWrite => ({ ...shown(row), facts: row.facts, at: row.at.toISOString(), mailIndex: row.mail_index });

/** Ids of up to `limit` mails that are to be sent at `asOf` (ISO), urgent ones first; also those whose sender may have died. */
export async function dueMails(source: SqlSource, asOf: string, limit: number): Promise<string[]> {
  const { rows } = await sqlOf(source).query<{ id: string }>(
    `SELECT id FROM mail WHERE state IN ('queued', 'sending') AND next_attempt_at <= $1 ORDER BY urgent DESC, next_attempt_at, id LIMIT $2`, [asOf, limit]);
  return rows.map(({ id }) => id);
}

/** When the next mail is due, ISO; null: none is waiting. */
export async function nextMailDueAt(source: SqlSource): Promise<string | null> {
  const { rows: [row] } = await sqlOf(source).query<{ at: Date | null }>(`SELECT min(next_attempt_at) AS at FROM mail WHERE state IN ('queued', 'sending')`);
  return row?.at?.toISOString() ?? null;
}

/**
 * Makes this connection the only one that may send the mail, until it lets go or ends: whoever gets it knows that no living worker is in
 * a dialogue about it, without asking any clock. False: another one has it.
 */
export async function lockMail(client: PoolClient, id: string): Promise<boolean> {
  const { rows: [row] } = await client.query<{ got: boolean }>(`SELECT pg_try_advisory_lock(hashtext('mail'), hashtext($1)) AS got`, [id]);
  return row!.got;
}

export async function unlockMail(client: PoolClient, id: string): Promise<void> {
  await client.query(`SELECT pg_advisory_unlock(hashtext('mail'), hashtext($1))`, [id]);
}

/** Null once it is settled, or not due at `asOf` (ISO). To be read under its lock. */
export async function readDueMail(source: SqlSource, id: string, asOf: string): Promise<MailToWrite | null> {
  const { rows: [row] } = await sqlOf(source).query<Row>(`${SELECT} WHERE m.id = $1 AND m.state IN ('queued', 'sending') AND m.next_attempt_at <= $2`, [id, asOf]);
  return row ? withFacts(row) : null;
}

/** Counts a try, before the first byte of it leaves. */
export async function beginSending(source: SqlSource, id: string, mailIndex: string | null, asOf: string): Promise<void> {
  await sqlOf(source).query(`UPDATE mail SET state = 'sending', attempts = attempts + 1, next_attempt_at = $2, mail_index = $3 WHERE id = $1 AND state = ANY ($4)`, [id, asOf, mailIndex, mailStatesBefore('sending')]);
}

export interface MailMove { state: Exclude<MailState, 'sending'>; reason: string | null; nextAttemptAt: string | null; at: string }

/** One guarded move. False: it is elsewhere already. */
export async function moveMail(source: SqlSource, id: string, { state, reason, nextAttemptAt, at }: MailMove): Promise<boolean> {
  const { rowCount } = await sqlOf(source).query(
    'UPDATE mail SET state = $2, reason = $3, next_attempt_at = $4, settled_at = $5 WHERE id = $1 AND state = ANY ($6)',
    [id, state, reason, nextAttemptAt, state === 'queued' ? null : at, mailStatesBefore(state)]);
  return rowCount === 1;
}

export interface MailFilter { state?: MailState; personId?: string; userId?: string; kind?: string; eventId?: string }

/** Newest first; `before` is the id to go on after. */
export async function listMails(source: SqlSource, filter: MailFilter, page: { before: string | null; limit: number }): Promise<Mail[]> {
  return (await select(source, filter, page)).map(shown);
}

/** The same with what the texts are made from, for the development page. */
export async function listMailsToWrite(source: SqlSource, page: { before: string | null; limit: number }): Promise<MailToWrite[]> {
  return (await select(source, {}, page)).map(withFacts);
}

async function select(source: SqlSource, filter: MailFilter, page: { before: string | null; limit: number }): Promise<Row[]> {
  const { rows } = await sqlOf(source).query<Row>(
    `${SELECT} WHERE ($1::text IS NULL OR m.id < $1) AND ($2::text IS NULL OR m.state = $2) AND ($3::text IS NULL OR m.person_id = $3) AND ($4::text IS NULL OR n.user_id = $4)
       AND ($5::text IS NULL OR n.kind = $5) AND ($6::text IS NULL OR n.event_id = $6) ORDER BY m.id DESC LIMIT $7`,
    [page.before, filter.state ?? null, filter.personId ?? null, filter.userId ?? null, filter.kind ?? null, filter.eventId ?? null, page.limit]);
  return rows;
}

/** By the Message-ID it was sent under, or by its own id. */
export async function findMail(source: SqlSource, by: { messageId: string } | { id: string }): Promise<MailToWrite | null> {
  const { rows: [row] } = await sqlOf(source).query<Row>(`${SELECT} WHERE ${'id' in by ? 'm.id' : 'm.message_id'} = $1`, ['id' in by ? by.id : by.messageId]);
  return row ? withFacts(row) : null;
}
