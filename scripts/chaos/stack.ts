import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import type { Pool } from 'pg';
import { sandboxRail } from '../../activities/payouts/rails/sandbox.ts';
import { createPool } from '../../db/connection.ts';
import { migrate } from '../../db/migrate.ts';
import { appUrl } from '../local/app-role.ts';
import { startDevServer } from '../local/dev-server.ts';
import { prepareNamespace } from '../local/namespace.ts';
import { personalKeys } from '../local/personal-keys.ts';
import { freePort } from '../local/ports.ts';
import { startPostgres } from '../local/postgres.ts';
import { tiedToUs } from '../local/processes.ts';
import { temporalCli } from '../local/temporal-cli.ts';
import { buildWorkflowBundle } from '../local/workflow-bundle.ts';
import { ALL_FAULTS, faultRates } from '../sandbox-rail/faults.ts';
import { startSandboxRail, type SandboxRail } from '../sandbox-rail/server.ts';
import { LATE_MS, RETURN_MS, SECRET, SLOW_MS } from './settings.ts';
import { startWebhookReceiver } from './webhook-receiver.ts';

export interface ChaosStack {
  pool: Pool;
  client: Client;
  rail: SandboxRail;
  /** Starts a worker process and resolves when it polls. */
  worker(): Promise<ChildProcess>;
  stopFaults(): Promise<void>;
  webhooks: { taken: number; refused: number };
  stop(): Promise<void>;
}

/** Postgres, a real Temporal dev server, and the sandbox rail with every fault on, all of this run alone. */
export async function startStack(options: { seed: number; faultRate: number; log: (line: string) => void }): Promise<ChaosStack> {
  const folder = resolve(`.data/chaos-${process.pid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).reverse()) await one().catch((error: unknown) => options.log(`while stopping: ${String(error)}`));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), log: options.log, fastAndUnsafe: true, env: {} });
    stops.push(() => postgres.stop());
    await migrate(postgres.ownerUrl);
    const database = await appUrl(postgres, join(folder, 'postgres'));
    const pool = createPool(database, { max: 12, onError: () => {} });
    stops.push(() => pool.end());

    const { path: cli } = await temporalCli(options.log);
    const temporal = await startDevServer({ cli, port: await freePort(), namespace: 'default', logFile: join(folder, 'temporal.log') });
    stops.push(() => temporal.stop());
    await prepareNamespace({ connectionOptions: { address: temporal.address }, namespace: 'default', kind: 'started' }, options.log);
    const connection = await Connection.connect({ address: temporal.address });
    stops.push(() => connection.close());
    const client = new Client({ connection });
    const bundle = await buildWorkflowBundle(join(folder, 'workflows.cjs'));

    let railUrl = '';
    const receiver = await startWebhookReceiver(() => ({ pool, client, rail: sandboxRail({ url: railUrl, secret: SECRET }) }));
    stops.push(() => receiver.stop());
    const rail = await startSandboxRail({
      record: join(folder, 'rail.record'), secret: SECRET, webhookUrl: receiver.url,
      faults: { seed: options.seed, rates: faultRates(ALL_FAULTS.join(','), options.faultRate), slowMs: SLOW_MS, lateMs: LATE_MS, returnMs: RETURN_MS },
    });
    railUrl = rail.url;
    stops.push(() => rail.stop());

    const children = new Set<ChildProcess>();
    stops.push(async () => { for (const child of children) child.kill('SIGKILL'); });
    // The workers of one trial share their keys: what one has sealed the next must read.
    const env = { ...process.env, ...personalKeys({}, folder), CHAOS_TEMPORAL: temporal.address, CHAOS_RAIL: rail.url, CHAOS_SECRET: SECRET, CHAOS_DATABASE: database, CHAOS_BUNDLE: bundle.codePath };
    return {
      pool, client, rail, webhooks: receiver.counts, stop,
      async worker() {
        const [file, ...args] = tiedToUs('KILL', [process.execPath, fileURLToPath(new URL('./worker-process.ts', import.meta.url))]);
        const child = spawn(file!, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
        children.add(child);
        child.once('exit', (code, signal) => {
          children.delete(child);
          // Killing is ours; a worker that ends by itself is a finding of its own.
          if (signal !== 'SIGKILL') options.log(`a worker process ended by itself: ${signal ?? code}`);
        });
        await new Promise<void>((ready, failed) => {
          child.stdout!.on('data', (data: Buffer) => { if (data.toString().includes('ready')) ready(); });
          child.once('exit', (code, signal) => failed(new Error(`the worker process ended: ${signal ?? code}`)));
        });
        return child;
      },
      async stopFaults() {
        await fetch(`${rail.url}/admin/faults`, { method: 'POST', body: JSON.stringify({ faults: 'none' }) });
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
