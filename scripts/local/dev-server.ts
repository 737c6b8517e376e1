import { closeSync, existsSync, openSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { Problem } from '../../domain/problem.ts';
import { endProcess, spawnServer, tiedToUs } from './processes.ts';
import { withUserName } from './unprivileged.ts';

export interface DevServerOptions {
  /** The `temporal` executable (temporal-cli.ts). */
  cli: string;
  port: number;
  /** Port of the web UI; without one there is no UI. */
  uiPort?: number;
  /** SQLite file of its state; without one the state is in memory. */
  dbFile?: string;
  namespace: string;
  logFile: string;
  /** Whether the server shuts down when this process is killed (default, where the system can do it). */
  tied?: boolean | undefined;
}

export interface DevServer { pid: number; address: string; stop(): Promise<void> }

const READY_MS = 60_000;
/** In the message of a start that failed because of a port. */
export const PORT_TAKEN = 'address already in use';

/** Starts Temporal's dev server on 127.0.0.1 and waits until its namespace answers. It dies with this process. */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  const args = ['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(options.port), '--log-level', 'error',
    ...(options.uiPort === undefined ? ['--headless'] : ['--ui-port', String(options.uiPort)]),
    // WAL with NORMAL doubles the rate of the default journal; timers survived kill -9 in trials.
    ...(options.dbFile === undefined ? [] : ['--db-filename', options.dbFile, '--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL']),
    ...(options.namespace === 'default' ? [] : ['--namespace', options.namespace])];
  const before = existsSync(options.logFile) ? statSync(options.logFile).size : 0;
  const fd = openSync(options.logFile, existsSync(options.logFile) && statSync(options.logFile).size > 20_000_000 ? 'w' : 'a', 0o600);
  const child = spawnServer([...withUserName(), ...tiedToUs('TERM', [options.cli, ...args], options.tied)], { stdio: ['ignore', fd, fd], env: withoutTemporalSettings() });
  closeSync(fd);
  let ended: string | undefined;
  child.once('error', (error) => (ended = error.message));
  child.once('exit', (code, signal) => (ended ??= `exit ${signal ?? code}`));
  const giveUp = () => { if (child.pid !== undefined && ended === undefined) process.kill(child.pid, 'SIGKILL'); };
  process.once('exit', giveUp);
  const address = `127.0.0.1:${options.port}`;
  const end = Date.now() + READY_MS;
  while (ended === undefined && Date.now() < end && !(await namespaceAnswers(address, options.namespace))) await delay(50);
  if (ended !== undefined || Date.now() >= end) {
    giveUp();
    process.off('exit', giveUp);
    const log = readFileSync(options.logFile);
    const said = log.subarray(before < log.length ? before : 0).toString('utf8').trim();
    // A port taken between our look and its bind makes it panic: the reason then stands far above the end.
    const taken = said.split('\n').find((line) => line.includes(PORT_TAKEN));
    throw new Problem('TEMPORAL_START_FAILED', `The Temporal dev server did not start (${ended ?? 'no answer'}). Its log ${options.logFile} says: ${taken ?? said.split('\n').slice(-5).join(' / ')}`);
  }
  const pid = child.pid!;
  child.unref();
  return {
    pid, address,
    async stop() {
      await endProcess(pid, [['SIGTERM', 10_000]]);
      process.off('exit', giveUp);
    },
  };
}

/** Whether a Temporal server at `address` answers for this namespace. */
export async function namespaceAnswers(address: string, namespace: string): Promise<boolean> {
  let connection: Connection | undefined;
  try {
    connection = await Connection.connect({ address, connectTimeout: 2_000 });
    await connection.workflowService.describeNamespace({ namespace });
    return true;
  } catch {
    return false;
  } finally {
    await connection?.close().catch(() => {});
  }
}

function withoutTemporalSettings(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_')));
}
