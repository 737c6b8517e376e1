import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HealthServer, serveHealth } from '../../activities/health.ts';
import { runWorkers } from '../../activities/workers.ts';
import { createPool } from '../../db/connection.ts';
import { freshDatabase, type FreshDatabase } from '../support/database.ts';
import { devServer, type TestDevServer } from '../support/dev-server.ts';

let server: TestDevServer;
let database: FreshDatabase;
let worker: Worker;
let running: ReturnType<typeof runWorkers>;
let health: HealthServer;
let pool: ReturnType<typeof createPool>;

beforeAll(async () => {
  [server, database] = await Promise.all([devServer(), freshDatabase()]);
  pool = createPool(database.appUrl, { onError: () => {} });
  worker = await Worker.create({ connection: server.nativeConnection, taskQueue: 'health', activities: { async nothing() {} }, shutdownGraceTime: '1s' });
  health = await serveHealth({ host: '127.0.0.1', port: 0, workers: [worker], pool, client: server.client });
  running = runWorkers([worker]);
});
afterAll(async () => {
  await running.stop();
  await health.close();
  await database.drop();
});

const ask = async (path: string): Promise<[number, unknown]> => {
  const answer = await fetch(health.url + path);
  return [answer.status, await answer.json()];
};

test('a worker that polls is alive and ready', async () => {
  await expect.poll(() => ask('/healthz')).toEqual([200, { status: 'ok', queues: { health: 'RUNNING' } }]);
  expect(await ask('/readyz')).toEqual([200, { status: 'ok', postgres: 'ok', temporal: 'ok', queues: { health: 'RUNNING' } }]);
  expect((await ask('/anything'))[0]).toBe(404);
});

test('without Temporal it is alive, not ready, and ready again with it', async () => {
  await server.kill();
  expect(await ask('/readyz')).toMatchObject([503, { status: 'away', postgres: 'ok', temporal: 'away' }]);
  expect((await ask('/healthz'))[0]).toBe(200);
  await server.restart();
  await expect.poll(() => ask('/readyz').then(([status]) => status)).toBe(200);
});

test('once stopped it takes no work; then Postgres goes too', async () => {
  await running.stop();
  expect(await ask('/readyz')).toMatchObject([503, { temporal: 'ok', queues: { health: 'STOPPED' } }]);
  await pool.end();
  expect(await ask('/readyz')).toMatchObject([503, { postgres: 'away' }]);
});

test('a worker that failed is not alive: it is to be started again', async () => {
  const failed = await serveHealth({ host: '127.0.0.1', port: 0, workers: [{ options: worker.options, getState: () => 'FAILED' as const }], pool, client: server.client });
  const answer = await fetch(`${failed.url}/healthz`);
  expect([answer.status, await answer.json()]).toEqual([503, { status: 'failed', queues: { health: 'FAILED' } }]);
  await failed.close();
});
