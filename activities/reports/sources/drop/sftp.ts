import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { FileEntry, Stats } from 'ssh2';
import { Problem } from '../../../../domain/problem.ts';
import { matchesMask } from '../../../../domain/reports/fileMask.ts';
import type { SftpSourceSettings } from '../../../../domain/reports/sourceSettings.ts';
import type { Reach } from '../http.ts';
import type { Drop, Dropped } from './drop.ts';
import { connectSftp, type SftpConnection, sftpFault } from './sftpConnection.ts';

/** A folder on an SFTP server. The caller closes it. */
export async function openSftp(settings: SftpSourceSettings, secret: string | null, reach: Reach): Promise<Drop> {
  const { sftp, patiently, end } = await connectSftp(settings, secret, reach);
  const pathOf = (name: string): string => `${settings.folder.replace(/\/+$/, '')}/${name}`;
  const done = <T>(call: (back: (error: Error | null | undefined, value: T) => void) => void): Promise<T> =>
    patiently(new Promise((resolve, reject) => call((error, value) => (error ? reject(sftpFault(error)) : resolve(value)))));
  const names = new Set<string>();

  const list = async (): Promise<Dropped[]> => {
    const entries = await done<FileEntry[]>((back) => sftp.readdir(settings.folder, back));
    names.clear();
    for (const { filename } of entries) names.add(filename);
    return entries.filter(({ filename, attrs }) => (attrs.mode & FILE_TYPE) === PLAIN_FILE && matchesMask(settings.files, filename) && !(settings.marker !== undefined && filename.endsWith(settings.marker)))
      .map(({ filename, attrs }) => dropped(filename, attrs));
  };
  const rename = (from: string, to: string): Promise<void> => done<void>((back) => sftp.rename(from, to, (error) => back(error)));

  return {
    pathOf, list,
    async settled(files) {
      if (settings.marker !== undefined) return files.filter(({ name }) => names.has(name + settings.marker));
      if (files.length === 0) return [];
      await wait(settings.settleSeconds * 1_000, undefined, reach.signal ? { signal: reach.signal } : {});
      const now = new Set((await list()).map(({ mark }) => mark));
      return files.filter(({ mark }) => now.has(mark));
    },
    read: ({ name }) => bytesOf(() => sftp.createReadStream(pathOf(name)), patiently),
    same: (file) => done<Stats>((back) => sftp.lstat(pathOf(file.name), back)).then((stats) => dropped(file.name, stats).mark === file.mark, (error: unknown) => {
      if (error instanceof Problem && error.code === 'SOURCE_NOT_THERE') return false;
      throw error;
    }),
    async move(file, to) {
      const folder = settings[to];
      if (folder === undefined) return;
      const target = `${folder.replace(/\/+$/, '')}/${file.name}`;
      const exists = await done<Stats>((back) => sftp.lstat(target, back)).then(() => true, () => false);
      await rename(pathOf(file.name), exists ? `${target}.${createHash('sha256').update(`${file.mark} ${Date.now()}`).digest('hex').slice(0, 8)}` : target);
      if (settings.marker !== undefined && names.has(file.name + settings.marker)) await done<void>((back) => sftp.unlink(pathOf(file.name + settings.marker), (error) => back(error)));
    },
    close: end,
  };
}

async function* bytesOf(open: () => Readable, patiently: SftpConnection['patiently']): AsyncGenerator<Uint8Array> {
  const stream = open();
  // After the last byte it closes its handle by itself; should the connection end before that, nobody is to hear of it.
  stream.on('error', () => undefined);
  const pieces = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  try {
    for (let next = await patiently(pieces.next()); next.done !== true; next = await patiently(pieces.next())) yield next.value;
  } catch (error) {
    throw sftpFault(error);
  } finally {
    stream.destroy();
  }
}

/** Of a mode: what kind of thing it is; links and folders are others. */
const FILE_TYPE = 0o170000;
const PLAIN_FILE = 0o100000;

const dropped = (name: string, { size, mtime }: Pick<Stats, 'size' | 'mtime'>): Dropped => ({ name, size, changedAt: new Date(mtime * 1_000).toISOString(), mark: `${name} ${size} ${mtime}` });
