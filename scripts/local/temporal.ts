import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectionOptions } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { Problem } from '../../domain/problem.ts';
import { cacheFolder } from './cache-folder.ts';
import { namespaceAnswers, PORT_TAKEN, startDevServer } from './dev-server.ts';
import { withLock } from './lock.ts';
import { freePort } from './ports.ts';
import { commandLine, endProcess, isAlive } from './processes.ts';
import { prepareNamespace } from './namespace.ts';
import { temporalCli } from './temporal-cli.ts';

export interface StartTemporalOptions {
  /** Folder for state, ports and log of the local server, e.g. `.data/temporal`. Not used with TEMPORAL_ADDRESS. */
  dataDir: string;
  log: (line: string) => void;
  /** Wanted port of the web UI (8233); another free one is taken where it is in use. */
  uiPort?: number;
  /** Whether the server shuts down when this process is killed (default, where the system can do it). */
  tied?: boolean;
  env?: NodeJS.ProcessEnv;
}

export interface LocalTemporal {
  address: string;
  namespace: string;
  /** For `Connection.connect` and `NativeConnection.connect`: address with TLS and API key where they are set. */
  connectionOptions: Pick<ConnectionOptions, 'address' | 'tls' | 'apiKey' | 'metadata'>;
  /** Base URL of the web UI; undefined for an external server (set TEMPORAL_UI_URL to have links). */
  uiUrl: string | undefined;
  kind: 'external' | 'started' | 'adopted' | 'shared';
  /** One line for people: which Temporal this is. */
  source: string;
  pid?: number;
  /** Stops the server and waits until it is gone; does nothing to one that we did not start or adopt. */
  stop(): Promise<void>;
}

interface ServerFile { pid: number; port: number; uiPort: number; startedBy: number }

/**
 * The Temporal to use, with namespace, retention and search attributes in place: TEMPORAL_ADDRESS (or TEMPORAL_PROFILE)
 * by the SDK's environment configuration, else a local dev server with its UI and its state in a file in `dataDir`.
 * A dev server that an earlier, killed run left is adopted, or stopped if it does not answer; another living run's is shared.
 */
export async function startTemporal(options: StartTemporalOptions): Promise<LocalTemporal> {
  const env = options.env ?? process.env;
  const local = env['TEMPORAL_ADDRESS'] || env['TEMPORAL_PROFILE'] ? external(env) : await startLocal(options);
  try {
    await prepareNamespace(local, options.log);
  } catch (error) {
    await local.stop();
    throw error;
  }
  return local;
}

function external(env: NodeJS.ProcessEnv): LocalTemporal {
  const override = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined)) as Record<string, string>;
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig({ overrideEnvVars: override });
  const address = connectionOptions.address ?? 'localhost:7233';
  return {
    address, namespace, connectionOptions, kind: 'external', uiUrl: env['TEMPORAL_UI_URL'],
    source: `Temporal: ${address}, namespace ${namespace} (TEMPORAL_ADDRESS)`, stop: async () => {},
  };
}

async function startLocal(options: StartTemporalOptions): Promise<LocalTemporal> {
  const folder = resolve(options.dataDir);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const cli = await temporalCli(options.log);
  return withLock(join(folder, 'start.lock'), async () => {
    const dbFile = join(folder, 'temporal.db');
    const file = join(folder, 'server.json');
    const before = readServerFile(file);
    const left = before && commandLine(before.pid).includes(dbFile) ? before : undefined;
    if (left && (await stays(left))) return takeOver(file, left);
    if (left) {
      options.log(`Temporal: stopping a leftover that does not answer (process ${left.pid}) …`);
      await endProcess(left.pid, [['SIGTERM', 5_000]]);
    }
    // One start at a time on this machine: a second one could take the same port for free, and the first one's answer for its own.
    return withLock(join(cacheFolder('locks'), 'temporal-ports.lock'), async () => {
      for (let attempt = 1; ; attempt++) {
        const port = await freePort(before?.port, 7233);
        const uiPort = await freePort(options.uiPort, before?.uiPort, 8233);
        try {
          const server = await startDevServer({ cli: cli.path, port, uiPort, dbFile, namespace: 'default', logFile: join(folder, 'server.log'), tied: options.tied });
          writeFileSync(file, JSON.stringify({ pid: server.pid, port, uiPort, startedBy: process.pid } satisfies ServerFile));
          await uiAnswers(uiPort);
          return described(server.pid, port, uiPort, 'started', `dev server from ${cli.source}, state in ${options.dataDir}`, server.stop);
        } catch (error) {
          if (attempt === 3 || !(error instanceof Problem) || !error.message.includes(PORT_TAKEN)) throw error;
        }
      }
    });
  }, (pid) => options.log(`Temporal: waiting for process ${pid}, which is starting it …`));
}

/** Whether a server answers, and still does when one that is just being shut down would be gone. */
async function stays(left: ServerFile): Promise<boolean> {
  const address = `127.0.0.1:${left.port}`;
  if (!(await namespaceAnswers(address, 'default'))) return false;
  if (isAlive(left.startedBy)) return true;
  await delay(1_500);
  return namespaceAnswers(address, 'default');
}

function takeOver(file: string, left: ServerFile): LocalTemporal {
  const shared = left.startedBy !== process.pid && isAlive(left.startedBy);
  if (shared) return described(left.pid, left.port, left.uiPort, 'shared', `dev server run by process ${left.startedBy}`, async () => {});
  writeFileSync(file, JSON.stringify({ ...left, startedBy: process.pid } satisfies ServerFile));
  return described(left.pid, left.port, left.uiPort, 'adopted', `dev server adopted from an earlier run (process ${left.pid})`,
    () => endProcess(left.pid, [['SIGTERM', 10_000]]));
}

function described(pid: number, port: number, uiPort: number, kind: LocalTemporal['kind'], what: string, stop: () => Promise<void>): LocalTemporal {
  const address = `127.0.0.1:${port}`;
  const uiUrl = `http://127.0.0.1:${uiPort}`;
  return { address, namespace: 'default', connectionOptions: { address }, uiUrl, kind, pid, source: `Temporal: ${what}, ${address}, UI ${uiUrl}`, stop };
}

/** The UI answers 503 in its first second; links are printed only once it is there. */
async function uiAnswers(uiPort: number): Promise<void> {
  for (let i = 0; i < 50; i++) {
    const status = await fetch(`http://127.0.0.1:${uiPort}/`).then((answer) => answer.status, () => 0);
    if (status === 200) return;
    await delay(100);
  }
}

function readServerFile(file: string): ServerFile | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ServerFile;
  } catch {
    return undefined;
  }
}
