import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Webhook } from 'standardwebhooks';
import { afterAll, expect, test } from 'vitest';
import { startDeliveries } from '../../activities/webhooks/startDeliveries.ts';
import { readMasterKeys } from '../../db/personal/masterKeys.ts';
import { personalData } from '../../db/personal/personalData.ts';
import { endProcess, spawnServer, tiedToUs } from '../../scripts/local/processes.ts';
import { TASK_QUEUES, workflowIds } from '../../workflows/contracts.ts';
import { workflowBundle } from '../support/ask-host.ts';
import { devServer } from '../support/dev-server.ts';
import { webhookReceiver } from '../support/webhook-receiver.ts';
import { webhookFixture } from '../support/webhooks.ts';
import { workerEnvironment } from '../support/worker-environment.ts';

const stops: (() => unknown)[] = [];
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

/** The product's worker as its own process; answers its process id when it polls. */
async function workerProcess(env: NodeJS.ProcessEnv): Promise<number> {
  const { codePath } = await workflowBundle();
  const child = spawnServer(tiedToUs('KILL', [process.execPath, fileURLToPath(new URL('../../activities/worker.ts', import.meta.url))]), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, WORKFLOW_BUNDLE: codePath, LOG_LEVEL: 'error', TASK_QUEUES: `${TASK_QUEUES.notifications},${TASK_QUEUES.webhooks}`, WEBHOOKS_ALLOW_PRIVATE: 'true', ...env },
  });
  const pid = child.pid!;
  stops.push(() => endProcess(pid, [['SIGTERM', 10_000]]));
  await new Promise((ready, failed) => {
    child.once('message', ready);
    child.once('exit', (code, signal) => failed(new Error(`the worker ended: ${signal ?? code}`)));
  });
  return pid;
}

test('kill -9 of the worker between send and mark: another one sends the same again under the same webhook-id, within seconds', { timeout: 180_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cashback-webhooks-'));
  stops.push(() => rmSync(folder, { recursive: true }));
  const keys = workerEnvironment(folder);
  const f = await webhookFixture(personalData(readMasterKeys(keys)));
  stops.push(() => f.close());
  const receiver = await webhookReceiver();
  stops.push(() => receiver.close());
  const server = await devServer();
  const env = { DATABASE_APP_URL: f.appUrl, TEMPORAL_ADDRESS: server.address, ...keys };

  const first = await workerProcess(env);
  const { secret } = await f.endpoint(receiver.url);
  const deliveryId = await f.delivery(await f.user(), '2026-11-02T09:00:00.000Z');
  receiver.will('silent');
  await startDeliveries(server.client, [deliveryId]);
  await receiver.has(1);
  await endProcess(first, []);
  expect(await f.attempts(deliveryId)).toMatchObject([{ no: 1, finishedAt: null }]);

  await workerProcess(env);
  const killedAt = Date.now();
  expect(await server.client.workflow.getHandle(workflowIds.webhookDelivery(deliveryId)).result()).toBe('delivered');
  expect(Date.now() - killedAt).toBeLessThan(28_000); // by its heartbeat, not by the time-out of the whole try
  expect((await f.attempts(deliveryId)).map(({ no, status, errorCode }) => [no, status, errorCode])).toEqual([[1, null, 'INTERRUPTED'], [2, 200, null]]);
  const [sent, again] = receiver.received;
  expect(receiver.received).toHaveLength(2);
  expect([again!.headers['webhook-id'], again!.body]).toEqual([sent!.headers['webhook-id'], sent!.body]);
  for (const { body, headers } of receiver.received) expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({ type: 'payout.paid' });
});
