import { Problem } from '../../domain/problem.ts';
import { PAYOUT_SETTLED } from '../../domain/payouts/states.ts';
import type { Tx } from '../connection.ts';
import type { PersonalData } from '../personal/personalData.ts';
import { endForChange } from './verifications.ts';

export interface Erasure { userId: string; erasedAt: string; personsErased: string[]; payoutMethodsRemoved: number }

/**
 * Erases a user's personal data: his and his sign-in's keys are deleted, so that everything sealed under them can never be read again, in any
 * backup of the other tables too; sealed texts are emptied, methods removed, sign-ins and keys ended, and he is suspended. No ledger row is touched.
 * Throws `Problem` USER_UNKNOWN (404), ERASE_PAYOUT_OPEN (409), ERASE_MONEY_OWED (409, unless `evenIfOwed`).
 */
export async function eraseUser(tx: Tx, personal: PersonalData, input: { userId: string; at: string; evenIfOwed: boolean }): Promise<Erasure> {
  const { userId, at } = input;
  const sql = tx.client;
  if ((await sql.query('SELECT FROM app_user WHERE id = $1 FOR UPDATE', [userId])).rowCount === 0) throw new Problem('USER_UNKNOWN', `There is no user "${userId}".`, { status: 404 });
  const open = await sql.query<{ id: string }>('SELECT id FROM payout WHERE user_id = $1 AND state <> ALL ($2) ORDER BY id LIMIT 1', [userId, PAYOUT_SETTLED]);
  if (open.rows[0]) throw new Problem('ERASE_PAYOUT_OPEN', `Payout ${open.rows[0].id} is not settled; its destination is needed until it is.`, { status: 409, facts: { payoutId: open.rows[0].id } });
  const { rows: [owed] } = await sql.query<{ owed: boolean }>(
    `SELECT coalesce(bool_or(b.amount > 0), false) AS owed FROM ledger_account a JOIN balance b ON b.account_id = a.id WHERE a.user_id = $1 AND a.kind IN ('pending', 'available', 'held', 'reserved')`, [userId]);
  if (owed!.owed && !input.evenIfOwed) throw new Problem('ERASE_MONEY_OWED', 'Money is owed to this user; pay it first, or say evenIfOwed with the reason.', { status: 409 });

  await sql.query('INSERT INTO user_profile (user_id, changed_at) VALUES ($1, $2) ON CONFLICT (user_id) DO NOTHING', [userId, at]);
  await endForChange(tx, userId, 1, at, 'ERASED');
  await sql.query('UPDATE verification SET sealed_documents = NULL, sealed_reason = NULL WHERE user_id = $1', [userId]);
  await sql.query('UPDATE screening SET sealed_reason = NULL WHERE user_id = $1', [userId]);
  // A hit stays one: whoever comes back is not clear because he was forgotten.
  await sql.query(
    `UPDATE user_profile SET sealed = NULL, version = version + 1, documents = 'none', verification = CASE WHEN verification = 'not_started' THEN 'not_started' ELSE 'expired' END,
       screening = CASE WHEN screening IN ('hit', 'confirmed') THEN screening ELSE 'none' END, screened_until = NULL, changed_at = $2, erased_at = $2 WHERE user_id = $1`, [userId, at]);
  const methods = await sql.query('UPDATE payout_method SET removed_at = $2 WHERE user_id = $1 AND removed_at IS NULL', [userId, at]);
  await sql.query(`UPDATE app_user SET external_id = 'erased:' || id, status = 'suspended' WHERE id = $1`, [userId]);
  await sql.query('UPDATE api_key SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL', [userId, at]);
  const persons = (await sql.query<{ id: string }>('SELECT id FROM person WHERE user_id = $1 ORDER BY id FOR UPDATE', [userId])).rows.map((row) => row.id);
  await sql.query(`UPDATE session SET revoked_at = $2, revoked_why = 'erased' WHERE person_id = ANY ($1) AND revoked_at IS NULL`, [persons, at]);
  await sql.query(
    `UPDATE person SET state = 'closed', closed_at = coalesce(closed_at, $2::timestamptz), mail_index = NULL, password_hash = NULL, totp_secret = NULL, totp_since = NULL, totp_pending = NULL WHERE id = ANY ($1)`, [persons, at]);
  for (const subject of [userId, ...persons]) await personal.erase(tx, subject);
  return { userId, erasedAt: at, personsErased: persons, payoutMethodsRemoved: methods.rowCount ?? 0 };
}
