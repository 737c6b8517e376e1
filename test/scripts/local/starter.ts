import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Started { pid: number; kind: string; ownerUrl: string; address: string }

/** Another process that has started a server in `dataDir`; `tied` servers die with it. */
export async function startElsewhere(kind: 'postgres' | 'temporal', dataDir: string, tied: 'tied' | 'untied'): Promise<{ server: Started; kill(): Promise<void> }> {
  const script = fileURLToPath(new URL('start-and-die.ts', import.meta.url));
  const child = spawn(process.execPath, [script, kind, dataDir, tied], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), exited.then(() => { throw new Error('it ended'); })])) as [string];
  return {
    server: JSON.parse(line) as Started,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
