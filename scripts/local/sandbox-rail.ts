import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface SpawnOptions {
  record: string;
  secret: string;
  port?: number;
  webhookUrl?: string;
  keyWindowSeconds?: number;
  /** `none`, `all`, `a,b`, `all,-c`. */
  faults?: string;
  faultRate?: number;
  seed?: number;
  slowMs?: number;
  lateMs?: number;
  returnMs?: number;
}

export interface SpawnedRail {
  url: string;
  port: number;
  pid: number;
  /** SIGTERM and wait; or another signal, such as SIGKILL in a chaos test. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const script = fileURLToPath(new URL('../sandbox-rail.ts', import.meta.url));

/** Runs the sandbox rail as a child process and resolves when it listens. Rejects with its stderr if it ends before. */
export async function spawnSandboxRail(options: SpawnOptions): Promise<SpawnedRail> {
  const args = ['--record', options.record, '--until-stdin-ends'];
  const add = (name: string, value: string | number | undefined): void => { if (value !== undefined) args.push(`--${name}`, String(value)); };
  add('port', options.port);
  add('webhook-url', options.webhookUrl);
  add('key-window', options.keyWindowSeconds);
  add('faults', options.faults);
  add('fault-rate', options.faultRate);
  add('seed', options.seed);
  add('slow-ms', options.slowMs);
  add('late-ms', options.lateMs);
  add('return-ms', options.returnMs);
  // The secret goes by the environment: arguments are visible to every user of the machine.
  const child = spawn(process.execPath, [script, ...args], { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, SANDBOX_RAIL_SECRET: options.secret } });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => { complaint = (complaint + text).slice(-2000); });
  const ended = once(child, 'exit').then(() => null);
  const ready = await Promise.race([once(createInterface(child.stdout), 'line'), ended]);
  if (ready === null) throw new Error(`The sandbox rail ended before it was ready: ${complaint}`);
  const { port, url } = JSON.parse(String(ready[0])) as { port: number; url: string };
  return { port, url, pid: child.pid ?? 0, stop: (signal = 'SIGTERM') => stop(child, signal, ended) };
}

async function stop(child: ChildProcess, signal: NodeJS.Signals, ended: Promise<null>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  await ended;
}
