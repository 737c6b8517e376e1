import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { milliseconds, settleAndSleep, timeSkipping } from './time-skipping.ts';

test('reads durations', () => {
  expect(milliseconds('6d 23h 59m')).toBe(604_740_000);
  expect(milliseconds('20s 5ms')).toBe(20_005);
  expect(() => milliseconds('a week')).toThrow('Not a duration');
});

test('a week of workflow time passes in seconds, the timer keeps its boundary, and search attributes are registered', async () => {
  const { env, client } = await timeSkipping();
  const worker = await Worker.create({
    connection: env.nativeConnection, taskQueue: 'sample', workflowsPath: fileURLToPath(new URL('sample/timer.ts', import.meta.url)),
  });
  await worker.runUntil(async () => {
    const handle = await client.workflow.start('timer', {
      args: [milliseconds('7d')], taskQueue: 'sample', workflowId: 'one-week', searchAttributes: { BrokerId: ['alpha'], Held: [false], ClearsAt: [new Date(0)] },
    });
    await settleAndSleep(env, handle, '6d 23h 59m');
    expect((await handle.describe()).status.name).toBe('RUNNING');
    await settleAndSleep(env, handle, '2m');
    const { began, woke } = (await handle.result()) as { began: number; woke: number };
    // The server's clock runs on at real speed while the worker takes the task: a little later, never earlier.
    expect(woke - began).toBeGreaterThanOrEqual(milliseconds('7d'));
    expect(woke - began).toBeLessThan(milliseconds('7d 1m'));
  });
});
