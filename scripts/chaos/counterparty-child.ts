import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Killable } from './storm.ts';

export interface CounterpartyChild extends Killable {
  port: number;
  faults: Record<string, number>;
  /** Changes what it misbehaves by, for now and for later starts. */
  admin(path: string, body: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

const script = fileURLToPath(new URL('./counterparty-process.ts', import.meta.url));

/** The counterparty as a process that can be killed; each start draws its faults from another seed, else it would repeat the first ones. */
export async function counterpartyChild(options: { kind: string; faults: { seed: number } & Record<string, unknown> } & Record<string, unknown>): Promise<CounterpartyChild> {
  const faults: CounterpartyChild['faults'] = {};
  const cache = join(dirname(String(options['record'])), 'compiled');
  let starts = 0;
  let child: ChildProcess;
  async function open(port: number): Promise<number> {
    const told = { ...options, port, faults: { ...options.faults, seed: options.faults.seed + 1000 * starts++ } };
    child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, CHAOS_COUNTERPARTY: JSON.stringify(told), NODE_COMPILE_CACHE: cache } });
    child.stdin!.on('error', () => {});
    const ended = once(child, 'exit').then(() => null);
    const ready = new Promise<number>((resolve) => {
      createInterface(child.stdout!).on('line', (line) => {
        const [word, what] = line.split(' ');
        if (word === 'ready') resolve(Number(what));
        else if (word === 'fault' && what !== undefined) faults[what] = (faults[what] ?? 0) + 1;
      });
    });
    const listens = await Promise.race([ready, ended]);
    if (listens === null) throw new Error('The counterparty ended before it listened.');
    return listens;
  }
  const port = await open(0);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ended = once(child, 'exit');
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await ended;
  };
  return {
    port, faults,
    kill: () => end('SIGKILL'),
    async start() { await open(port); },
    async admin(path, body) {
      const response = await fetch(`http://127.0.0.1:${port}/admin/${path}`, { method: 'POST', body: JSON.stringify(body) });
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return response.json();
    },
    stop: () => end('SIGKILL'),
  };
}
