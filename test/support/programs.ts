import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Program {
  child: ChildProcess;
  /** Everything that it has printed so far. */
  said(): string;
  /** Resolves when it prints a text; rejects when it ends before. */
  says(text: string): Promise<void>;
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Runs one of our programs with its data in a folder of its own, as a terminal would. */
export function run(script: string, args: readonly string[], dataDir: string, env: NodeJS.ProcessEnv = {}): Program {
  const path = fileURLToPath(new URL(`../../scripts/${script}`, import.meta.url));
  const { npm_lifecycle_event: _, PORT: _port, ...ours } = process.env;
  const child = spawn(process.execPath, [path, ...args], { env: { ...ours, CI: '', DATA_DIR: dataDir, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      for (const look of waiting) look();
    });
  }
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => { child.once('close', (code, signal) => resolve({ code, signal })); });
  return {
    child, ended, said: () => text,
    says: (wanted) => new Promise((resolve, reject) => {
      const look = (): void => { if (text.includes(wanted)) resolve(); };
      waiting.add(look);
      look();
      void ended.then(() => reject(new Error(`It ended without saying "${wanted}":\n${text}`)));
    }),
  };
}

/** The command lines of living processes that were started, however indirectly, with this DATA_DIR. */
export function living(dataDir: string): string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid).flatMap((pid) => {
    try {
      const mine = readFileSync(join('/proc', pid, 'environ'), 'utf8').split('\0').includes(`DATA_DIR=${dataDir}`);
      const command = readFileSync(join('/proc', pid, 'cmdline'), 'utf8').replaceAll('\0', ' ').trim();
      return mine && command !== '' ? [`${pid} ${command}`] : [];
    } catch {
      return [];
    }
  });
}
