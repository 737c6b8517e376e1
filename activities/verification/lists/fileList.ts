import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { payeeNameMatches } from '../../../domain/verification/payeeName.ts';
import type { Matches, ScreeningList } from './list.ts';

const Content = z.array(z.object({ entry: z.string().regex(/^[A-Za-z0-9._-]{1,60}$/), names: z.array(z.string().min(1)).min(1), born: z.string().regex(/^\d{4}(-\d\d-\d\d)?$/).optional() }));
type Loaded = { version: string; entries: z.infer<typeof Content>; readAt: number };

/**
 * A list in a file of JSON: `[{ entry, names, born? }]`. It stands in for a real list and decides by the same comparison of names as a
 * payee's; a year or date of birth that is given must agree. Read again when the file is changed.
 */
export function fileList(file: string): ScreeningList {
  let loaded: Loaded | undefined;
  const load = async (): Promise<Loaded | null> => {
    try {
      const { mtimeMs } = await stat(file);
      if (loaded?.readAt === mtimeMs) return loaded;
      const text = await readFile(file);
      return (loaded = { version: createHash('sha256').update(text).digest('hex').slice(0, 16), entries: Content.parse(JSON.parse(text.toString('utf8'))), readAt: mtimeMs });
    } catch {
      return null;
    }
  };
  return {
    id: 'file',
    version: async () => (await load())?.version ?? null,
    async match({ fullName, dateOfBirth }): Promise<Matches> {
      const list = await load();
      if (list === null) return { kind: 'unavailable', code: 'LIST_UNREADABLE' };
      const fits = list.entries.filter(({ names, born }) => (born === undefined || dateOfBirth.startsWith(born)) && names.some((name) => payeeNameMatches(name, fullName)));
      return { kind: 'answered', listVersion: list.version, entries: fits.map(({ entry }) => entry) };
    },
  };
}
