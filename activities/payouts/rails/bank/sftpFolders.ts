import { randomBytes } from 'node:crypto';
import type { FileEntry, Stats } from 'ssh2';
import { Problem } from '../../../../domain/problem.ts';
import { connectSftp } from '../../../reports/sources/drop/sftpConnection.ts';
import { SOURCE_SETTINGS } from '../../../reports/sources/settings.ts';
import { systemResolver } from '../../../webhooks/addresses.ts';
import { BankAway, type BankFolders, isTemporaryOf, isUnfinished, LARGEST_FILE } from './drop.ts';

export interface SftpFolderSettings {
  host: string;
  port: number;
  user: string;
  /** A password, or a private key in PEM or OpenSSH form. */
  secret: string;
  /** `SHA256:…` of the server's key, as `ssh-keygen -lf` prints it. */
  hostKey: string;
  outgoing: string;
  incoming: string;
}

const PLAIN_FILE = 0o100000;
const FILE_TYPE = 0o170000;
const NO_SUCH_FILE = 2;

/** Folders on an SFTP server whose key is the one of the settings: one connection, which the caller closes. Throws `BankAway`. */
export async function sftpFolders(settings: SftpFolderSettings, signal: AbortSignal): Promise<BankFolders> {
  const { host, port, user, secret, hostKey, outgoing, incoming } = settings;
  const auth = secret.includes('PRIVATE KEY') ? 'key' : 'password';
  const reach = { settings: { ...SOURCE_SETTINGS, allowPrivate: true, idleMs: 20_000 }, resolve: systemResolver, signal };
  const { sftp, patiently, end } = await connectSftp({ host, port, user, auth, hostKey, folder: incoming, files: '*', settleSeconds: 0 }, secret, reach).catch((error: unknown) => {
    throw new BankAway(`The bank's SFTP server cannot be used: ${error instanceof Error ? error.message : String(error)}`, error);
  });
  const done = <T>(call: (back: (error: Error | null | undefined, value: T) => void) => void): Promise<T> =>
    patiently(new Promise<T>((resolve, reject) => call((error, value) => (error ? reject(error) : resolve(value))))).catch((error: unknown) => {
      throw isMissing(error) ? error : new BankAway(`The bank's SFTP server fails: ${error instanceof Error ? error.message : String(error)}`, error);
    });
  const renamed = (from: string, to: string): Promise<void> => done<void>((back) => sftp.rename(from, to, (error) => back(error)));
  const exists = (path: string): Promise<boolean> => orMissing(done<Stats>((back) => sftp.lstat(path, back)).then(() => true), false);
  // A folder that is not there says nothing of the files that it had.
  const filesIn = (folder: string): Promise<FileEntry[]> => done<FileEntry[]>((back) => sftp.readdir(folder, back)).catch((error: unknown) => {
    throw error instanceof BankAway ? error : new BankAway(`The folder ${folder} is not there on the SFTP server.`, error);
  });
  const out = (name: string): string => joined(outgoing, name);
  const into = (...names: string[]): string => joined(incoming, ...names);

  return {
    async stage(temporary, bytes) {
      await done<void>((back) => sftp.writeFile(out(temporary), Buffer.from(bytes), { mode: 0o640 }, (error) => back(error)));
      const file = await done<Buffer>((back) => sftp.open(out(temporary), 'r+', back));
      // Servers other than OpenSSH cannot be asked to; what they confirmed is all there is to know.
      await done<void>((back) => sftp.ext_openssh_fsync(file, (error) => back(error))).catch(() => undefined);
      await done<void>((back) => sftp.close(file, (error) => back(error)));
    },
    async publish(temporary, name) {
      const published = await orMissing(renamed(out(temporary), out(name)).then(() => 'published' as const), 'missing' as const);
      if (published === 'missing') await filesIn(outgoing);
      return published;
    },
    async tidy(name) {
      const found = await filesIn(outgoing);
      for (const { filename } of found) if (isTemporaryOf(name, filename)) await orMissing(done<void>((back) => sftp.unlink(out(filename), (error) => back(error))), undefined);
    },
    stands: (name) => exists(out(name)),
    async list() {
      const entries = await filesIn(incoming);
      return entries.filter(({ filename, attrs }) => (attrs.mode & FILE_TYPE) === PLAIN_FILE && !isUnfinished(filename) && !/[/\\]/.test(filename))
        .map(({ filename, attrs }) => ({ name: filename, size: attrs.size, mark: `${filename} ${attrs.size} ${attrs.mtime}` }));
    },
    read: (name) => done<Buffer>((back) => sftp.readFile(into(name), back)),
    async taken(from) {
      const entries = await orMissing(done<FileEntry[]>((back) => sftp.readdir(into(from), back)), []);
      return entries.filter(({ attrs }) => (attrs.mode & FILE_TYPE) === PLAIN_FILE && attrs.size <= LARGEST_FILE).map(({ filename, attrs }) => ({ name: filename, modifiedMs: attrs.mtime * 1000 }));
    },
    readTaken: (from, name) => done<Buffer>((back) => sftp.readFile(into(from, name), back)),
    async move(name, to) {
      await orMissing(done<void>((back) => sftp.mkdir(into(to), (error) => back(error))).catch(() => undefined), undefined);
      const target = into(to, name);
      await orMissing(renamed(into(name), await exists(target) ? `${target}.${randomBytes(4).toString('hex')}` : target), undefined);
    },
    close: end,
  };
}

const joined = (folder: string, ...names: readonly string[]): string => [folder.replace(/\/+$/, ''), ...names].join('/');

const isMissing = (error: unknown): boolean => (error instanceof Error && 'code' in error && error.code === NO_SUCH_FILE) || (error instanceof Problem && error.code === 'SOURCE_NOT_THERE');

async function orMissing<T>(work: Promise<T>, missing: T): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (isMissing(error)) return missing;
    throw error;
  }
}
