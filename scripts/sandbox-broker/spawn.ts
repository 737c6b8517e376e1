import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface SpawnBrokerOptions {
  /** The broker whose accounts are credited; its rail is `broker-credit-<brokerId>`. */
  brokerId: string;
  record: string;
  token: string;
  port?: number;
  /** Of all accounts (default USD). */
  currency?: string;
  /** Works by files in these folders, not by HTTP. */
  folders?: { credits: string; results: string };
  faults?: string;
  faultRate?: number;
  seed?: number;
  slowMs?: number;
  lateMs?: number;
  listLagMs?: number;
  /** What the broker promises: later than so many seconds after its sending nothing is credited (default 30; more than slow and late take). */
  nonExecutionAfterSeconds?: number;
}

export interface SpawnedBroker {
  url: string; port: number; pid: number;
  /** The rail's name for RAILS. */
  rail: string;
  /** What worker and API need to use it, besides RAILS. */
  env: Record<string, string>;
  /** SIGTERM and wait; or another signal, such as SIGKILL in a chaos test. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const script = fileURLToPath(new URL('./main.ts', import.meta.url));

/** Runs the sandbox broker as a child process and resolves when it listens. Rejects with its stderr if it ends before. */
export async function spawnSandboxBroker(options: SpawnBrokerOptions): Promise<SpawnedBroker> {
  const { brokerId, token, folders, currency = 'USD' } = options;
  const args = ['--record', options.record, '--until-stdin-ends', '--currency', currency];
  const add = (name: string, value: string | number | undefined): void => { if (value !== undefined) args.push(`--${name}`, String(value)); };
  add('port', options.port);
  add('credits', folders?.credits);
  add('results', folders?.results);
  add('faults', options.faults);
  add('fault-rate', options.faultRate);
  add('seed', options.seed);
  add('slow-ms', options.slowMs);
  add('late-ms', options.lateMs);
  add('list-lag-ms', options.listLagMs);
  // The token goes by the environment: arguments are visible to every user of the machine.
  const child = spawn(process.execPath, [script, ...args], { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, SANDBOX_BROKER_TOKEN: token } });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => { complaint = (complaint + text).slice(-2000); });
  const ended = once(child, 'exit').then(() => null);
  const ready = await Promise.race([once(createInterface(child.stdout), 'line'), ended]);
  if (ready === null) throw new Error(`The sandbox broker ended before it was ready: ${complaint}`);
  const { port, url } = JSON.parse(String(ready[0])) as { port: number; url: string };
  const way = folders === undefined
    ? { way: 'http', url, nonExecutionAfterSeconds: options.nonExecutionAfterSeconds ?? 30, clockToleranceSeconds: 0 }
    : { way: 'files', out: folders.credits, in: folders.results };
  return {
    port, url, pid: child.pid ?? 0, rail: `broker-credit-${brokerId}`,
    env: { BROKER_CREDIT_BROKERS: JSON.stringify([{ broker: brokerId, currency, ...way }]), BROKER_CREDIT_SECRETS: JSON.stringify({ [brokerId]: token }) },
    stop: (signal = 'SIGTERM') => stop(child, signal, ended),
  };
}

async function stop(child: ChildProcess, signal: NodeJS.Signals, ended: Promise<null>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  await ended;
}
