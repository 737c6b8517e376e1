import { expect, test } from 'vitest';
import { workflowIds } from '../../workflows/contracts.ts';
import { devServer, type TestDevServer } from '../support/dev-server.ts';
import { type Kill, losing, seeded } from '../support/faulty-activities.ts';
import { arrives, mainJob, mainJobWorkers } from '../support/main-job.ts';

const ACCOUNTS = 16;
const DAYS = [0, 1, 2];
const SEED = 20261121;
const VERSIONS = [
  { accounts: [0, ACCOUNTS], linesPerAccount: 5 },
  { accounts: [0, ACCOUNTS], linesPerAccount: 4, lots: '1.20', without: 3 },
] as const;

/** Two versions of each day, all days at once, pages of a few lines. */
async function work(server: TestDevServer, kill: (() => Kill['when'] | null) | null): Promise<{ figures: object; kills: Kill[]; running: number }> {
  const job = await mainJob({ accounts: ACCOUNTS });
  const kills: Kill[] = [];
  const workers = await mainJobWorkers(job, server, { reportPages: { lines: 6, accruals: 5 }, ...(kill && { worker: losing(kill, (one) => { kills.push(one); }) }) });
  try {
    await Promise.all(DAYS.map(async (day) => {
      for (const version of VERSIONS) await (await arrives(job, server.client, { ...version, day })).handle.result();
    }));
    const accruals = await job.rows<{ id: string }>(`SELECT id FROM accrual WHERE state = 'pending'`);
    const states = await Promise.all(accruals.map(({ id }) => server.client.workflow.getHandle(workflowIds.accrual(id)).describe().then((d) => d.status.name, () => 'MISSING')));
    expect(accruals.length).toBeGreaterThan(ACCOUNTS);
    return { figures: await job.figures(), kills, running: states.filter((state) => state === 'RUNNING').length - accruals.length };
  } finally {
    await workers.stop();
    await job.close();
  }
}

test('scores of random losses before and after the effect end with the figures of an undisturbed run', { timeout: 300_000 }, async () => {
  const server = await devServer();
  const undisturbed = await work(server, null);
  await server.stop();
  const other = await devServer();
  const random = seeded(SEED);
  const disturbed = await work(other, () => (random() < 0.5 ? (random() < 0.5 ? 'before' : 'after') : null));
  await other.stop();
  expect(disturbed.kills.length).toBeGreaterThan(80);
  expect(new Set(disturbed.kills.map(({ activity, when }) => `${activity} ${when}`)).size).toBeGreaterThanOrEqual(20);
  expect(disturbed.figures).toEqual(undisturbed.figures);
  expect(disturbed.figures).toMatchObject({ ledger: [] });
  expect([undisturbed.running, disturbed.running]).toEqual([0, 0]);
});
