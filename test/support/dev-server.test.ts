import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { devServer } from './dev-server.ts';

test('a workflow survives kill -9 of a server on disk, and the clients find it again', async () => {
  const server = await devServer({ onDisk: true });
  const options = { connection: server.nativeConnection, taskQueue: 'sample', workflowsPath: fileURLToPath(new URL('sample/timer.ts', import.meta.url)) };
  const worker = await Worker.create(options);
  const running = worker.run();
  const handle = await server.client.workflow.start('timer', { args: [1], taskQueue: 'nobody-listens-here', workflowId: 'survivor' });
  await server.kill();
  await server.restart();
  await expect.poll(async () => (await handle.describe()).status.name, { timeout: 20_000 }).toBe('RUNNING');
  const other = await server.client.workflow.execute('timer', { args: [1], taskQueue: 'sample', workflowId: 'after' });
  expect(other.woke - other.began).toBeGreaterThanOrEqual(1);
  worker.shutdown();
  await running;
  await server.stop();
});
