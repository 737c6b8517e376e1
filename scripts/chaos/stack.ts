import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { Pool } from 'pg';
import { createPool } from '../../db/connection.ts';
import { migrate } from '../../db/migrate.ts';
import { appUrl } from '../local/app-role.ts';
import { startDevServer } from '../local/dev-server.ts';
import { prepareNamespace } from '../local/namespace.ts';
import { personalKeys } from '../local/personal-keys.ts';
import { freePort } from '../local/ports.ts';
import { temporalCli } from '../local/temporal-cli.ts';
import { buildWorkflowBundle } from '../local/workflow-bundle.ts';
import { OPEN } from './counterparties/open.ts';
import type { Counterparty, RailName } from './counterparty.ts';
import { type Link, openLink } from './link.ts';
import type { LinkName } from './plan.ts';
import { type KillablePostgres, killablePostgres, through } from './postgres.ts';
import { railOf } from './rails.ts';
import { startWebhookReceiver } from './webhook-receiver.ts';
import { type KillableWorkers, killableWorkers } from './worker.ts';

export interface ChaosStack {
  folder: string;
  log: (line: string) => void;
  /** Ours, by ways that nothing disturbs; Postgres may be dead all the same. */
  pool: Pool;
  client: Client;
  postgres: KillablePostgres;
  counterparty: Counterparty;
  worker: KillableWorkers;
  links: Record<LinkName, Link>;
  webhooks: { taken: number; refused: number };
  stop(): Promise<void>;
}

const WORKERS = 2;
const ENDING = ['SIGINT', 'SIGTERM'] as const;

export interface StackOptions { rail: RailName; seed: number; faultRate: number; callsPerSecond: number; log: (line: string) => void }

/** Postgres, a real Temporal dev server, the counterparty with its faults on, the worker (not started yet) and a link between each two, all of this run alone. */
export async function startStack({ rail, seed, faultRate, callsPerSecond, log }: StackOptions): Promise<ChaosStack> {
  const folder = resolve(`.data/chaos-${process.pid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const signal of ENDING) process.off(signal, interrupted);
    for (const one of stops.splice(0).reverse()) await one().catch((error: unknown) => log(`while stopping: ${String(error)}`));
    rmSync(folder, { recursive: true, force: true });
  };
  const interrupted = (): void => void stop().finally(() => process.exit(130));
  for (const signal of ENDING) process.once(signal, interrupted);
  const link = async (to: () => number): Promise<Link> => {
    const opened = await openLink(() => ({ host: '127.0.0.1', port: to() }));
    stops.push(() => opened.stop());
    return opened;
  };
  try {
    const postgres = await killablePostgres(join(folder, 'postgres'), log);
    stops.push(() => postgres.stop());
    await migrate(postgres.ownerUrl());
    const database = await appUrl({ ownerUrl: postgres.ownerUrl(), kind: 'started', source: '', stop: async () => {} }, join(folder, 'postgres'), {});
    const undisturbed = await link(postgres.port);
    const pool = createPool(through(database, undisturbed.port), { max: 12, onError: () => {} });
    stops.push(() => pool.end());

    const { path: cli } = await temporalCli(log);
    const temporalPort = await freePort();
    const temporal = await startDevServer({ cli, port: temporalPort, namespace: 'default', logFile: join(folder, 'temporal.log') });
    stops.push(() => temporal.stop());
    await prepareNamespace({ connectionOptions: { address: temporal.address }, namespace: 'default', kind: 'started' }, log);
    const connected = async (port: number): Promise<Client> => {
      const connection = await Connection.connect({ address: `127.0.0.1:${port}` });
      stops.push(() => connection.close());
      return new Client({ connection });
    };
    const client = await connected(temporalPort);
    const bundle = await buildWorkflowBundle(join(folder, 'workflows.cjs'));

    const toDatabase = await link(postgres.port);
    const toTemporal = await link(() => temporalPort);
    const databaseUrl = through(database, toDatabase.port);
    // The webhook receiver stands for the API: it works over the same wires as the worker.
    const apiPool = createPool(databaseUrl, { max: 6, patience: 3000, onError: () => {} });
    stops.push(() => apiPool.end());
    const apiClient = await connected(toTemporal.port);
    const receiver = await startWebhookReceiver(async () => ({ pool: apiPool, client: apiClient, rail: await railOf({ name: rail, url: railUrl, env: counterparty.env, pool: apiPool }) }));
    stops.push(() => receiver.stop());
    const toReceiver = await link(() => Number(new URL(receiver.url).port));
    const counterparty = await OPEN[rail]({ folder, seed, faultRate, webhookUrl: `http://127.0.0.1:${toReceiver.port}/`, log });
    stops.push(() => counterparty.stop());
    const toRail = await link(() => counterparty.port);
    const railUrl = `http://127.0.0.1:${toRail.port}`;

    // The workers of one trial share their keys: what one has sealed the next must read.
    const worker = killableWorkers(WORKERS, {
      ...personalKeys({}, folder), ...counterparty.env, CHAOS_TEMPORAL: `127.0.0.1:${toTemporal.port}`, CHAOS_DATABASE: databaseUrl, CHAOS_BUNDLE: bundle.codePath,
      NODE_COMPILE_CACHE: join(folder, 'compiled'), CHAOS_RAIL: rail, CHAOS_RAIL_URL: railUrl, CHAOS_CALLS_PER_SECOND: String(callsPerSecond),
    }, log);
    stops.push(() => worker.stop());
    return { folder, log, pool, client, postgres, counterparty, worker, webhooks: receiver.counts, links: { postgres: toDatabase, temporal: toTemporal, rail: toRail, webhooks: toReceiver }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
