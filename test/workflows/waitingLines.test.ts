import { drizzle } from 'drizzle-orm/node-postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { brokerLearned } from '../../api/workflowCalls.ts';
import { startMissing } from '../../activities/reconcile/startMissing.ts';
import { putSymbols } from '../../db/stores/symbols.ts';
import { OWNERSHIP_TERMS } from '../../domain/ownership/terms.ts';
import { sampleReport } from '../../scripts/sample/report.ts';
import { BROKER } from '../../scripts/sample/setup.ts';
import { devServer, type TestDevServer } from '../support/dev-server.ts';
import { arrives, mainJob, type MainJob, mainJobWorkers, type Running } from '../support/main-job.ts';

let server: TestDevServer;
let job: MainJob;
let workers: Running;

beforeAll(async () => {
  server = await devServer();
  job = await mainJob({ accounts: 3 });
  workers = await mainJobWorkers(job, server);
});
afterAll(async () => {
  await workers?.stop();
  await job?.close();
});

const arrive = async (day: number, symbol: string): Promise<void> => {
  const report = { accounts: [0, 2] as [number, number], linesPerAccount: 2, day };
  const { handle } = await arrives(job, server.client, report, sampleReport(report).replaceAll('EURUSD', symbol));
  expect(await handle.result()).toMatchObject({ posted: 1 });
};
const map = (symbols: Record<string, string>) => putSymbols(drizzle(job.pool), BROKER, symbols);

test('a mapped symbol is paid in periods whose workflow has ended, with accruals that are started; what a lost signal left, the sweep finds', async () => {
  await arrive(0, 'NEWCOIN');
  await arrive(1, 'NEWCOIN');
  await arrive(2, 'OTHER');
  expect(await job.money(0)).toMatchObject({ pending: '0' });
  await map({ NEWCOIN: 'forex' });
  await brokerLearned({ client: server.client, pool: job.pool }, BROKER);
  await expect.poll(() => job.money(0), { timeout: 30_000 }).toMatchObject({ pending: '24' });
  await expect.poll(async () => (await job.rows<{ n: number }>("SELECT count(*)::int AS n FROM accrual WHERE state = 'pending'"))[0]!.n, { timeout: 30_000 }).toBe(4);
  // Nobody is told of this one.
  await map({ OTHER: 'forex' });
  const started = await startMissing({ pool: job.pool, client: server.client, ownershipTerms: OWNERSHIP_TERMS }, () => undefined);
  expect(started.waitingPeriods).toBe(1);
  await expect.poll(() => job.money(0), { timeout: 30_000 }).toMatchObject({ pending: '36' });
  await expect.poll(async () => (await startMissing({ pool: job.pool, client: server.client, ownershipTerms: OWNERSHIP_TERMS }, () => undefined)).waitingPeriods, { timeout: 30_000 }).toBe(0);
});
