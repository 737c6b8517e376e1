import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Problem } from '../../domain/problem.ts';
import { endProcess, spawnServer, tiedToUs } from '../local/processes.ts';

export interface ChildOptions {
  /** For people, e.g. `worker 1`. */
  name: string;
  /** Path from the repository's root, e.g. `activities/worker.ts`. */
  script: string;
  /** Of Node, before the script. */
  flags?: readonly string[];
  env: NodeJS.ProcessEnv;
  /** Its JSON lines go there. */
  logFile: string;
  log: (line: string) => void;
  /** Starts it again where it dies by itself, at most this often. */
  restarts?: number;
}

export interface Child {
  /** What it said when it was ready: the API its address. */
  said: string;
  pid(): number;
  /** SIGTERM, and SIGKILL when it does not end. */
  stop(): Promise<void>;
}

/**
 * With which a worker keeps within 600 MB whatever the size of a report: without them Node lets four times as much garbage stand as there is in use.
 * docker-compose.yml has the same (docs/decisions/intake-speed.md).
 */
export const WORKER_FLAGS = ['--max-old-space-size=512', '--max-semi-space-size=16'] as const;

const PATIENCE_MS = 120_000;
const DRAIN_MS = 45_000;

/**
 * Runs one of our programs as a process in a session of its own, so that Ctrl-C reaches only us and we stop things in order; resolves
 * when it says that it is ready. It ends with us, also when we are killed: its channel to us then closes.
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  let stopping = false;
  let left = options.restarts ?? 0;
  let pid = 0;
  const run = async (): Promise<string> => {
    mkdirSync(dirname(options.logFile), { recursive: true });
    const fd = openSync(options.logFile, 'a', 0o600);
    const script = fileURLToPath(new URL(`../../${options.script}`, import.meta.url));
    const child = spawnServer(tiedToUs('TERM', [process.execPath, ...(options.flags ?? []), script]), { stdio: ['ignore', fd, fd, 'ipc'], env: options.env });
    closeSync(fd);
    pid = child.pid ?? 0;
    const orphaned = (): void => { child.kill('SIGKILL'); };
    process.once('exit', orphaned);
    const said = await new Promise<string>((ready, failed) => {
      const limit = setTimeout(() => failed(new Problem('PROCESS_NOT_READY', `The ${options.name} was not ready after ${PATIENCE_MS / 1_000} s; see ${options.logFile}`)), PATIENCE_MS);
      child.once('message', (message) => ready(typeof message === 'string' ? message : JSON.stringify(message)));
      child.once('error', failed);
      child.once('exit', (code, signal) => {
        clearTimeout(limit);
        process.off('exit', orphaned);
        failed(new Problem('PROCESS_ENDED', `The ${options.name} ended before it was ready (${signal ?? code}). Its log ${options.logFile} ends: ${tail(options.logFile)}`));
      });
      child.once('message', () => clearTimeout(limit));
    });
    child.once('exit', (code, signal) => void again(signal ?? `exit ${code}`));
    if (child.exitCode !== null || child.signalCode !== null) void again('at once');
    return said;
  };
  const again = async (how: string): Promise<void> => {
    if (stopping) return;
    if (left-- <= 0) throw new Problem('PROCESS_ENDED', `The ${options.name} ended (${how}). Its log ${options.logFile} ends: ${tail(options.logFile)}`);
    options.log(`The ${options.name} ended (${how}); starting it again.`);
    await run();
  };
  const said = await run();
  return {
    said, pid: () => pid,
    async stop() {
      stopping = true;
      await endProcess(pid, [['SIGTERM', DRAIN_MS]]);
    },
  };
}

function tail(file: string): string {
  return readFileSync(file, 'utf8').trim().split('\n').slice(-4).join(' / ').slice(-1_500);
}
