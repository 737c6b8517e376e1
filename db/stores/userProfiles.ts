import { Problem } from '../../domain/problem.ts';
import type { Standing } from '../../domain/verification/gate.ts';
import { checkIdentity, type Identity } from '../../domain/verification/identity.ts';
import type { DocumentState, VerificationState } from '../../domain/verification/states.ts';
import { type SqlSource, sqlOf, type Tx } from '../connection.ts';
import type { PersonalData } from '../personal/personalData.ts';
import { judgePayees } from './payees.ts';
import { endForChange } from './verifications.ts';

/** A user's standing without his data. Instants ISO. */
export interface ProfileState {
  userId: string; version: number; documents: DocumentState; verification: VerificationState; screening: Standing['screening'];
  screenedUntil: string | null; changedAt: string; erasedAt: string | null;
}
interface Row {
  user_id: string; sealed: string | null; version: number; documents: DocumentState; verification: VerificationState; screening: Standing['screening'];
  screened_until: Date | null; changed_at: Date; erased_at: Date | null;
}
const COLUMNS = 'user_id, sealed, version, documents, verification, screening, screened_until, changed_at, erased_at';
const shown = (row: Row): ProfileState => ({
  userId: row.user_id, version: row.version, documents: row.documents, verification: row.verification, screening: row.screening,
  screenedUntil: row.screened_until?.toISOString() ?? null, changedAt: row.changed_at.toISOString(), erasedAt: row.erased_at?.toISOString() ?? null,
});

async function readRow(source: SqlSource, userId: string, lock = false): Promise<Row | null> {
  return (await sqlOf(source).query<Row>(`SELECT ${COLUMNS} FROM user_profile WHERE user_id = $1${lock ? ' FOR UPDATE' : ''}`, [userId])).rows[0] ?? null;
}

/** Null where the user has none yet. */
export async function findProfileState(source: SqlSource, userId: string): Promise<ProfileState | null> {
  const row = await readRow(source, userId);
  return row && shown(row);
}

/** The state with the data; `identity` is null where there is none, or none any more. */
export async function readProfile(source: SqlSource, personal: PersonalData, userId: string, lock = false): Promise<{ state: ProfileState; identity: Identity | null } | null> {
  const row = await readRow(source, userId, lock);
  if (row === null) return null;
  const text = row.sealed === null ? null : await personal.open(source, userId, row.sealed);
  return { state: shown(row), identity: text === null ? null : JSON.parse(text) as Identity };
}

/**
 * Keeps who a user is, sealed. A change ends what was verified: the next payout waits for a new verification and screening, and
 * each payout method's payee is judged again. The same data again changes nothing else. Throws as `checkIdentity`, and USER_UNKNOWN (404).
 */
export async function putProfile(tx: Tx, personal: PersonalData, userId: string, identity: Identity, at: string): Promise<ProfileState> {
  checkIdentity(identity, at);
  await ensureProfile(tx, userId, at);
  const before = (await readProfile(tx, personal, userId, true))!;
  if (before.identity !== null && same(before.identity, identity)) {
    // A payee that could not be compared when its method was added may be by now.
    await judgePayees(tx, personal, userId, identity.fullName);
    return before.state;
  }
  const sealed = await personal.seal(tx, userId, JSON.stringify({ fullName: identity.fullName, country: identity.country, dateOfBirth: identity.dateOfBirth }));
  // Data that was never given before completes what was taken over; only other data makes another version.
  const version = before.identity === null && before.state.verification === 'not_started' ? before.state.version : before.state.version + 1;
  await tx.client.query(
    'UPDATE user_profile SET sealed = $2, screened_until = CASE WHEN version = $3 THEN screened_until END, version = $3, changed_at = $4, erased_at = NULL WHERE user_id = $1', [userId, sealed, version, at]);
  if (version !== before.state.version) await endForChange(tx, userId, version, at);
  await judgePayees(tx, personal, userId, identity.fullName);
  return (await findProfileState(tx, userId))!;
}

/** The row, made where there is none. Throws USER_UNKNOWN (404). */
export async function ensureProfile(source: SqlSource, userId: string, at: string): Promise<void> {
  const { rowCount } = await sqlOf(source).query(
    `INSERT INTO user_profile (user_id, changed_at) SELECT id, $2 FROM app_user WHERE id = $1 ON CONFLICT (user_id) DO NOTHING`, [userId, at]);
  if (rowCount === 0 && (await readRow(source, userId)) === null) throw new Problem('USER_UNKNOWN', `There is no user "${userId}".`, { status: 404 });
}

const same = (a: Identity, b: Identity): boolean => a.fullName === b.fullName && a.country === b.country && a.dateOfBirth === b.dateOfBirth;
