import { randomBytes } from 'node:crypto';
import { Problem } from '../../domain/problem.ts';
import { type SqlSource, sqlOf, type Tx } from '../connection.ts';
import type { PersonalData } from '../personal/personalData.ts';

/** Old ones that may still be valid beside the one in use. */
const MOST_OLD = 2;
const SECRET_BYTES = 32;

export interface SecretInfo { no: number; createdAt: string; expiresAt: string | null }

/** Makes an endpoint's first or next secret (`whsec_` and the base64 of 32 random bytes), sealed under the endpoint's id. Answers its number. */
export async function addSecret(tx: Tx, personal: PersonalData, endpointId: string, at: string): Promise<number> {
  const sealed = await personal.seal(tx, endpointId, `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`);
  const { rows } = await tx.client.query<{ no: number }>(
    `INSERT INTO webhook_secret (endpoint_id, no, sealed, created_at)
     SELECT $1, coalesce(max(no), 0) + 1, $2, $3 FROM webhook_secret WHERE endpoint_id = $1 RETURNING no`, [endpointId, sealed, at]);
  return rows[0]!.no;
}

/**
 * Puts a new secret in the place of the one in use, which stays valid until `oldUntil`; deliveries are signed with both till then. The
 * endpoint's row must be locked. Throws `Problem` WEBHOOK_SECRETS_TOO_MANY (409). ISO instants.
 */
export async function rotateSecret(tx: Tx, personal: PersonalData, endpointId: string, at: string, oldUntil: string): Promise<number> {
  const old = await tx.client.query('SELECT 1 FROM webhook_secret WHERE endpoint_id = $1 AND expires_at > $2', [endpointId, at]);
  if (old.rows.length >= MOST_OLD && oldUntil > at) {
    throw new Problem('WEBHOOK_SECRETS_TOO_MANY', `${MOST_OLD} earlier secrets of this endpoint are still valid; wait until one expires, or rotate with an overlap of 0 hours.`, { status: 409 });
  }
  // Without an overlap a secret is thought to be known to others: none of the old ones stays.
  await tx.client.query('UPDATE webhook_secret SET expires_at = least(coalesce(expires_at, $2), $2) WHERE endpoint_id = $1 AND (expires_at IS NULL OR $3)', [endpointId, oldUntil, oldUntil <= at]);
  return addSecret(tx, personal, endpointId, at);
}

/** The texts of the secrets that are valid at an instant, newest first; none once they were erased with their endpoint. */
export async function validSecrets(source: SqlSource, personal: PersonalData, endpointId: string, asOf: string): Promise<string[]> {
  const { rows } = await sqlOf(source).query<{ sealed: string }>(
    'SELECT sealed FROM webhook_secret WHERE endpoint_id = $1 AND (expires_at IS NULL OR expires_at > $2) ORDER BY no DESC', [endpointId, asOf]);
  const opened = await personal.openMany(source, rows.map(({ sealed }) => ({ subjectId: endpointId, sealed })));
  return opened.filter((secret) => secret !== null);
}

/** One secret's text; null once erased. */
export async function secretText(source: SqlSource, personal: PersonalData, endpointId: string, no: number): Promise<string | null> {
  const { rows: [row] } = await sqlOf(source).query<{ sealed: string }>('SELECT sealed FROM webhook_secret WHERE endpoint_id = $1 AND no = $2', [endpointId, no]);
  return row ? personal.open(source, endpointId, row.sealed) : null;
}

/** What may be shown of the secrets that are valid at an instant, newest first. */
export async function listSecrets(source: SqlSource, endpointId: string, asOf: string): Promise<SecretInfo[]> {
  const { rows } = await sqlOf(source).query<{ no: number; created_at: Date; expires_at: Date | null }>(
    'SELECT no, created_at, expires_at FROM webhook_secret WHERE endpoint_id = $1 AND (expires_at IS NULL OR expires_at > $2) ORDER BY no DESC', [endpointId, asOf]);
  return rows.map((row) => ({ no: row.no, createdAt: row.created_at.toISOString(), expiresAt: row.expires_at?.toISOString() ?? null }));
}
