import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { railRegistry } from '../../activities/payouts/rails/registry.ts';
import { sandboxRail } from '../../activities/payouts/rails/sandbox.ts';
import { PAYOUT_SETTINGS } from '../../activities/payouts/settings.ts';
import { createWorkers, runWorkers } from '../../activities/workers.ts';
import { createPool } from '../../db/connection.ts';
import { PersonalDataEnvironment, readMasterKeys } from '../../db/personal/masterKeys.ts';
import { personalData } from '../../db/personal/personalData.ts';
import { RAIL_TIMEOUT_MS } from './settings.ts';

/* The worker that scripts/chaos.ts kills: the product's workers with short waits, told by the environment where everything is. */
const read = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is missing`);
  return value;
};
Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } } });
const address = read('CHAOS_TEMPORAL');
const rail = sandboxRail({ url: read('CHAOS_RAIL'), secret: read('CHAOS_SECRET'), timeoutMs: RAIL_TIMEOUT_MS, settlesWithinSeconds: 3 });
const workers = await createWorkers({
  personal: personalData(readMasterKeys(PersonalDataEnvironment.parse(process.env))), twoPeople: false,
  connection: await NativeConnection.connect({ address }), namespace: 'default', workflows: { workflowBundle: { codePath: read('CHAOS_BUNDLE') } },
  pool: createPool(read('CHAOS_DATABASE'), { max: 16 }), client: new Client({ connection: await Connection.connect({ address }) }), rails: railRegistry([rail]),
  payoutSettings: { ...PAYOUT_SETTINGS, pageSize: 25, policy: { maxAttempts: 3, firstLookSeconds: 0.5, maxLookSeconds: 4 } },
  // The next process does not wait for the dead one's sticky queue.
  worker: { stickyQueueScheduleToStartTimeout: '1s' },
});
const running = runWorkers(workers);
process.once('SIGTERM', () => void running.stop().then(() => process.exit(0)));
console.log('ready');
await running.ended;
