import { createHmac, hkdfSync } from 'node:crypto';
import { z } from 'zod';
import { Problem } from '../../domain/problem.ts';

const KEY = /^([A-Za-z0-9_-]{1,30}):([A-Za-z0-9+/]{43}=)$/;

/** Where every process that shows or stores personal data gets its keys. */
export const PersonalDataEnvironment = z.object({
  PERSONAL_DATA_KEYS: z.string().optional()
    .describe('Keys that encrypt personal data: `id:base64` of 32 bytes, separated by commas; the first is in use, the others still open what they closed. `npm start` makes and keeps one.'),
  PERSONAL_DATA_INDEX_KEY: z.string().optional().describe('Base64 of 32 bytes: makes look-ups (mail addresses) and the secrets in mailed links. It is not rotated. `npm start` makes and keeps one.'),
});

export interface MasterKeys {
  current: { id: string; key: Buffer };
  byId: ReadonlyMap<string, Buffer>;
  /** Keyed hash of a text for one purpose; no way back. */
  hash(purpose: string, text: string): Buffer;
}

/** Reads the keys. Throws `Problem` CONFIG_MISSING or CONFIG_INVALID, which never repeat a key. */
export function readMasterKeys(e: z.infer<typeof PersonalDataEnvironment>): MasterKeys {
  if (e.PERSONAL_DATA_KEYS === undefined || e.PERSONAL_DATA_INDEX_KEY === undefined) {
    throw new Problem('CONFIG_MISSING', 'PERSONAL_DATA_KEYS and PERSONAL_DATA_INDEX_KEY are not set; without them personal data can be neither stored nor read. The README says how to make them.');
  }
  const keys = e.PERSONAL_DATA_KEYS.split(',').map((text, index) => {
    const [, id, key] = KEY.exec(text.trim()) ?? [];
    if (id === undefined || key === undefined) throw new Problem('CONFIG_INVALID', `PERSONAL_DATA_KEYS: key ${index + 1} is not "id:" and the base64 of 32 bytes.`);
    return { id, key: Buffer.from(key, 'base64') };
  });
  if (new Set(keys.map(({ id }) => id)).size !== keys.length) throw new Problem('CONFIG_INVALID', 'PERSONAL_DATA_KEYS: two keys have the same id.');
  if (!/^[A-Za-z0-9+/]{43}=$/.test(e.PERSONAL_DATA_INDEX_KEY)) throw new Problem('CONFIG_INVALID', 'PERSONAL_DATA_INDEX_KEY is not the base64 of 32 bytes.');
  const index = Buffer.from(e.PERSONAL_DATA_INDEX_KEY, 'base64');
  return {
    current: keys[0]!, byId: new Map(keys.map(({ id, key }) => [id, key])),
    hash: (purpose, text) => createHmac('sha256', Buffer.from(hkdfSync('sha256', index, '', purpose, 32))).update(text).digest(),
  };
}
