import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { railRegistry } from '../../activities/payouts/rails/registry.ts';
import { PAYOUT_SETTINGS } from '../../activities/payouts/settings.ts';
import { createWorkers, runWorkers } from '../../activities/workers.ts';
import { createPool } from '../../db/connection.ts';
import { PersonalDataEnvironment, readMasterKeys } from '../../db/personal/masterKeys.ts';
import { personalData } from '../../db/personal/personalData.ts';
import { railTaskQueue, TASK_QUEUES } from '../../workflows/contracts.ts';
import type { RailName } from './counterparty.ts';
import { railOf } from './rails.ts';

/* The worker that scripts/chaos.ts kills: the product's workers with short waits, told by the environment where everything is. */
const read = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is missing`);
  return value;
};
Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { forward: {}, filter: 'OFF' } } });
const address = read('CHAOS_TEMPORAL');
// Broken connections are what this is about.
const pool = createPool(read('CHAOS_DATABASE'), { max: 16, onError: () => {} });
const rail = await railOf({ name: read('CHAOS_RAIL') as RailName, url: read('CHAOS_RAIL_URL'), env: process.env, pool });
const workers = await createWorkers({
  personal: personalData(readMasterKeys(PersonalDataEnvironment.parse(process.env))), twoPeople: false, queues: [TASK_QUEUES.payouts, railTaskQueue(rail.id)],
  connection: await NativeConnection.connect({ address }), namespace: 'default', workflows: { workflowBundle: { codePath: read('CHAOS_BUNDLE') } },
  pool, client: new Client({ connection: await Connection.connect({ address }) }),
  // So many calls a second that the payouts are on their way for as long as the storm lasts.
  rails: railRegistry([{ ...rail, guarantees: { ...rail.guarantees, callsPerSecond: Number(read('CHAOS_CALLS_PER_SECOND')) } }]),
  payoutSettings: { ...PAYOUT_SETTINGS, pageSize: 25, policy: { maxAttempts: 3, firstLookSeconds: 0.5, maxLookSeconds: 4 } },
  // The next process does not wait for the dead one's sticky queue.
  worker: { stickyQueueScheduleToStartTimeout: '1s' },
});
const running = runWorkers(workers);
console.log('ready');
await running.ended;
