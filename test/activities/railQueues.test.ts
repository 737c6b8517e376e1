import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Rail } from '../../activities/payouts/rails/rail.ts';
import { railRegistry } from '../../activities/payouts/rails/registry.ts';
import { createWorkers, runWorkers } from '../../activities/workers.ts';
import { railTaskQueue } from '../../workflows/contracts.ts';
import { workflowBundle } from '../support/ask-host.ts';
import { testPersonalData } from '../support/personal.ts';
import { payoutFixture, type PayoutFixture } from '../support/payouts.ts';
import { timeSkipping } from '../support/time-skipping.ts';

let f: PayoutFixture;
beforeAll(async () => { f = await payoutFixture(); });
afterAll(() => f?.close());

test('each rail has a task queue of its own, which its server limits to the calls that the rail allows', async () => {
  const { env, client } = await timeSkipping();
  const rail = (id: string, callsPerSecond?: number): Rail => ({ ...f.rail, id, guarantees: { ...f.rail.guarantees, ...(callsPerSecond === undefined ? {} : { callsPerSecond }) } });
  const queues = ['slow', 'slower', 'unlimited'].map(railTaskQueue);
  const workers = await createWorkers({
    connection: env.nativeConnection, namespace: 'default', workflows: { workflowBundle: await workflowBundle() }, pool: f.pool, client, personal: testPersonalData(), queues,
    rails: railRegistry([rail('slow', 5), rail('slower', 0.5), rail('unlimited')]), worker: { shutdownGraceTime: '1s' },
  });
  const running = runWorkers(workers);
  try {
    expect(workers.map(({ options }) => [options.taskQueue, options.maxTaskQueueActivitiesPerSecond])).toEqual([[queues[0], 5], [queues[1], 0.5], [queues[2], undefined]]);
  } finally {
    await running.stop();
  }
});
