import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, expect, test } from 'vitest';
import { until } from '../../scripts/case/until.ts';
import { rpc } from '../../scripts/sandbox-chain/rpc.ts';
import { SCHEDULES } from '../../workflows/contracts.ts';
import { living, type Program, run } from '../support/programs.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'cashback-start-'));
const running: Program[] = [];
const program = (script: string): Program => {
  const started = run(script, [], dataDir, { RAILS: 'sandbox,usdt-erc20,broker-credit-aster' });
  running.push(started);
  return started;
};
afterAll(async () => {
  for (const { child } of running) child.kill('SIGKILL');
  await until('every process is gone', async () => living(dataDir).length === 0);
  rmSync(dataDir, { recursive: true, force: true });
});

const KEY = /cbk_[0-9a-f]{8}_\S+/;
/** The chain's address, and the hash of its first block: another chain has another one. */
const chainOf = async (said: string): Promise<{ url: string; first: string }> => {
  const url = /Local Ethereum chain \(anvil\): (\S+),/.exec(said)![1]!;
  return { url, first: (await rpc<{ hash: string }>(url, 'eth_getBlockByNumber', '0x1', false)).hash };
};
const status = async (url: string, key?: string): Promise<number> => (await fetch(url, key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } })).status;

test('npm start works, survives the death of its worker, drains, and keeps its data', { timeout: 300_000 }, async () => {
  const first = program('start.ts');
  await first.says('Ctrl-C stops everything');
  const key = KEY.exec(first.said())![0];
  const api = /API {10}(\S+)\/v1/.exec(first.said())![1]!;
  expect([await status(`${api}/readyz`), await status(`${api}/docs/`), await status(`${api}/v1/brokers`), await status(`${api}/v1/brokers`, key)]).toEqual([200, 200, 401, 200]);

  const chain = await chainOf(first.said());
  const { items } = await (await fetch(`${api}/v1/rails`, { headers: { authorization: `Bearer ${key}` } })).json() as { items: { rail: string }[] };
  expect(items.map(({ rail }) => rail)).toEqual(['broker-credit-aster', 'sandbox', 'usdt-erc20']);

  const worker = Number(/Workers: process (\d+)/.exec(first.said())![1]);
  process.kill(worker, 'SIGKILL');
  await first.says('The worker 1 ended (SIGKILL); starting it again.');
  await until('there is another worker', async () => living(dataDir).some((line) => line.includes('activities/worker.ts') && !line.startsWith(`${worker} `)));

  const second = program('start.ts');
  expect((await second.ended).code).toBe(1);
  expect(second.said()).toContain(`ALREADY_RUNNING: Process ${first.child.pid}`);

  const reconcile = program('reconcile.ts');
  expect((await reconcile.ended).code).toBe(0);
  expect(reconcile.said()).toContain(`run by process ${first.child.pid}`);
  expect(reconcile.said()).toMatch(/accruals +0\n/);

  const connection = await Connection.connect({ address: /(127\.0\.0\.1:\d+), UI/.exec(first.said())![1]! });
  const client = new Client({ connection });
  await client.schedule.getHandle(SCHEDULES.hourlySweep).trigger();
  await until('a sweep has started what should run and sealed the ledger', async () => {
    for await (const sweep of client.workflow.list({ query: "WorkflowType = 'sweep' AND ExecutionStatus = 'Completed'" })) {
      expect(await client.workflow.getHandle(sweep.workflowId, sweep.runId).result()).toMatchObject({ started: { accruals: 0, payouts: 0 }, sealed: { journals: 0 } });
      return true;
    }
    return false;
  });
  await connection.close();

  first.child.kill('SIGTERM');
  expect(await first.ended).toEqual({ code: 0, signal: null });
  expect(living(dataDir)).toEqual([]);

  const again = program('start.ts');
  await again.says('Ctrl-C stops everything');
  expect(again.said()).not.toMatch(KEY);
  expect(again.said()).toContain(`${api}/v1`);
  expect(await chainOf(again.said())).toEqual(chain);
  expect(await status(`${api}/v1/brokers`, key)).toBe(200);
  again.child.kill('SIGINT');
  expect(await again.ended).toEqual({ code: 0, signal: null });
  expect(living(dataDir)).toEqual([]);
});
