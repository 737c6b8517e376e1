import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import type { Pool } from 'pg';
import { createPool } from '../../db/connection.ts';
import { migrate } from '../../db/migrate.ts';
import { TASK_QUEUES } from '../../workflows/contracts.ts';
import { appUrl } from '../local/app-role.ts';
import { startDevServer } from '../local/dev-server.ts';
import { prepareNamespace } from '../local/namespace.ts';
import { personalKeys } from '../local/personal-keys.ts';
import { freePort } from '../local/ports.ts';
import { type LocalPostgres, startPostgres } from '../local/postgres.ts';
import type { Supervisor } from '../local/supervise.ts';
import { temporalCli } from '../local/temporal-cli.ts';
import { buildWorkflowBundle } from '../local/workflow-bundle.ts';
import { startChild, WORKER_FLAGS } from '../system/child.ts';
import { killWithChildren } from './processes.ts';

export interface IntakeStack {
  pool: Pool;
  client: Client;
  ownerUrl: string;
  /** The product's worker as a process of its own; it is started again where it dies. */
  workerPid(): number;
  postgresPid(): number;
  killWorker(): void;
  /** Postgres with all its processes, at once, as if the machine had stopped; resolves when it answers again. */
  killPostgres(): Promise<void>;
}

/** A durable Postgres, a dev server with its state in a file and one worker process for reports and accruals, all in this folder. */
export async function startIntakeStack(supervisor: Supervisor, folder: string, log: (line: string) => void): Promise<IntakeStack> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  mkdirSync(join(folder, 'temporal'), { recursive: true, mode: 0o700 });
  const start = (): Promise<LocalPostgres> => startPostgres({ dataDir: join(folder, 'postgres'), log, env: {} });
  let postgres = await start();
  supervisor.onStop('Postgres', () => postgres.stop());
  await migrate(postgres.ownerUrl);
  const databaseUrl = await appUrl(postgres, join(folder, 'postgres'), {});
  const pool = createPool(databaseUrl, { max: 4, onError: () => {} });
  supervisor.onStop('connections', () => pool.end());

  const { path: cli } = await temporalCli(log);
  const server = await startDevServer({ cli, port: await freePort(), namespace: 'default', dbFile: join(folder, 'temporal', 'temporal.db'), logFile: join(folder, 'temporal', 'server.log') });
  supervisor.onStop('Temporal', () => server.stop());
  await prepareNamespace({ connectionOptions: { address: server.address }, namespace: 'default', kind: 'started' }, () => {});
  const connection = await Connection.connect({ address: server.address });
  supervisor.onStop('Temporal client', () => connection.close());
  const bundle = await buildWorkflowBundle(join(folder, 'temporal', 'workflows.cjs'));

  // Whoever has settings for another Temporal, also in a file of his own, does not mean this one.
  const settings = join(folder, 'temporal', 'client.toml');
  writeFileSync(settings, `[profile.default]\naddress = "${server.address}"\nnamespace = "default"\n`);
  const env = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_') && !name.startsWith('WORKER_'))), ...personalKeys({}, folder), TEMPORAL_CONFIG_FILE: settings,
    DATABASE_APP_URL: databaseUrl, TASK_QUEUES: `${TASK_QUEUES.reports},${TASK_QUEUES.accruals}`, WORKFLOW_BUNDLE: bundle.codePath, LOG_LEVEL: 'warn',
    // Their queues are not served here.
    RAILS: 'sandbox', SANDBOX_RAIL_URL: 'http://127.0.0.1:9', SANDBOX_RAIL_SECRET: 'not-used-here', SANDBOX_VERIFICATION_URL: 'http://127.0.0.1:9', SANDBOX_VERIFICATION_SECRET: 'not-used-here', MAIL_TRANSPORT: 'development',
  };
  const worker = await startChild({ name: 'worker', script: 'activities/worker.ts', flags: WORKER_FLAGS, env, logFile: join(folder, 'worker.log'), log, restarts: 100 });
  supervisor.onStop('worker', () => worker.stop());
  return {
    pool, client: new Client({ connection }), ownerUrl: postgres.ownerUrl,
    workerPid: () => worker.pid(), postgresPid: () => postgres.pid!,
    killWorker: () => process.kill(worker.pid(), 'SIGKILL'),
    async killPostgres() {
      await killWithChildren(postgres.pid!);
      postgres = await start();
    },
  };
}
