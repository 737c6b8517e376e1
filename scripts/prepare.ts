import { resolve } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { createPool } from '../db/connection.ts';
import { ourEnvironment, readSystemConfig } from './config.ts';
import { supervise } from './local/supervise.ts';
import { prepare } from './system/prepare.ts';
import { startStores } from './system/stores.ts';

/**
 * `node scripts/prepare.ts`: what a deployment needs once before its workers and APIs start, and again after each update: migrations,
 * namespace, search attributes, Schedules, and on the first time the admin key. Repeating it changes nothing.
 */
await supervise(async (supervisor) => {
  const env = ourEnvironment();
  const stores = await startStores(supervisor, { dataDir: resolve(readSystemConfig().DATA_DIR), env, log: (line) => console.log(line) });
  const pool = createPool(stores.databaseUrl, { max: 2, applicationName: 'prepare' });
  supervisor.onStop('connections', () => pool.end());
  const connection = await Connection.connect(stores.temporal.connectionOptions);
  supervisor.onStop('Temporal client', () => connection.close());
  const adminKey = await prepare({ pool, client: new Client({ connection, namespace: stores.temporal.namespace }) }, env);
  console.log(adminKey === null ? 'Prepared; the admin key was shown the first time.' : `Prepared. First admin key, shown only now:\n\n  ${adminKey}\n`);
  return 0;
});
