import { spawn, spawnSync, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Whether a process with this id exists (a zombie that nobody has collected yet counts as gone). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return process.platform !== 'linux';
  }
}

/** The command line of a process, or '' if there is none: an id from a file may meanwhile belong to something else. */
export function commandLine(pid: number): string {
  if (!isAlive(pid)) return '';
  if (process.platform === 'linux') {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    } catch {
      return '';
    }
  }
  return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
}

/** Resolves to true once the process is gone, to false if it still lives after `milliseconds`. */
export async function waitForExit(pid: number, milliseconds: number): Promise<boolean> {
  const end = Date.now() + milliseconds;
  while (isAlive(pid)) {
    if (Date.now() > end) return false;
    await delay(25);
  }
  return true;
}

/** Ends a process: each [signal, patience in ms] in turn, and SIGKILL last. */
export async function endProcess(pid: number, steps: readonly (readonly [NodeJS.Signals, number])[]): Promise<void> {
  for (const [signal, patience] of [...steps, ['SIGKILL', 5_000] as const]) {
    if (!isAlive(pid)) return;
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    if (await waitForExit(pid, patience)) return;
  }
}

let parentDeathSignal: boolean | undefined;

/**
 * The command that runs `command` so that it gets `signal` when this process dies, even by kill -9.
 * Needs util-linux's setpriv; without it the command stays as it is and the next start adopts or stops a leftover.
 */
export function tiedToUs(signal: 'INT' | 'TERM' | 'KILL', command: readonly string[], tied = true): string[] {
  if (!tied) return [...command];
  parentDeathSignal ??= spawnSync('setpriv', ['--pdeathsig', 'TERM', 'true'], { stdio: 'ignore' }).status === 0;
  return parentDeathSignal ? ['setpriv', '--pdeathsig', signal, ...command] : [...command];
}

/**
 * Starts a server in a session of its own: Ctrl-C in the terminal then reaches only us, and we stop things in order.
 */
export function spawnServer(command: readonly string[], options: SpawnOptions): ChildProcess {
  const [file, ...rest] = command;
  return spawn(file!, rest, { ...options, detached: true });
}
