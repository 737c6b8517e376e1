import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { until } from '../../scripts/case/until.ts';
import { endProcess, spawnServer, tiedToUs } from '../../scripts/local/processes.ts';
import { workflowBundle } from '../support/ask-host.ts';
import { devServer } from '../support/dev-server.ts';
import { arrives, mainJob, type MainJob } from '../support/main-job.ts';
import { workerEnvironment } from '../support/worker-environment.ts';

const ACCOUNTS = 6;
const stops: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

const folder = mkdtempSync(join(tmpdir(), 'cashback-accruals-'));
stops.push(() => Promise.resolve(rmSync(folder, { recursive: true })));

/** The product's worker as its own process, which can be killed; answers its process id when it polls. */
async function workerProcess(job: MainJob, address: string): Promise<number> {
  const { codePath } = await workflowBundle();
  const child = spawnServer(tiedToUs('KILL', [process.execPath, fileURLToPath(new URL('../../activities/worker.ts', import.meta.url))]), {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: { ...process.env, ...workerEnvironment(folder), DATABASE_APP_URL: job.appUrl, TEMPORAL_ADDRESS: address, WORKFLOW_BUNDLE: codePath, LOG_LEVEL: 'error', SANDBOX_RAIL_URL: job.rail.url, SANDBOX_RAIL_SECRET: 'main job' },
  });
  const pid = child.pid!;
  stops.push(() => endProcess(pid, [['SIGTERM', 10_000]]));
  await new Promise((ready, failed) => {
    child.once('message', ready);
    child.once('exit', (code, signal) => failed(new Error(`the worker ended: ${signal ?? code}`)));
  });
  return pid;
}

test('kill -9 of worker and server: timers keep their instant, those due meanwhile clear as soon as both are back', { timeout: 180_000 }, async () => {
  const server = await devServer({ onDisk: true });
  const job = await mainJob({ accounts: ACCOUNTS, pendingPeriod: 'PT25S' });
  stops.push(() => job.close());
  const first = await workerProcess(job, server.address);
  await (await arrives(job, server.client, { accounts: [0, ACCOUNTS], linesPerAccount: 1, day: 0 })).handle.result();
  const [early] = await job.rows<{ at: Date }>('SELECT max(clears_at) AS at FROM accrual');
  await until('the first report\'s timers are half-way', async () => Date.now() > early!.at.getTime() - 12_000);
  await (await arrives(job, server.client, { accounts: [0, ACCOUNTS], linesPerAccount: 1, day: 1 })).handle.result();
  expect(await job.rows(`SELECT count(*)::int AS n FROM accrual WHERE state = 'pending'`)).toEqual([{ n: 2 * ACCOUNTS }]);

  await endProcess(first, []);
  await server.kill();
  await until('the first report\'s instant has passed', async () => Date.now() > early!.at.getTime());
  await server.restart();
  await workerProcess(job, server.address);

  const pending = async (): Promise<number> => (await job.rows(`SELECT 1 FROM accrual WHERE state = 'pending'`)).length;
  await until('all have cleared', async () => (await pending()) === 0, 90);
  expect(await job.rows('SELECT 1 FROM accrual WHERE cleared_at < clears_at')).toEqual([]);
  for (let account = 0; account < ACCOUNTS; account++) expect(await job.money(account)).toMatchObject({ pending: '0', available: '12' });
  expect(await job.rows(`SELECT count(*)::int AS n FROM journal WHERE kind = 'accrual_cleared'`)).toEqual([{ n: 2 * ACCOUNTS }]);
});
