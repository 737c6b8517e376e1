import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { bundleWorkflowCode, NativeConnection } from '@temporalio/worker';
import { fileURLToPath } from 'node:url';
import { createPool } from '../db/connection.ts';
import { personalData } from '../db/personal/personalData.ts';
import { Problem } from '../domain/problem.ts';
import { readWorkerConfig } from './config.ts';
import { serveHealth } from './health.ts';
import { createWorkerLog, installTemporalRuntime } from './log.ts';
import { configuredMail } from './notifications/configured.ts';
import { bridgeOutbox } from './notifications/nudge.ts';
import { ensureExchanges } from './payouts/exchangeSchedules.ts';
import { noteMissingRails } from './payouts/missingRails.ts';
import { configuredRails } from './payouts/rails/configured.ts';
import { requireRates } from './payouts/rails/fx/settings.ts';
import { dnsTxt } from './reports/mail/dns.ts';
import { SOURCE_SETTINGS } from './reports/sources/settings.ts';
import { configuredList, configuredProvider } from './verification/configured.ts';
import { WEBHOOK_SETTINGS } from './webhooks/settings.ts';
import { createWorkers, runWorkers } from './workers.ts';
import { TASK_QUEUES } from '../workflows/contracts.ts';

/*
 * The worker as a process: builds every dependency, serves its task queues, and on SIGTERM, SIGINT or the end of the parent that
 * started it takes no new work, lets what runs end, and leaves. Any number may run side by side.
 */
const config = readWorkerConfig();
const log = createWorkerLog(config.logLevel);
installTemporalRuntime(log);

const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
const [connection, clientConnection] = await Promise.all([NativeConnection.connect(connectionOptions), Connection.connect(connectionOptions)]);
const client = new Client({ connection: clientConnection, namespace });
const pool = createPool(config.databaseUrl, {
  max: config.poolSize, applicationName: 'cashback-worker', onError: (error) => log.warn({ err: error }, 'an idle database connection broke'),
});

const rails = configuredRails(config.rails, { pool });
requireRates(rails, config.rails);
const workers = await createWorkers({
  connection, namespace, pool, client,
  rails, verification: { provider: configuredProvider(config.verification), list: configuredList(config.verification) }, personal: personalData(config.masterKeys),
  queues: config.taskQueues,
  workflows: { workflowBundle: config.workflowBundle === null ? await bundled() : { codePath: config.workflowBundle } },
  twoPeople: config.twoPeople, mailKeys: dnsTxt(config.dnsServers),
  sources: { settings: { ...SOURCE_SETTINGS, allowPrivate: config.sourcesAllowPrivate } },
  webhooks: { settings: { ...WEBHOOK_SETTINGS, allowPrivate: config.webhooksAllowPrivate } },
  mail: configuredMail(config.mail, config.publicUrl), outbox: true,
  worker: { maxCachedWorkflows: config.maxCachedWorkflows },
});
if (!config.twoPeople) log.warn('TWO_PEOPLE is off: reports and payout runs over a limit wait for nobody');
if (workers.length === 0) throw new Problem('TASK_QUEUE_UNSERVED', `Nothing is served on ${config.taskQueues?.join(', ')} by this build.`);
const { ended, stop } = runWorkers(workers);
const bridge = workers.some((worker) => worker.options.taskQueue === TASK_QUEUES.notifications) ? bridgeOutbox({ databaseUrl: config.databaseUrl, client, log }) : null;
if (config.mail.transport !== 'smtp') log.warn({ transport: config.mail.transport }, 'no mail leaves this installation');
const health = config.health === null ? null : await serveHealth({ ...config.health, workers, pool, client });

let draining: Promise<void> | undefined;
const drain = (why: string): void => {
  log.info({ why }, 'draining: no new work, what runs may end');
  draining ??= stop();
};
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => drain(signal));
process.once('disconnect', () => drain('the parent has ended'));

if (workers.some((worker) => worker.options.taskQueue === TASK_QUEUES.payouts)) {
  // Only workers know which rails take files; a Schedule that is there stays as it is.
  await ensureExchanges(client, rails);
  await noteMissingRails(pool, rails.ids(), new Date().toISOString()).then(
    (missing) => { if (missing.length > 0) log.warn({ missing }, 'payouts wait for rails that RAILS does not name'); },
    // The daily comparison looks again.
    (error: unknown) => log.warn({ err: error }, 'it is not known whether payouts wait for rails that RAILS does not name'));
}
log.info({ queues: workers.map((worker) => worker.options.taskQueue), namespace, address: connectionOptions.address }, 'worker ready');
process.send?.('ready');

const code = await ended.then(() => 0, (error: unknown) => {
  log.fatal({ err: error }, 'the worker failed');
  return 1;
});
await draining?.catch(() => undefined);
await bridge?.stop();
await Promise.allSettled([health?.close(), connection.close(), clientConnection.close(), pool.end()]);
log.info('worker ended');
process.exit(code);

async function bundled(): Promise<{ code: string }> {
  const quiet = { log() {}, trace() {}, debug() {}, info() {}, warn: (text: string) => log.warn(text), error: (text: string) => log.error(text) };
  return bundleWorkflowCode({ workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)), logger: quiet });
}
