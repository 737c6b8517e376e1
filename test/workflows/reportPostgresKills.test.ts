import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { railRegistry } from '../../activities/payouts/rails/registry.ts';
import { startReportPeriod } from '../../activities/reports/startReportPeriod.ts';
import { createPool } from '../../db/connection.ts';
import { migrate } from '../../db/migrate.ts';
import { reportProgress } from '../../db/stores/reportProgress.ts';
import { receiveReport } from '../../db/stores/reports.ts';
import { bigFile, BROKER, loadBroker, periodOf } from '../../scripts/intake/data.ts';
import { compareWithFile } from '../../scripts/intake/figures.ts';
import { killWithChildren } from '../../scripts/intake/processes.ts';
import { appUrl } from '../../scripts/local/app-role.ts';
import { startPostgres } from '../../scripts/local/postgres.ts';
import { TASK_QUEUES, workflowIds } from '../../workflows/contracts.ts';
import { devServer } from '../support/dev-server.ts';
import { mainJobWorkers } from '../support/main-job.ts';

const FILE = { lines: 20_000, accounts: 200 };
const ended: (() => Promise<unknown>)[] = [];
afterAll(async () => { for (const end of ended.reverse()) await end(); });

test.skipIf(process.platform !== 'linux')('kill -9 of Postgres while a file is staged, judged and posted: the figures are what the file says', { timeout: 300_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cashback-kills-'));
  ended.push(async () => rmSync(folder, { recursive: true, force: true }));
  const start = () => startPostgres({ dataDir: folder, log: () => {}, env: {} });
  let postgres = await start();
  ended.push(() => postgres.stop());
  await migrate(postgres.ownerUrl);
  const pool = createPool(await appUrl(postgres, folder, {}), { max: 12, onError: () => {} });
  ended.push(() => pool.end());
  await loadBroker(pool, FILE.accounts);
  const server = await devServer();
  const workers = await mainJobWorkers({ pool, rails: railRegistry([]) }, server, { queues: [TASK_QUEUES.reports, TASK_QUEUES.accruals], reportPages: { lines: 500, accruals: 100 } });
  ended.push(() => workers.stop());

  const period = periodOf({});
  const { reportId, periodId } = await receiveReport(pool, { brokerId: BROKER, ...period, fileName: 'week.csv', declaredVersion: null, receivedBy: 'test', at: '2026-11-09T06:00:00.000Z' }, bigFile(FILE));
  await startReportPeriod(server.client, { brokerId: BROKER, periodId, ...period });

  const inStep = async (step: string): Promise<boolean> => {
    const { step: now, percent } = await reportProgress(pool, reportId);
    return now === step && percent !== null && percent >= 20 && percent < 90;
  };
  const moments: Record<string, () => Promise<boolean>> = {
    staging: async () => (await pool.query("SELECT FROM pg_stat_progress_copy WHERE command = 'COPY FROM' AND tuples_processed > 1000")).rowCount! > 0,
    judging: () => inStep('judging'),
    posting: () => inStep('posting'),
  };
  for (const [step, here] of Object.entries(moments)) {
    await expect.poll(() => here().catch(() => false), { interval: 3, timeout: 120_000, message: `in the middle of ${step}` }).toBe(true);
    await killWithChildren(postgres.pid!);
    postgres = await start();
  }
  expect(await server.client.workflow.getHandle(workflowIds.reportPeriod(BROKER, period.from, period.to)).result()).toEqual({ posted: 1 });
  expect(await compareWithFile(pool, reportId, FILE)).toEqual([]);
  // Also of what the kills broke off: a connection that is never given back is missing for good.
  await expect.poll(() => pool.totalCount - pool.idleCount).toBe(0);
});
