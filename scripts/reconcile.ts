import { resolve } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { PAYOUT_SETTINGS } from '../activities/payouts/settings.ts';
import { startMissing } from '../activities/reconcile/startMissing.ts';
import { readScheduleConfig } from '../activities/config.ts';
import { ensureSchedules } from '../activities/schedules.ts';
import { SCHEDULES } from '../workflows/contracts.ts';
import { createPool } from '../db/connection.ts';
import { ourEnvironment, readSystemConfig } from './config.ts';
import { demandKept } from './local/kept.ts';
import { supervise } from './local/supervise.ts';
import { startStores } from './system/stores.ts';

/**
 * `npm run reconcile`: makes Temporal run what the tables say should run, also after every workflow was terminated or Temporal's
 * state was deleted; what runs already is left alone. Works on the servers that are configured or running, else starts the local ones.
 */
await supervise(async (supervisor) => {
  const log = (line: string): void => console.log(line);
  const config = readSystemConfig();
  const dataDir = resolve(config.DATA_DIR);
  if (config.DATABASE_URL === undefined) demandKept(dataDir);
  const { temporal, databaseUrl } = await startStores(supervisor, { dataDir, env: ourEnvironment(), log });
  const pool = createPool(databaseUrl, { max: 4, applicationName: 'reconcile' });
  supervisor.onStop('connections', () => pool.end());
  const connection = await Connection.connect(temporal.connectionOptions);
  supervisor.onStop('Temporal client', () => connection.close());
  const client = new Client({ connection, namespace: temporal.namespace });

  await ensureSchedules(client, readScheduleConfig());
  // By the workers, which know the rails; where none runs yet it is done when they do.
  await client.schedule.getHandle(SCHEDULES.dailyRailComparison).trigger();
  let told = performance.now();
  const done = await startMissing({ pool, client, ownershipTerms: PAYOUT_SETTINGS.ownership, outbox: true }, (count) => {
    if (performance.now() - told < 3_000) return;
    told = performance.now();
    log(`  ${count} looked at …`);
  });
  log('Should be running, and now is (each was started, or found running):');
  for (const [what, count] of Object.entries(done)) log(`  ${what.padEnd(18)} ${count}`);
  log(`  ${'schedules'.padEnd(18)} ${Object.keys(SCHEDULES).length}`);
  log('Each rail\'s record is being compared with ours by the workflow rail-comparison.');
  if (temporal.kind === 'started') log('No system is running here; they go on when `npm start` runs.');
  return 0;
});
