import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { BankAway, type BankFolders, isTemporaryOf, isUnfinished } from './drop.ts';

/** Folders of this machine; `done/` and `failed/` are made within the one that is read. */
export function localFolders(outgoing: string, incoming: string): BankFolders {
  return {
    stage: (temporary, bytes) => away(async () => {
      const file = await open(join(outgoing, temporary), 'w', 0o640);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await syncFolder(outgoing);
    }),
    publish: (temporary, name) => away(async () => {
      const published = await unlessMissing(rename(join(outgoing, temporary), join(outgoing, name)));
      if (published) await syncFolder(outgoing);
      // A folder that is not mounted has no files either, and says nothing of them.
      else await readdir(outgoing);
      return published ? 'published' : 'missing';
    }),
    tidy: (name) => away(async () => {
      for (const found of await readdir(outgoing)) if (isTemporaryOf(name, found)) await unlessMissing(unlink(join(outgoing, found)));
    }),
    stands: (name) => away(() => unlessMissing(stat(join(outgoing, name)))),
    list: () => away(async () => {
      const names = (await readdir(incoming, { withFileTypes: true })).filter((entry) => entry.isFile() && !isUnfinished(entry.name)).map(({ name }) => name);
      const listed = await Promise.all(names.map(async (name) => {
        const found = await stat(join(incoming, name)).catch(() => null);
        return found === null ? [] : [{ name, size: found.size, mark: `${name} ${found.size} ${found.mtimeMs}` }];
      }));
      return listed.flat();
    }),
    read: (name) => away(() => readFile(join(incoming, name))),
    taken: (from) => away(async () => {
      const names = await readdir(join(incoming, from), { withFileTypes: true }).catch((error: unknown) => { if (isMissing(error)) return []; throw error; });
      return Promise.all(names.filter((entry) => entry.isFile()).map(async ({ name }) => ({ name, modifiedMs: (await stat(join(incoming, from, name))).mtimeMs })));
    }),
    readTaken: (from, name) => away(() => readFile(join(incoming, from, name))),
    move: (name, to) => away(async () => {
      const folder = join(incoming, to);
      await mkdir(folder, { recursive: true });
      const taken = await unlessMissing(stat(join(folder, name)));
      await unlessMissing(rename(join(incoming, name), join(folder, taken ? `${name}.${randomBytes(4).toString('hex')}` : name)));
    }),
    close: async () => undefined,
  };
}

async function away<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new BankAway(`A folder of the bank cannot be used: ${code}`, error);
  }
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** False where there is no such file. */
async function unlessMissing(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** The name itself is on disk only when its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
