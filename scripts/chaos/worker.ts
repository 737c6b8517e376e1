import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { tiedToUs } from '../local/processes.ts';
import type { Killable } from './storm.ts';

/** Several side by side, as in production: one is killed at a time, in turn, and the others go on while it starts again. */
export function killableWorkers(count: number, env: Readonly<Record<string, string | undefined>>, log: (line: string) => void): KillableWorkers {
  const workers = Array.from({ length: count }, () => killableWorker(env, log));
  let turn = 0;
  return {
    startAll: async () => void await Promise.all(workers.map((worker) => worker.start())),
    kill: () => workers[turn % count]!.kill(),
    start: () => workers[turn++ % count]!.start(),
    endedByItself: () => workers.reduce((all, worker) => all + worker.endedByItself(), 0),
    stop: async () => void await Promise.all(workers.map((worker) => worker.stop())),
  };
}
export interface KillableWorkers extends KillableWorker { startAll(): Promise<void> }

export interface KillableWorker extends Killable {
  /** How often a worker ended that nobody had killed; it was started again, as a supervisor does. */
  endedByItself(): number;
  stop(): Promise<void>;
}

const script = fileURLToPath(new URL('./worker-process.ts', import.meta.url));

/** The product's worker as a process; not started yet. */
function killableWorker(env: Readonly<Record<string, string | undefined>>, log: (line: string) => void): KillableWorker {
  let child: ChildProcess | null = null;
  let wanted = false;
  let itself = 0;

  /** Resolves when it polls; one that ends before, because a wire is bad, is followed by another. */
  async function open(): Promise<void> {
    while (wanted) {
      const [file, ...args] = tiedToUs('KILL', [process.execPath, script]);
      const started = spawn(file!, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
      child = started;
      let complaint = '';
      started.stderr.on('data', (data: Buffer) => { complaint = (complaint + data.toString()).slice(-1500); });
      const ended = once(started, 'exit');
      void ended.then(() => {
        if (!wanted || child !== started) return;
        itself++;
        log(`a worker ended by itself: ${complaint.trim().split('\n').slice(0, 6).join(' / ')}`);
      });
      const ready = new Promise<true>((resolve) => { started.stdout.on('data', (data: Buffer) => { if (data.toString().includes('ready')) resolve(true); }); });
      if (await Promise.race([ready, ended]) === true) {
        void ended.then(async () => {
          await delay(300);
          if (wanted && child === started) await open();
        });
        return;
      }
      await delay(300);
    }
  }
  const end = async (): Promise<void> => {
    wanted = false;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  return {
    endedByItself: () => itself,
    kill: end,
    start() { wanted = true; return open(); },
    stop: end,
  };
}
