import { timingSafeEqual } from 'node:crypto';
import type { SqlSource } from '../connection.ts';
import { decrypt, encrypt } from './cipher.ts';
import type { MasterKeys } from './masterKeys.ts';
import { forgetSubject, type SubjectKey, subjectKey, subjectKeys } from './subjectKeys.ts';

export interface Sealed { subjectId: string; sealed: string }

/**
 * Personal data at rest. Each text is encrypted under its subject's own key (`psn_…`: sign-in data, `usr_…`: who a user is), so
 * erasing a subject is deleting one row.
 */
export interface PersonalData {
  /** `v1.<key>.<base64url>`; another text each time. */
  seal(source: SqlSource, subjectId: string, text: string): Promise<string>;
  /** Null once the subject was erased. Throws where the text was changed. */
  open(source: SqlSource, subjectId: string, sealed: string): Promise<string | null>;
  /** Like `open` for many, in one query, in their order. */
  openMany(source: SqlSource, sealed: readonly Sealed[]): Promise<(string | null)[]>;
  /** What to look a text up by: the same for the same text, without a way back. */
  index(kind: string, text: string): string;
  /** A secret made from an id: it can be made again when a mail is written, so that no row or log has to hold it. */
  token(purpose: string, id: string): string;
  /** In constant time. */
  tokenMatches(purpose: string, id: string, token: string): boolean;
  erase(source: SqlSource, subjectId: string): Promise<void>;
}

export function personalData(keys: MasterKeys): PersonalData {
  const token = (purpose: string, id: string): string => keys.hash(`token:${purpose}`, id).toString('base64url');
  const openMany: PersonalData['openMany'] = async (source, sealed) => {
    if (sealed.length === 0) return [];
    const found = await subjectKeys(source, keys, sealed.map(({ subjectId }) => subjectId));
    return sealed.map((one) => opened(one, found.get(one.subjectId)));
  };
  return {
    async seal(source, subjectId, text) {
      const { id, key } = await subjectKey(source, keys, subjectId);
      return `v1.${id}.${encrypt(key, Buffer.from(text), subjectId).toString('base64url')}`;
    },
    open: async (source, subjectId, sealed) => (await openMany(source, [{ subjectId, sealed }]))[0]!,
    openMany,
    index: (kind, text) => keys.hash(`index:${kind}`, text).toString('base64url'),
    token,
    tokenMatches(purpose, id, given) {
      const [expected, actual] = [Buffer.from(token(purpose, id)), Buffer.from(given)];
      return expected.length === actual.length && timingSafeEqual(expected, actual);
    },
    erase: forgetSubject,
  };
}

/** A text of a key that is gone, or from before the subject began anew, is erased. */
function opened({ subjectId, sealed }: Sealed, key: SubjectKey | undefined): string | null {
  const [version, keyId, body] = sealed.split('.');
  if (version !== 'v1' || keyId === undefined || body === undefined) throw new Error(`A sealed text of ${subjectId} is not one`);
  return key?.id === keyId ? decrypt(key.key, Buffer.from(body, 'base64url'), subjectId).toString() : null;
}
