import type { SqlSource } from '../connection.ts';
import type { PersonalData } from '../personal/personalData.ts';

/** Fields such as a destination's, as they are stored: `{ sealed }`, or in clear where a row is older than the sealing. */
export type StoredFields = Readonly<Record<string, string>>;

/** The fields in one sealed text, in the form in which their jsonb column keeps them. */
export async function sealFields(personal: PersonalData, source: SqlSource, userId: string, fields: StoredFields): Promise<Record<string, string>> {
  return { sealed: await personal.seal(source, userId, JSON.stringify(fields)) };
}

/** Each row's fields read, in one query for all of them and in their order; no fields where the user was erased. */
export async function openFields(personal: PersonalData, source: SqlSource, rows: readonly { userId: string; fields: StoredFields }[]): Promise<Record<string, string>[]> {
  const sealed = rows.filter(({ fields }) => isSealed(fields));
  const texts = (await personal.openMany(source, sealed.map(({ userId, fields }) => ({ subjectId: userId, sealed: fields['sealed']! })))).values();
  return rows.map(({ fields }) => {
    if (!isSealed(fields)) return { ...fields };
    const text = texts.next().value;
    return text === null || text === undefined ? {} : JSON.parse(text) as Record<string, string>;
  });
}

const isSealed = (fields: StoredFields): boolean => fields['sealed']?.startsWith('v1.') === true && Object.keys(fields).length === 1;

/** The payee that a destination names, kept beside its rail's fields in the same sealed text; rails declare which field it is. */
export const PAYEE_FIELD = '$payee';

/** Things with a destination, read as `openFields` reads it: the rail's own fields only. */
export async function withDestinations<T extends { userId: string; destination: StoredFields }>(personal: PersonalData, source: SqlSource, things: readonly T[]): Promise<(T & { destination: Record<string, string> })[]> {
  const destinations = await openFields(personal, source, things.map(({ userId, destination }) => ({ userId, fields: destination })));
  return things.map((thing, index) => {
    const { [PAYEE_FIELD]: _payee, ...destination } = destinations[index]!;
    return { ...thing, destination };
  });
}

const SEALED_BYTES = 'sealed:';

/** Bytes such as an attempt's request, sealed in the form in which their bytea column keeps them. */
export async function sealBytes(personal: PersonalData, source: SqlSource, userId: string, bytes: Buffer): Promise<Buffer> {
  return Buffer.from(SEALED_BYTES + await personal.seal(source, userId, bytes.toString('base64')));
}

/** Null once the user was erased. */
export async function openBytes(personal: PersonalData, source: SqlSource, userId: string, stored: Buffer): Promise<Buffer | null> {
  if (stored.subarray(0, SEALED_BYTES.length).toString('latin1') !== SEALED_BYTES) return stored;
  const text = await personal.open(source, userId, stored.subarray(SEALED_BYTES.length).toString('latin1'));
  return text === null ? null : Buffer.from(text, 'base64');
}
