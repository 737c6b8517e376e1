import { newId } from '../../domain/ids.ts';
import { Problem } from '../../domain/problem.ts';
import { DOCUMENTS_AFTER, VERIFICATION_CURRENT, VERIFICATION_OPEN, type VerificationState, verificationStatesBefore } from '../../domain/verification/states.ts';
import { daysAfter, type VerificationTerms } from '../../domain/verification/terms.ts';
import { type SqlSource, sqlOf, type Tx } from '../connection.ts';
import { notify } from './notifications.ts';

/** Instants ISO. What is sealed is not among it. */
export interface Verification {
  id: string; userId: string; state: VerificationState; profileVersion: number; provider: string | null; submission: number; sentAt: string | null; looks: number;
  requestedAt: string; turnSince: string; expiresAt: string; remindersSent: number; code: string | null; decidedAt: string | null; decidedBy: string | null;
}
interface Row {
  id: string; user_id: string; state: VerificationState; profile_version: number; provider: string | null; submission: number; sent_at: Date | null; looks: number;
  requested_at: Date; turn_since: Date; expires_at: Date; reminders_sent: number; code: string | null; decided_at: Date | null; decided_by: string | null;
}
const COLUMNS = 'id, user_id, state, profile_version, provider, submission, sent_at, looks, requested_at, turn_since, expires_at, reminders_sent, code, decided_at, decided_by';
const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
const shown = (row: Row): Verification => ({
  id: row.id, userId: row.user_id, state: row.state, profileVersion: row.profile_version, provider: row.provider, submission: row.submission, sentAt: iso(row.sent_at), looks: row.looks,
  requestedAt: row.requested_at.toISOString(), turnSince: row.turn_since.toISOString(), expiresAt: row.expires_at.toISOString(), remindersSent: row.reminders_sent, code: row.code,
  decidedAt: iso(row.decided_at), decidedBy: row.decided_by,
});
const unknown = (what: string): Problem => new Problem('VERIFICATION_UNKNOWN', `There is no verification ${what}.`, { status: 404 });

/** Throws `Problem` VERIFICATION_UNKNOWN (404). */
export async function getVerification(source: SqlSource, id: string, lock = false): Promise<Verification> {
  const { rows } = await sqlOf(source).query<Row>(`SELECT ${COLUMNS} FROM verification WHERE id = $1${lock ? ' FOR UPDATE' : ''}`, [id]);
  if (!rows[0]) throw unknown(`"${id}"`);
  return shown(rows[0]);
}

/** Null for an id that nothing has. */
export async function findVerification(source: SqlSource, id: string): Promise<Verification | null> {
  const { rows } = await sqlOf(source).query<Row>(`SELECT ${COLUMNS} FROM verification WHERE id = $1`, [id]);
  return rows[0] ? shown(rows[0]) : null;
}

/** A user's newest, or null. */
export async function latestVerification(source: SqlSource, userId: string, lock = false): Promise<Verification | null> {
  const { rows } = await sqlOf(source).query<Row>(`SELECT ${COLUMNS} FROM verification WHERE user_id = $1 ORDER BY id DESC LIMIT 1${lock ? ' FOR UPDATE' : ''}`, [userId]);
  return rows[0] ? shown(rows[0]) : null;
}

export interface VerificationFilter { userId?: string; state?: VerificationState; open?: boolean; after?: string; limit: number }

/** In id order. `open`: the user's or the provider's turn. */
export async function listVerifications(source: SqlSource, filter: VerificationFilter): Promise<Verification[]> {
  const { rows } = await sqlOf(source).query<Row>(
    `SELECT ${COLUMNS} FROM verification WHERE id > $1 AND ($2::text IS NULL OR user_id = $2) AND ($3::text IS NULL OR state = $3) AND (NOT $4 OR state = ANY ($5)) ORDER BY id LIMIT $6`,
    [filter.after ?? '', filter.userId ?? null, filter.state ?? null, filter.open ?? false, VERIFICATION_OPEN, filter.limit]);
  return rows.map(shown);
}

/**
 * Asks these users who they are, unless a verification of theirs is open or approved, or the last one was rejected (then he or an
 * operator begins again, not every run). A fixed number of statements, notifications included.
 */
export async function requestVerifications(tx: Tx, userIds: readonly string[], asOf: string, terms: VerificationTerms): Promise<void> {
  if (userIds.length === 0) return;
  await tx.client.query('INSERT INTO user_profile (user_id, changed_at) SELECT u, $2 FROM unnest($1::text[]) AS u ON CONFLICT (user_id) DO NOTHING', [userIds, asOf]);
  const { rows } = await tx.client.query<Row>(
    `INSERT INTO verification (id, user_id, state, profile_version, requested_at, turn_since, expires_at)
     SELECT u.id, u.user_id, 'not_started', p.version, $3, $3, $4 FROM unnest($1::text[], $2::text[]) AS u (id, user_id) JOIN user_profile p ON p.user_id = u.user_id
     WHERE p.verification <> 'rejected' AND p.erased_at IS NULL AND NOT EXISTS (SELECT FROM verification v WHERE v.user_id = u.user_id AND v.state = ANY ($5))
     ON CONFLICT (user_id) WHERE state IN ('not_started', 'submitted', 'asked_again', 'approved') DO NOTHING RETURNING ${COLUMNS}`,
    [userIds.map(() => newId('verification')), userIds, asOf, daysAfter(asOf, terms.userDays), VERIFICATION_CURRENT]);
  await tx.client.query(`UPDATE user_profile SET verification = 'not_started' WHERE user_id = ANY ($1)`, [rows.map((row) => row.user_id)]);
  await notify(tx, rows.map((row) => ({
    eventId: `verification:${row.id}:requested`, userId: row.user_id, kind: 'verification_requested', facts: { verificationId: row.id, expiresAt: row.expires_at.toISOString() }, at: asOf,
  })));
}

/** The open ones that were asked of these users at exactly this instant. */
export async function requestedVerifications(source: SqlSource, userIds: readonly string[], requestedAt: string): Promise<Verification[]> {
  const { rows } = await sqlOf(source).query<Row>(`SELECT ${COLUMNS} FROM verification WHERE user_id = ANY ($1) AND requested_at = $2 AND state = ANY ($3)`, [userIds, requestedAt, VERIFICATION_OPEN]);
  return rows.map(shown);
}

export interface Move {
  /** Since when it is somebody's turn (or was decided), and until when; ISO. */
  at: string; until?: string;
  code?: string | null;
  /** Who decided. */
  by?: string;
  sealedReason?: string | null;
  /** Only an answer to this submission moves it. */
  submission?: number;
}

/** One guarded move, with the user's standing, in one statement. False: the row is elsewhere, look again. */
export async function moveVerification(tx: Tx, id: string, to: VerificationState, move: Move): Promise<boolean> {
  const decided = to === 'approved' || to === 'rejected' || to === 'expired';
  const { rowCount } = await tx.client.query(
    `WITH moved AS (
       UPDATE verification SET state = $2, code = $3, turn_since = CASE WHEN $4 THEN turn_since ELSE $5 END, expires_at = coalesce($6, expires_at),
         reminders_sent = CASE WHEN $4 THEN reminders_sent ELSE 0 END, decided_at = CASE WHEN $4 THEN $5::timestamptz END, decided_by = $7, sealed_reason = coalesce($8, sealed_reason)
       WHERE id = $1 AND state = ANY ($9) AND submission = coalesce($10, submission) RETURNING user_id, state)
     UPDATE user_profile p SET verification = m.state, documents = coalesce($11, p.documents) FROM moved m WHERE p.user_id = m.user_id`,
    [id, to, move.code ?? null, decided, move.at, move.until ?? null, decided ? move.by ?? null : null, move.sealedReason ?? null, verificationStatesBefore(to), move.submission ?? null, DOCUMENTS_AFTER[to] ?? null]);
  return rowCount === 1;
}

/** What was verified is no longer so: the data changed or is gone. One that was only asked for is of the new version. */
export async function endForChange(tx: Tx, userId: string, version: number, at: string, code = 'PROFILE_CHANGED'): Promise<void> {
  const current = await latestVerification(tx, userId, true);
  if (current === null || !VERIFICATION_CURRENT.includes(current.state)) return;
  if (current.state === 'not_started' && code === 'PROFILE_CHANGED') await tx.client.query('UPDATE verification SET profile_version = $2 WHERE id = $1', [current.id, version]);
  else await moveVerification(tx, current.id, 'expired', { at, code });
}

/** Counts up to `number` reminders as sent; false if that one was sent before or is no longer due. */
export async function countVerificationReminder(tx: Tx, id: string, number: number): Promise<boolean> {
  const { rowCount } = await tx.client.query(`UPDATE verification SET reminders_sent = $2 WHERE id = $1 AND state IN ('not_started', 'asked_again') AND reminders_sent < $2`, [id, number]);
  return rowCount === 1;
}

/** The provider has the submission. */
export async function markVerificationSent(source: SqlSource, id: string, submission: number, at: string): Promise<void> {
  await sqlOf(source).query('UPDATE verification SET sent_at = coalesce(sent_at, $3) WHERE id = $1 AND submission = $2', [id, submission, at]);
}

/** The provider does not know a submission that was sent: it is sent again, under the same reference. */
export async function markVerificationUnsent(source: SqlSource, id: string, submission: number): Promise<void> {
  await sqlOf(source).query(`UPDATE verification SET sent_at = NULL WHERE id = $1 AND submission = $2 AND state = 'submitted'`, [id, submission]);
}

export async function countVerificationLook(source: SqlSource, id: string): Promise<void> {
  await sqlOf(source).query('UPDATE verification SET looks = looks + 1 WHERE id = $1', [id]);
}
