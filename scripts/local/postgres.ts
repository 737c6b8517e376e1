import { existsSync, mkdirSync, openSync, closeSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { Problem } from '../../domain/problem.ts';
import { withLock } from './lock.ts';
import { freePort } from './ports.ts';
import { ensureCluster, OWNER, postgresBinaries, secret } from './postgres-cluster.ts';
import { commandLine, endProcess, isAlive, spawnServer, tiedToUs } from './processes.ts';
import { unprivileged } from './unprivileged.ts';

export interface StartPostgresOptions {
  /** Folder for cluster, password, port and log, e.g. `.data/postgres`. Not used with DATABASE_URL. */
  dataDir: string;
  /** Told one line for each thing that takes time. */
  log: (line: string) => void;
  /** No fsync: only for tests, whose data nobody will miss. */
  fastAndUnsafe?: boolean;
  /** Whether the server shuts down when this process is killed (default, where the system can do it). */
  tied?: boolean;
  env?: NodeJS.ProcessEnv;
}

export interface LocalPostgres {
  /** Connection string of the role that owns the tables and runs the migrations. */
  ownerUrl: string;
  kind: 'external' | 'started' | 'adopted' | 'shared';
  /** One line for people: which Postgres this is. */
  source: string;
  /** The server's process id; undefined for an external server. */
  pid?: number;
  /** Stops the server and waits until it is gone; does nothing to one that we did not start or adopt. */
  stop(): Promise<void>;
}

/** SIGINT is Postgres' fast shutdown: roll back what is open, write a checkpoint, leave. SIGQUIT leaves at once. */
const SHUTDOWN = [['SIGINT', 20_000], ['SIGQUIT', 5_000]] as const;
/** For a leftover that does not answer anyway. */
const HASTY_SHUTDOWN = [['SIGINT', 3_000], ['SIGQUIT', 2_000]] as const;
const PREFERRED_PORT = 15_432;

/**
 * The Postgres of this machine: DATABASE_URL if it is set, else an embedded server with its data in `dataDir`.
 * A server that an earlier, killed run left there is adopted, or stopped if it no longer answers; one that another
 * living process of ours runs there is shared. Works as root, as an ordinary user, and in a folder of mode 0700.
 */
export async function startPostgres(options: StartPostgresOptions): Promise<LocalPostgres> {
  const external = (options.env ?? process.env)['DATABASE_URL'];
  if (external) {
    await probeExternal(external);
    return { ownerUrl: external, kind: 'external', source: 'Postgres: DATABASE_URL', stop: async () => {} };
  }
  const folder = resolve(options.dataDir);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return withLock(join(folder, 'start.lock'), () => startEmbedded(folder, options),
    (pid) => options.log(`Postgres: waiting for process ${pid}, which is starting it …`));
}

async function startEmbedded(folder: string, options: StartPostgresOptions): Promise<LocalPostgres> {
  const as = unprivileged();
  const data = await ensureCluster(folder, as, options.log);
  const password = secret(join(folder, 'owner-password'));
  const ownerFile = join(folder, 'started-by');
  const urlAt = (port: number, database = 'cashback') => `postgres://${OWNER}:${password}@127.0.0.1:${port}/${database}`;

  const left = leftover(data);
  if (left && (await answers(urlAt(left.port, 'postgres'), 3_000))) {
    const starter = readNumber(ownerFile);
    const shared = starter !== undefined && starter !== process.pid && isAlive(starter);
    if (!shared) writeFileSync(ownerFile, String(process.pid));
    return {
      ownerUrl: urlAt(left.port), pid: left.pid, kind: shared ? 'shared' : 'adopted',
      source: `Postgres: embedded, 127.0.0.1:${left.port}, ` +
        (shared ? `run by process ${starter}` : `adopted from an earlier run (process ${left.pid})`),
      stop: async () => { if (!shared) await endProcess(left.pid, SHUTDOWN); },
    };
  }
  if (left) {
    options.log(`Postgres: stopping a leftover that does not answer (process ${left.pid}) …`);
    await endProcess(left.pid, HASTY_SHUTDOWN);
  }
  rmSync(join(data, 'postmaster.pid'), { force: true });

  const { postgres } = await postgresBinaries();
  const portFile = join(folder, 'port');
  for (let attempt = 1; ; attempt++) {
    const port = await freePort(readNumber(portFile), options.fastAndUnsafe ? undefined : PREFERRED_PORT);
    const logFile = join(folder, 'server.log');
    const logFd = openSync(logFile, existsSync(logFile) && statSync(logFile).size > 20_000_000 ? 'w' : 'a', 0o600);
    const args = ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', '', ...settings(options.fastAndUnsafe ?? false)];
    const child = spawnServer([...as.prefix, ...tiedToUs('INT', [postgres, ...args], options.tied)],
      { ...as.user, stdio: ['ignore', logFd, logFd], cwd: folder });
    closeSync(logFd);
    let ended: string | undefined;
    child.once('error', (error) => (ended = error.message));
    child.once('exit', (code, signal) => (ended ??= `exit ${signal ?? code}`));
    // Written before it answers: a Ctrl-C while it starts must find it.
    const giveUp = () => { if (child.pid !== undefined && ended === undefined) process.kill(child.pid, 'SIGQUIT'); };
    process.once('exit', giveUp);
    while (ended === undefined && !(await answers(urlAt(port, 'postgres'), 1_000))) await delay(30);
    if (ended === undefined) {
      writeFileSync(portFile, String(port));
      writeFileSync(ownerFile, String(process.pid));
      await ensureDatabase(urlAt(port, 'postgres'));
      const pid = child.pid!;
      child.unref();
      return {
        ownerUrl: urlAt(port), pid, kind: 'started', source: `Postgres: embedded, 127.0.0.1:${port}, data in ${options.dataDir}`,
        stop: async () => {
          await endProcess(pid, SHUTDOWN);
          process.off('exit', giveUp);
        },
      };
    }
    process.off('exit', giveUp);
    const tail = readFileSync(logFile, 'utf8').trim().split('\n').slice(-6).join(' / ');
    // Somebody took the port meanwhile, or the children of a killed server have not noticed its end yet.
    if (attempt < 5 && /could not bind|in use/i.test(tail)) {
      rmSync(portFile, { force: true });
      await delay(500);
      continue;
    }
    throw new Problem('POSTGRES_START_FAILED', `Postgres did not start (${ended}). Its log ${logFile} ends: ${tail}`);
  }
}

function settings(fastAndUnsafe: boolean): string[] {
  const values = ['timezone=UTC', 'log_timezone=UTC', 'max_connections=200', 'shared_buffers=256MB', 'max_wal_size=2GB',
    ...(fastAndUnsafe ? ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'shared_buffers=128MB'] : [])];
  return values.flatMap((value) => ['-c', value]);
}

/** The living server of this data folder by its postmaster.pid (line 1 process id, line 4 port). */
function leftover(data: string): { pid: number; port: number } | undefined {
  let lines: string[];
  try {
    lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  const command = pid > 0 ? commandLine(pid) : '';
  return command.includes('postgres') && command.includes(data) ? { pid, port } : undefined;
}

async function answers(url: string, milliseconds: number): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: milliseconds });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rowCount } = await client.query(`select from pg_database where datname = 'cashback'`);
    if (!rowCount) await client.query('create database cashback');
  } finally {
    await client.end();
  }
}

async function probeExternal(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (cause) {
    throw new Problem('DATABASE_UNREACHABLE',
      `DATABASE_URL is set but its server does not answer: ${(cause as Error).message}. Mend it, or unset it to use the embedded Postgres.`, { cause });
  } finally {
    await client.end().catch(() => {});
  }
}

function readNumber(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}
