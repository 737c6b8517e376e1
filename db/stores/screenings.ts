import { newId } from '../../domain/ids.ts';
import { Problem } from '../../domain/problem.ts';
import { screeningDates, type ScreeningReason, type ScreeningState, screeningStatesBefore, type ScreeningTerms } from '../../domain/verification/screenings.ts';
import { type SqlSource, sqlOf, type Tx } from '../connection.ts';
import type { PersonalData } from '../personal/personalData.ts';

/** Instants ISO. `entry`: the list's own number of what fits, never a name. */
export interface Screening {
  id: string; userId: string; reason: ScreeningReason; state: ScreeningState; profileVersion: number; list: string | null; listVersion: string | null; entry: string | null;
  at: string; decidedAt: string | null; decidedBy: string | null;
}
interface Row {
  id: string; user_id: string; reason: ScreeningReason; state: ScreeningState; profile_version: number; list: string | null; list_version: string | null; entry: string | null;
  at: Date; decided_at: Date | null; decided_by: string | null;
}
const COLUMNS = 'id, user_id, reason, state, profile_version, list, list_version, entry, at, decided_at, decided_by';
const shown = (row: Row): Screening => ({
  id: row.id, userId: row.user_id, reason: row.reason, state: row.state, profileVersion: row.profile_version, list: row.list, listVersion: row.list_version, entry: row.entry,
  at: row.at.toISOString(), decidedAt: row.decided_at?.toISOString() ?? null, decidedBy: row.decided_by,
});

/** Throws `Problem` SCREENING_UNKNOWN (404). */
export async function getScreening(source: SqlSource, id: string, lock = false): Promise<Screening> {
  const { rows } = await sqlOf(source).query<Row>(`SELECT ${COLUMNS} FROM screening WHERE id = $1${lock ? ' FOR UPDATE' : ''}`, [id]);
  if (!rows[0]) throw new Problem('SCREENING_UNKNOWN', `There is no screening "${id}".`, { status: 404 });
  return shown(rows[0]);
}

export interface ScreeningFilter { userId?: string; state?: ScreeningState; after?: string; limit: number }

/** In id order. */
export async function listScreenings(source: SqlSource, filter: ScreeningFilter): Promise<Screening[]> {
  const { rows } = await sqlOf(source).query<Row>(
    `SELECT ${COLUMNS} FROM screening WHERE id > $1 AND ($2::text IS NULL OR user_id = $2) AND ($3::text IS NULL OR state = $3) ORDER BY id LIMIT $4`,
    [filter.after ?? '', filter.userId ?? null, filter.state ?? null, filter.limit]);
  return rows.map(shown);
}

/**
 * A page of verified users who are due at `asOf`, in id order: never screened or asked for and not answered, of an older profile or list,
 * or too long ago, sooner for those with money available (USD). A hit that waits for compliance is not asked again.
 */
export async function usersToScreen(source: SqlSource, input: { asOf: string; listVersion: string | null; after: string; limit: number }): Promise<string[]> {
  const { rows } = await sqlOf(source).query<{ user_id: string }>(
    `SELECT p.user_id FROM user_profile p
     WHERE p.user_id > $1 AND p.verification = 'approved' AND p.sealed IS NOT NULL AND p.screening NOT IN ('hit', 'confirmed')
       AND (p.screening IN ('none', 'pending') OR p.screened_version IS DISTINCT FROM p.version OR p.screen_again_at <= $2
         OR (p.list_version IS DISTINCT FROM $3 AND $3 IS NOT NULL)
         OR (p.screen_again_with_money_at <= $2 AND EXISTS (SELECT FROM ledger_account a JOIN balance b ON b.account_id = a.id WHERE a.user_id = p.user_id AND a.kind = 'available' AND b.amount > 0)))
     ORDER BY p.user_id LIMIT $4`, [input.after, input.asOf, input.listVersion, input.limit]);
  return rows.map((row) => row.user_id);
}

/** Notes that a screening is owed, or takes up the one that is. Null while compliance has a hit to decide, or has confirmed one. */
export async function openScreening(tx: Tx, userId: string, at: string): Promise<Screening | null> {
  const { rows: [profile] } = await tx.client.query<{ version: number; screened_version: number | null; screening: string }>('SELECT version, screened_version, screening FROM user_profile WHERE user_id = $1 FOR UPDATE', [userId]);
  if (!profile || profile.screening === 'hit' || profile.screening === 'confirmed') return null;
  const pending = await tx.client.query<Row>(`SELECT ${COLUMNS} FROM screening WHERE user_id = $1 AND state = 'pending'`, [userId]);
  if (pending.rows[0]) return shown(pending.rows[0]);
  const reason: ScreeningReason = profile.screened_version === null ? 'first_payout' : profile.screened_version === profile.version ? 'periodic' : 'change';
  const { rows } = await tx.client.query<Row>(
    `INSERT INTO screening (id, user_id, reason, state, profile_version, at) VALUES ($1, $2, $3, 'pending', $4, $5) RETURNING ${COLUMNS}`, [newId('screening'), userId, reason, profile.version, at]);
  // A clear one stays good while the next of the same data is under way.
  if (reason !== 'periodic') await tx.client.query(`UPDATE user_profile SET screening = 'pending' WHERE user_id = $1`, [userId]);
  return shown(rows[0]!);
}

/** What compliance has found to be somebody else, for this version of the data: it is no hit again. */
export async function clearedEntries(source: SqlSource, userId: string, profileVersion: number): Promise<string[]> {
  const { rows } = await sqlOf(source).query<{ entry: string }>(`SELECT entry FROM screening WHERE user_id = $1 AND profile_version = $2 AND state = 'cleared'`, [userId, profileVersion]);
  return rows.map((row) => row.entry);
}

export interface ListAnswer { list: string; listVersion: string; entry: string | null }

/** Writes the list's answer about a version of the data, with the user's standing. False: it was answered before, or the data changed meanwhile. */
export async function answerScreening(tx: Tx, screeningId: string, profileVersion: number, answer: ListAnswer, at: string, terms: ScreeningTerms): Promise<boolean> {
  const to: ScreeningState = answer.entry === null ? 'clear' : 'hit';
  const dates = screeningDates(at, terms);
  const { rowCount } = await tx.client.query(
    `WITH answered AS (
       UPDATE screening SET state = $2, list = $3, list_version = $4, entry = $5, at = $6, profile_version = $8 WHERE id = $1 AND state = ANY ($7)
         AND EXISTS (SELECT FROM user_profile p WHERE p.user_id = screening.user_id AND p.version = $8) RETURNING user_id)
     UPDATE user_profile p SET screening = $2, screened_version = $8, list_version = $4, screen_again_at = $9, screen_again_with_money_at = $10, screened_until = $11
     FROM answered a WHERE p.user_id = a.user_id`,
    [screeningId, to, answer.list, answer.listVersion, answer.entry, at, screeningStatesBefore(to), profileVersion, dates.againAt, dates.withMoneyAgainAt, dates.freshUntil]);
  return rowCount === 1;
}

export interface ScreeningDecision { screeningId: string; decision: 'cleared' | 'confirmed'; by: string; reason: string; at: string }

/** Compliance decides a hit, the words sealed. Throws SCREENING_UNKNOWN, SCREENING_DECISION_REFUSED (409). */
export async function decideScreening(tx: Tx, personal: PersonalData, input: ScreeningDecision): Promise<Screening> {
  const row = await getScreening(tx, input.screeningId, true);
  const sealed = await personal.seal(tx, row.userId, input.reason);
  const { rowCount } = await tx.client.query(
    `UPDATE screening SET state = $2, decided_at = $3, decided_by = $4, sealed_reason = $5 WHERE id = $1 AND state = ANY ($6)`,
    [row.id, input.decision, input.at, input.by, sealed, screeningStatesBefore(input.decision)]);
  if (rowCount !== 1) throw new Problem('SCREENING_DECISION_REFUSED', `A screening that is ${row.state} cannot be ${input.decision}.`, { status: 409 });
  // Only while no later hit stands.
  await tx.client.query(
    `UPDATE user_profile SET screening = $2 WHERE user_id = $1 AND screening = 'hit' AND NOT EXISTS (SELECT FROM screening WHERE user_id = $1 AND state = 'hit')`, [row.userId, input.decision]);
  return getScreening(tx, row.id);
}
