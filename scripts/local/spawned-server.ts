import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface SpawnedServer {
  url: string;
  port: number;
  pid: number;
  /** What its clients need, as it said itself. */
  env: Record<string, string>;
  /** SIGTERM and wait; or another signal, such as SIGKILL in a chaos test. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** `--name value` for each that has one. */
export const optionArgs = (options: Readonly<Record<string, string | number | undefined>>): string[] =>
  Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, String(value)]));

/** Runs a server's script that prints one line of JSON {"port","url","env"?} when it is ready. Secrets go by `env`: arguments are visible to every user of the machine. Rejects with its stderr if it ends before. */
export async function spawnServer(script: string, args: readonly string[], env: Record<string, string> = {}): Promise<SpawnedServer> {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => { complaint = (complaint + text).slice(-2000); });
  const ended = once(child, 'exit').then(() => null);
  const ready = await Promise.race([once(createInterface(child.stdout), 'line'), ended]);
  if (ready === null) throw new Error(`${script.slice(script.lastIndexOf('/') + 1)} ended before it was ready: ${complaint}`);
  const said = JSON.parse(String(ready[0])) as { port: number; url: string; env?: Record<string, string> };
  return { port: said.port, url: said.url, env: said.env ?? {}, pid: child.pid ?? 0, stop: (signal = 'SIGTERM') => stop(child, signal, ended) };
}

async function stop(child: ChildProcess, signal: NodeJS.Signals, ended: Promise<null>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  await ended;
}
