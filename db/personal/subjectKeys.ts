import { randomBytes } from 'node:crypto';
import { Problem } from '../../domain/problem.ts';
import { type SqlSource, sqlOf } from '../connection.ts';
import { decrypt, encrypt } from './cipher.ts';
import type { MasterKeys } from './masterKeys.ts';

export interface SubjectKey { id: string; key: Buffer }
interface Row { subject_id: string; id: string; master_key_id: string; wrapped: Buffer }

const COLUMNS = 'subject_id, id, master_key_id, wrapped';

/** The subject's key, made on first use. Two that make it at once get the same. */
export async function subjectKey(source: SqlSource, keys: MasterKeys, subjectId: string): Promise<SubjectKey> {
  const found = (await subjectKeys(source, keys, [subjectId])).get(subjectId);
  if (found) return found;
  await sqlOf(source).query('INSERT INTO data_key (subject_id, id, master_key_id, wrapped) VALUES ($1, $2, $3, $4) ON CONFLICT (subject_id) DO NOTHING',
    [subjectId, randomBytes(9).toString('base64url'), keys.current.id, encrypt(keys.current.key, randomBytes(32), subjectId)]);
  return (await subjectKeys(source, keys, [subjectId])).get(subjectId)!;
}

/** The keys that exist, in one query. Throws PERSONAL_DATA_KEY_MISSING where the environment lacks the master key of one. */
export async function subjectKeys(source: SqlSource, keys: MasterKeys, subjectIds: readonly string[]): Promise<Map<string, SubjectKey>> {
  const { rows } = await sqlOf(source).query<Row>(`SELECT ${COLUMNS} FROM data_key WHERE subject_id = ANY($1)`, [[...new Set(subjectIds)]]);
  return new Map(rows.map((row) => [row.subject_id, { id: row.id, key: unwrap(keys, row) }]));
}

/** The subject's data cannot be read any more, by anybody. */
export async function forgetSubject(source: SqlSource, subjectId: string): Promise<void> {
  await sqlOf(source).query('DELETE FROM data_key WHERE subject_id = $1', [subjectId]);
}

/** Wraps up to `limit` keys anew with the current master key; answers how many it did. Repeat it until that is 0, then drop the old one. */
export async function rewrapKeys(source: SqlSource, keys: MasterKeys, limit = 500): Promise<number> {
  const { rows } = await sqlOf(source).query<Row>(`SELECT ${COLUMNS} FROM data_key WHERE master_key_id <> $1 ORDER BY subject_id LIMIT $2`, [keys.current.id, limit]);
  if (rows.length === 0) return 0;
  const wrapped = rows.map((row) => encrypt(keys.current.key, unwrap(keys, row), row.subject_id));
  await sqlOf(source).query(
    `UPDATE data_key k SET master_key_id = $1, wrapped = n.wrapped FROM unnest($2::text[], $3::bytea[], $4::bytea[]) AS n(subject_id, was, wrapped)
     WHERE k.subject_id = n.subject_id AND k.wrapped = n.was`, [keys.current.id, rows.map((row) => row.subject_id), rows.map((row) => row.wrapped), wrapped]);
  return rows.length;
}

function unwrap(keys: MasterKeys, row: Row): Buffer {
  const master = keys.byId.get(row.master_key_id);
  if (!master) throw new Problem('PERSONAL_DATA_KEY_MISSING', `Personal data is closed with the key "${row.master_key_id}", which PERSONAL_DATA_KEYS does not have.`, { status: 500 });
  return decrypt(master, row.wrapped, row.subject_id);
}
