import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { Pool } from 'pg';
import { createPool } from '../../db/connection.ts';
import { Problem } from '../../domain/problem.ts';
import type { SystemConfig } from '../config.ts';
import { cacheFolder } from '../local/cache-folder.ts';
import { withLock } from '../local/lock.ts';
import { personalKeys } from '../local/personal-keys.ts';
import { freePort } from '../local/ports.ts';
import type { Supervisor } from '../local/supervise.ts';
import type { LocalTemporal } from '../local/temporal.ts';
import { buildWorkflowBundle } from '../local/workflow-bundle.ts';
import { type Child, startChild, WORKER_FLAGS } from './child.ts';
import { type Counterparties, startCounterparties } from './counterparties.ts';
import { prepare } from './prepare.ts';
import { startRail } from './rail.ts';
import { startVerificationProvider } from './verification.ts';
import { startStores, type Stores, storesEnvironment, type StoresOptions } from './stores.ts';

export interface SystemOptions extends Pick<StoresOptions, 'scratchDatabase'> {
  config: SystemConfig;
  /** Absolute. */
  dataDir: string;
  env: NodeJS.ProcessEnv;
  log: (line: string) => void;
  uiPort?: number;
  /** No Schedule fires by itself. */
  schedulesPaused?: boolean;
  /** Rails of a demo, instead of RAILS: those whose counterparty can be run here are used. */
  demoRails?: readonly string[];
}

export interface System {
  apiUrl: string;
  temporal: LocalTemporal;
  databaseUrl: string;
  pool: Pool;
  client: Client;
  workers: readonly Child[];
  /** Whom the rails pay at, where they run here. */
  counterparties: Counterparties;
  /** The first admin key, on the first start only. */
  adminKey: string | null;
}

/** Starts everything of a running system and resolves when it works; the supervisor stops it, newest first. */
export async function startSystem(supervisor: Supervisor, options: SystemOptions): Promise<System> {
  const { dataDir, env, log, config, demoRails } = options;
  const bundle = join(dataDir, 'workflows.js');
  const [stores, counterparties] = await Promise.all([
    startStores(supervisor, options), startCounterparties(supervisor, { rails: demoRails ?? config.RAILS, env, dataDir, log, demo: demoRails !== undefined }), buildWorkflowBundle(bundle),
  ]);
  const { temporal, databaseUrl } = stores;

  const pool = createPool(databaseUrl, { max: 4, applicationName: 'cashback-start' });
  supervisor.onStop('connections', () => pool.end());
  const connection = await Connection.connect(temporal.connectionOptions);
  supervisor.onStop('Temporal client', () => connection.close());
  const client = new Client({ connection, namespace: temporal.namespace });
  const adminKey = await prepare({ client, pool }, env, options.schedulesPaused);

  // Ports are chosen before they are taken: two systems that start at once on this machine must not choose the same.
  const { api, workers, rail } = await withLock(join(cacheFolder('locks'), 'system-ports.lock'), () => startProcesses(supervisor, options, stores, counterparties, bundle));
  log(`Workers: ${workers.length === 0 ? 'none here' : workers.map((worker) => `process ${worker.pid()}`).join(', ')}; logs in ${join(dataDir, 'logs')}`);
  return { apiUrl: api.said, temporal, databaseUrl, pool, client, workers, counterparties: { ...counterparties, env: { ...counterparties.env, ...rail } }, adminKey };
}

/** The rail, the API, which it sends its webhooks to, and the workers. */
async function startProcesses(supervisor: Supervisor, { config, dataDir, env, log }: SystemOptions, stores: Stores, counterparties: Counterparties, bundle: string): Promise<{ api: Child; workers: Child[]; rail: Record<string, string> }> {
  const port = await apiPort(config, join(dataDir, 'api-port'));
  const apiUrl = `http://127.0.0.1:${port}`;
  const rail = await startRail(supervisor, { ...config, RAILS: counterparties.rails }, dataDir, apiUrl, log);
  const verification = await startVerificationProvider(supervisor, config, dataDir, apiUrl, log);
  const childEnv = { ...storesEnvironment(env, dataDir, stores), RAILS: counterparties.rails.join(','), ...counterparties.env, ...rail, ...verification, ...personalKeys(env, dataDir), WORKFLOW_BUNDLE: bundle, PORT: String(port), ...mailEnvironment(env, apiUrl) };
  const child = (name: string, script: string, restarts: number, flags: readonly string[] = []): Promise<Child> =>
    startChild({ name, script, flags, env: childEnv, logFile: join(dataDir, 'logs', `${name.replace(' ', '-')}.log`), log, restarts })
      .then((started) => {
        supervisor.onStop(name, () => started.stop());
        return started;
      });
  const [api, ...workers] = await Promise.all([
    child('API', 'scripts/api.ts', 3),
    ...Array.from({ length: config.WORKERS }, (_, index) => child(`worker ${index + 1}`, 'activities/worker.ts', 20, WORKER_FLAGS)),
  ]);
  return { api, workers, rail };
}

/** Without a mail server mails are shown at /dev/mails. */
function mailEnvironment(env: NodeJS.ProcessEnv, apiUrl: string): NodeJS.ProcessEnv {
  return { PUBLIC_URL: env['PUBLIC_URL'] || apiUrl, ...(env['SMTP_URL'] || env['MAIL_TRANSPORT'] ? {} : { MAIL_TRANSPORT: 'development' }) };
}

/** The configured port, or where none is named the one of the last start, else any free one: links survive a restart. */
async function apiPort(config: SystemConfig, file: string): Promise<number> {
  const before = existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined;
  const port = config.portChosen && config.PORT !== 0 ? await freePort(config.PORT) : await freePort(before, config.PORT || undefined);
  if (config.portChosen && config.PORT !== 0 && port !== config.PORT) {
    throw new Problem('PORT_TAKEN', `Port ${config.PORT} (PORT) is in use; stop what uses it, or leave PORT unset to have a free one taken.`);
  }
  writeFileSync(file, String(port));
  return port;
}
