import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from './processes.ts';

function take(file: string): boolean {
  try {
    writeFileSync(file, `${process.pid}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

function holder(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return 0;
  }
}

/**
 * Runs `work` while no other process does under the same lock file, so that two set-ups don't build or start one
 * thing twice. A lock whose process died is taken over. `onWait` is called once with the holder's process id.
 */
export async function withLock<T>(file: string, work: () => Promise<T>, onWait?: (pid: number) => void): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  let told = false;
  let emptySince = 0;
  while (!take(file)) {
    const pid = holder(file);
    // An empty lock is one that is being written just now; give its writer a second before calling it abandoned.
    if (pid === 0) emptySince ||= Date.now();
    else emptySince = 0;
    const abandoned = pid === 0 ? Date.now() - emptySince > 1_000 : pid !== process.pid && !isAlive(pid);
    if (abandoned) {
      rmSync(file, { force: true });
      continue;
    }
    if (!told && pid !== 0) onWait?.(pid);
    told ||= pid !== 0;
    await delay(100);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}
