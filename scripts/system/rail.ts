import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../local/ports.ts';
import { secret } from '../local/postgres-cluster.ts';
import { spawnSandboxRail } from '../local/sandbox-rail.ts';
import type { Supervisor } from '../local/supervise.ts';
import type { SystemConfig } from '../config.ts';

/** The rails' part of the children's environment: runs a sandbox rail of our own where one is in use and no other is named. */
export async function startRail(supervisor: Supervisor, config: SystemConfig, dataDir: string, apiUrl: string, log: (line: string) => void): Promise<Record<string, string>> {
  if (!config.RAILS.includes('sandbox')) return {};
  if (config.SANDBOX_RAIL_URL !== undefined) {
    log(`Sandbox rail: ${config.SANDBOX_RAIL_URL} (SANDBOX_RAIL_URL)`);
    return { SANDBOX_RAIL_URL: config.SANDBOX_RAIL_URL, ...(config.SANDBOX_RAIL_SECRET === undefined ? {} : { SANDBOX_RAIL_SECRET: config.SANDBOX_RAIL_SECRET }) };
  }
  const folder = join(dataDir, 'sandbox-rail');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const shared = config.SANDBOX_RAIL_SECRET ?? secret(join(folder, 'secret'));
  const portFile = join(folder, 'port');
  const port = await freePort(existsSync(portFile) ? Number(readFileSync(portFile, 'utf8')) : undefined, 4010);
  writeFileSync(portFile, String(port));
  const rail = await spawnSandboxRail({
    record: join(folder, 'record.jsonl'), secret: shared, port, webhookUrl: `${apiUrl}/v1/webhooks/rails/sandbox`,
    ...(config.SANDBOX_RAIL_FAULTS === undefined ? {} : { faults: config.SANDBOX_RAIL_FAULTS }),
  });
  supervisor.onStop('sandbox rail', () => rail.stop());
  log(`Sandbox rail: ${rail.url}, its record in ${folder}`);
  return { SANDBOX_RAIL_URL: rail.url, SANDBOX_RAIL_SECRET: shared };
}
