import { fileURLToPath } from 'node:url';
import { optionArgs, type SpawnedServer, spawnServer } from '../local/spawned-server.ts';

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

export interface SpawnedBroker extends SpawnedServer {
  /** The rail's name for RAILS; `env` has what worker and API need to use it besides. */
  rail: string;
}

/** Runs the sandbox broker as a child process and resolves when it listens. Rejects with its stderr if it ends before. */
export async function spawnSandboxBroker(options: SpawnBrokerOptions): Promise<SpawnedBroker> {
  const { brokerId, token, record, port, folders, currency = 'USD', faults, faultRate, seed, slowMs, lateMs, listLagMs } = options;
  const args = ['--until-stdin-ends', ...optionArgs({
    record, port, currency, credits: folders?.credits, results: folders?.results, faults, 'fault-rate': faultRate, seed, 'slow-ms': slowMs, 'late-ms': lateMs, 'list-lag-ms': listLagMs,
  })];
  const server = await spawnServer(fileURLToPath(new URL('./main.ts', import.meta.url)), args, { SANDBOX_BROKER_TOKEN: token });
  const way = folders === undefined
    ? { way: 'http', url: server.url, nonExecutionAfterSeconds: options.nonExecutionAfterSeconds ?? 30, clockToleranceSeconds: 0 }
    : { way: 'files', out: folders.credits, in: folders.results };
  return {
    ...server, rail: `broker-credit-${brokerId}`,
    env: { BROKER_CREDIT_BROKERS: JSON.stringify([{ broker: brokerId, currency, ...way }]), BROKER_CREDIT_SECRETS: JSON.stringify({ [brokerId]: token }) },
  };
}
