import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import pg from 'pg';
import { railRegistry } from '../../activities/payouts/rails/registry.ts';
import { createWorkers, runWorkers } from '../../activities/workers.ts';
import { createPool } from '../../db/connection.ts';
import { migrate } from '../../db/migrate.ts';
import { appUrl } from '../local/app-role.ts';
import { startDevServer } from '../local/dev-server.ts';
import { prepareNamespace } from '../local/namespace.ts';
import { freePort } from '../local/ports.ts';
import { startPostgres } from '../local/postgres.ts';
import type { Supervisor } from '../local/supervise.ts';
import { temporalCli } from '../local/temporal-cli.ts';
import { buildWorkflowBundle } from '../local/workflow-bundle.ts';
import { throwawayPersonalData } from '../local/personal-keys.ts';

export interface BenchStack { pool: pg.Pool; client: Client; native: NativeConnection }

/** A durable Postgres, a dev server with its state in a file, and the product's workers of these queues, all of this bench alone. */
export async function startBenchStack(supervisor: Supervisor, name: string, queues: readonly string[]): Promise<BenchStack> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const dataDir = resolve(`.data/bench-${name}`);
  const folder = join(dataDir, 'temporal');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pool = await durableDatabase(supervisor, dataDir);

  const { path: cli } = await temporalCli(console.log);
  const server = await startDevServer({ cli, port: await freePort(), namespace: 'default', dbFile: join(folder, 'temporal.db'), logFile: join(folder, 'server.log') });
  supervisor.onStop('Temporal', () => server.stop());
  await prepareNamespace({ connectionOptions: { address: server.address }, namespace: 'default', kind: 'started' }, console.log);
  const connection = await Connection.connect({ address: server.address });
  supervisor.onStop('Temporal client', () => connection.close());
  const client = new Client({ connection });
  const native = await NativeConnection.connect({ address: server.address });
  const workers = runWorkers(await createWorkers({
    personal: throwawayPersonalData(),
    connection: native, namespace: 'default', workflows: { workflowBundle: await buildWorkflowBundle(join(folder, 'workflows.cjs')) }, pool, client, rails: railRegistry([]), queues, twoPeople: false,
  }));
  supervisor.onStop('workers', () => workers.stop());
  return { pool, client, native };
}

async function durableDatabase(supervisor: Supervisor, dataDir: string): Promise<pg.Pool> {
  const database = 'bench';
  const postgres = await startPostgres({ dataDir, log: console.log });
  supervisor.onStop('Postgres', () => postgres.stop());
  const admin = new pg.Client({ connectionString: postgres.ownerUrl });
  admin.on('error', () => undefined);
  await admin.connect();
  supervisor.onStop('bench database', async () => {
    await admin.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    await admin.end();
  });
  await admin.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
  await admin.query(`CREATE DATABASE ${database}`);
  const inBench = (url: string): string => Object.assign(new URL(url), { pathname: `/${database}` }).toString();
  await migrate(inBench(postgres.ownerUrl));
  const pool = createPool(inBench(await appUrl(postgres, dataDir)), { max: 10, onError: () => {} });
  supervisor.onStop('connections', () => pool.end());
  for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes']) {
    const { rows } = await pool.query<Record<string, string>>(`SHOW ${setting}`);
    if (rows[0]![setting] !== 'on') throw new Error(`${setting} is off: these figures would mean nothing`);
  }
  return pool;
}
