import { fileURLToPath } from 'node:url';
import { optionArgs, type SpawnedServer, spawnServer } from './spawned-server.ts';

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

export type SpawnedRail = SpawnedServer;

/** Runs the sandbox rail as a child process and resolves when it listens. Rejects with its stderr if it ends before. */
export const spawnSandboxRail = ({ record, secret, port, webhookUrl, keyWindowSeconds, faults, faultRate, seed, slowMs, lateMs, returnMs }: SpawnOptions): Promise<SpawnedRail> =>
  spawnServer(fileURLToPath(new URL('../sandbox-rail.ts', import.meta.url)), ['--until-stdin-ends', ...optionArgs({
    record, port, 'webhook-url': webhookUrl, 'key-window': keyWindowSeconds, faults, 'fault-rate': faultRate, seed, 'slow-ms': slowMs, 'late-ms': lateMs, 'return-ms': returnMs,
  })], { SANDBOX_RAIL_SECRET: secret });
