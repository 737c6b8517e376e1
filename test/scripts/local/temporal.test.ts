import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { endProcess, isAlive, waitForExit } from '../../../scripts/local/processes.ts';
import { startTemporal, type LocalTemporal, type StartTemporalOptions } from '../../../scripts/local/temporal.ts';
import { SEARCH_ATTRIBUTES } from '../../../workflows/contracts.ts';
import { startElsewhere } from './starter.ts';

let folder: string;
let dataDir: string;
const pids = new Set<number>();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cashback-temporal-'));
  dataDir = join(folder, 'temporal');
});

afterEach(async () => {
  for (const pid of pids) await endProcess(pid, []);
  pids.clear();
  rmSync(folder, { recursive: true, force: true });
});

async function start(options: Partial<StartTemporalOptions> = {}): Promise<LocalTemporal> {
  const temporal = await startTemporal({ dataDir, log: () => {}, env: {}, ...options });
  if (temporal.pid !== undefined) pids.add(temporal.pid);
  return temporal;
}

async function withClient<T>(temporal: LocalTemporal, work: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect(temporal.connectionOptions);
  try {
    return await work(new Client({ connection, namespace: temporal.namespace }));
  } finally {
    await connection.close();
  }
}

test('starts with UI, retention and search attributes, keeps its state in a file, and leaves no process behind', async () => {
  const first = await start();
  expect(first.kind).toBe('started');
  expect((await fetch(first.uiUrl!)).status).toBe(200);
  await withClient(first, async (client) => {
    await client.workflow.start('nothing', { taskQueue: 'nobody', workflowId: 'kept', searchAttributes: { BrokerId: ['alpha'] } });
    const { customAttributes } = await client.connection.operatorService.listSearchAttributes({ namespace: first.namespace });
    expect(Object.keys(customAttributes ?? {})).toEqual(expect.arrayContaining(Object.keys(SEARCH_ATTRIBUTES)));
    const { config } = await client.workflowService.describeNamespace({ namespace: first.namespace });
    expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(365 * 86_400);
  });
  await first.stop();
  expect(isAlive(first.pid!)).toBe(false);

  const second = await start();
  expect([second.address, second.uiUrl]).toEqual([first.address, first.uiUrl]); // printed links stay good
  expect(await withClient(second, async (client) => (await client.workflow.getHandle('kept').describe()).status.name)).toBe('RUNNING');
  await second.stop();
});

test('takes another port for the UI when the wanted one is taken', async () => {
  const squatter = createServer();
  const taken = await new Promise<number>((done) => squatter.listen(0, '127.0.0.1', () => done((squatter.address() as { port: number }).port)));
  const temporal = await start({ uiPort: taken });
  expect(temporal.uiUrl).not.toContain(String(taken));
  expect((await fetch(temporal.uiUrl!)).status).toBe(200);
  await temporal.stop();
  squatter.close();
});

test('adopts the leftover of a killed run, and then stops it', async () => {
  const elsewhere = await startElsewhere('temporal', dataDir, 'untied');
  pids.add(elsewhere.server.pid);
  await elsewhere.kill();
  expect(isAlive(elsewhere.server.pid)).toBe(true);
  const temporal = await start();
  expect(temporal).toMatchObject({ kind: 'adopted', pid: elsewhere.server.pid, address: elsewhere.server.address });
  await temporal.stop();
  expect(isAlive(elsewhere.server.pid)).toBe(false);
});

test('stops a leftover that no longer answers, and starts a new one', async () => {
  const elsewhere = await startElsewhere('temporal', dataDir, 'untied');
  pids.add(elsewhere.server.pid);
  await elsewhere.kill();
  process.kill(elsewhere.server.pid, 'SIGSTOP');
  const temporal = await start();
  expect(temporal.kind).toBe('started');
  expect(isAlive(elsewhere.server.pid)).toBe(false);
  await temporal.stop();
});

test('shares the server of a living run, which dies with that run also by kill -9', async () => {
  const elsewhere = await startElsewhere('temporal', dataDir, 'tied');
  pids.add(elsewhere.server.pid);
  const temporal = await start();
  expect(temporal).toMatchObject({ kind: 'shared', pid: elsewhere.server.pid });
  await temporal.stop();
  expect(isAlive(elsewhere.server.pid)).toBe(true);
  await elsewhere.kill();
  if (process.platform === 'linux') expect(await waitForExit(elsewhere.server.pid, 20_000)).toBe(true);
});

test('takes TEMPORAL_ADDRESS with TLS and API key by the SDK, and says plainly when nothing answers there', async () => {
  const temporal = await start();
  const external = await start({ env: { TEMPORAL_ADDRESS: temporal.address, TEMPORAL_NAMESPACE: 'made-here' } });
  expect(external).toMatchObject({ kind: 'external', address: temporal.address, namespace: 'made-here', uiUrl: undefined });
  await external.stop();
  expect(isAlive(temporal.pid!)).toBe(true);
  await temporal.stop();
  await expect(start({ env: { TEMPORAL_ADDRESS: temporal.address, TEMPORAL_API_KEY: 'secret' } })).rejects.toMatchObject({ code: 'TEMPORAL_UNREACHABLE' });
});
