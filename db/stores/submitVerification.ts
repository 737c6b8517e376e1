import { newId } from '../../domain/ids.ts';
import { Problem } from '../../domain/problem.ts';
import { checkDocuments, type IdentityDocument } from '../../domain/verification/documents.ts';
import { checkIdentity } from '../../domain/verification/identity.ts';
import { daysAfter, type VerificationTerms } from '../../domain/verification/terms.ts';
import type { SqlSource, Tx } from '../connection.ts';
import { sqlOf } from '../connection.ts';
import type { PersonalData } from '../personal/personalData.ts';
import { readProfile } from './userProfiles.ts';
import { getVerification, latestVerification, type Verification } from './verifications.ts';

export interface Submission { userId: string; documents: readonly IdentityDocument[]; provider: string; at: string }

/**
 * Keeps a user's documents, sealed, and makes it the provider's turn; the workflow sends them after the commit. Throws `Problem`
 * PROFILE_MISSING (409), VERIFICATION_UNDER_WAY (409), VERIFICATION_APPROVED (409), VERIFICATION_REFUSED_TOO_OFTEN (409), DOCUMENT_MISSING, or as `checkIdentity`.
 */
export async function submitVerification(tx: Tx, personal: PersonalData, input: Submission, terms: VerificationTerms): Promise<Verification> {
  const { userId, documents, at } = input;
  checkDocuments(documents);
  const profile = await readProfile(tx, personal, userId, true);
  if (profile === null || profile.identity === null) throw new Problem('PROFILE_MISSING', 'Give the name, country and date of birth first, by PUT on the profile.', { status: 409 });
  checkIdentity(profile.identity, at);
  const latest = await latestVerification(tx, userId, true);
  if (latest?.state === 'submitted') throw new Problem('VERIFICATION_UNDER_WAY', 'It was submitted already; wait for the answer.', { status: 409 });
  if (latest?.state === 'approved') throw new Problem('VERIFICATION_APPROVED', 'The user is verified; a changed profile begins a new verification.', { status: 409 });
  const sealed = await personal.seal(tx, userId, JSON.stringify(documents));
  const open = latest !== null && (latest.state === 'not_started' || latest.state === 'asked_again');
  if (!open) await refuseTooOften(tx, userId, profile.state.version, terms);
  const id = open ? latest.id : newId('verification');
  const values = [id, profile.state.version, input.provider, sealed, at, daysAfter(at, terms.providerDays)];
  if (open) {
    await tx.client.query(
      `UPDATE verification SET state = 'submitted', profile_version = $2, provider = $3, submission = submission + 1, sent_at = NULL, looks = 0, sealed_documents = $4, turn_since = $5, expires_at = $6, code = NULL, reminders_sent = 0
       WHERE id = $1`, values);
  } else {
    await tx.client.query(
      `INSERT INTO verification (id, user_id, state, profile_version, provider, submission, sealed_documents, requested_at, turn_since, expires_at) VALUES ($1, $7, 'submitted', $2, $3, 1, $4, $5, $5, $6)`, [...values, userId]);
  }
  await tx.client.query(`UPDATE user_profile SET verification = 'submitted', documents = 'given' WHERE user_id = $1`, [userId]);
  return getVerification(tx, id);
}

/** Rejections of the very same data; a changed profile counts anew. */
async function refuseTooOften(tx: Tx, userId: string, version: number, terms: VerificationTerms): Promise<void> {
  const { rows } = await tx.client.query<{ n: number }>(`SELECT count(*)::int AS n FROM verification WHERE user_id = $1 AND profile_version = $2 AND state = 'rejected'`, [userId, version]);
  if (rows[0]!.n >= terms.rejections) throw new Problem('VERIFICATION_REFUSED_TOO_OFTEN', `It was rejected ${terms.rejections} times; correct the profile or write to support.`, { status: 409 });
}

/** A submission's documents; null where they are gone. */
export async function readDocuments(source: SqlSource, personal: PersonalData, verification: Pick<Verification, 'id' | 'userId'>): Promise<IdentityDocument[] | null> {
  const { rows } = await sqlOf(source).query<{ sealed_documents: string | null }>('SELECT sealed_documents FROM verification WHERE id = $1', [verification.id]);
  const sealed = rows[0]?.sealed_documents ?? null;
  const text = sealed === null ? null : await personal.open(source, verification.userId, sealed);
  return text === null ? null : JSON.parse(text) as IdentityDocument[];
}
