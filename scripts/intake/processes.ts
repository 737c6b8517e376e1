import { readdirSync, readFileSync } from 'node:fs';
import { isAlive, waitForExit } from '../local/processes.ts';

/** Clock ticks a second in /proc: a constant of Linux' interface to programs. */
const TICKS = 100;

interface Stat { parent: number; own: number; ofEnded: number }

function stat(pid: number): Stat | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
    return { parent: Number(fields[1]), own: (Number(fields[11]) + Number(fields[12])) / TICKS, ofEnded: (Number(fields[13]) + Number(fields[14])) / TICKS };
  } catch {
    return null;
  }
}

/** Processor seconds of a process and all of its children so far, ended ones included: what work costs, whatever else the machine does. 0 where there is no /proc. */
export function processorSeconds(pid: number): number {
  const own = stat(pid);
  if (own === null) return 0;
  return childrenOf(pid).map(stat).reduce((sum, child) => sum + (child === null ? 0 : child.own + child.ofEnded), own.own + own.ofEnded);
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => stat(pid)?.parent === parent);
}

/** kill -9 of a process and its children at once, as if the machine had stopped; resolves when all are gone. */
export async function killWithChildren(pid: number): Promise<void> {
  const pids = [pid, ...childrenOf(pid)];
  for (const one of pids) if (isAlive(one)) process.kill(one, 'SIGKILL');
  for (const one of pids) await waitForExit(one, 10_000);
}

/** Resident memory of a process now and at its highest, in bytes; null where there is no such process or no /proc. */
export function residentMemory(pid: number): { now: number; highest: number } | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const bytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024;
    const now = bytes('VmRSS');
    return now === 0 ? null : { now, highest: bytes('VmHWM') };
  } catch {
    return null;
  }
}
