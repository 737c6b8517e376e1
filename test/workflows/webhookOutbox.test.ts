import { Webhook } from 'standardwebhooks';
import { afterAll, expect, test } from 'vitest';
import { startOutbox } from '../../activities/notifications/start.ts';
import { railRegistry } from '../../activities/payouts/rails/registry.ts';
import { createWorkers, runWorkers } from '../../activities/workers.ts';
import { outboxNudge, TASK_QUEUES, workflowIds } from '../../workflows/contracts.ts';
import { workflowBundle } from '../support/ask-host.ts';
import { devServer } from '../support/dev-server.ts';
import { testPersonalData } from '../support/personal.ts';
import { webhookReceiver } from '../support/webhook-receiver.ts';
import { NEARBY, webhookFixture } from '../support/webhooks.ts';

const stops: (() => unknown)[] = [];
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

test('from what happened to the receiver: the outbox writes the delivery, its workflow sends it; a disabled endpoint becomes a notification of its own', async () => {
  const f = await webhookFixture();
  stops.push(() => f.close());
  const receiver = await webhookReceiver();
  stops.push(() => receiver.close());
  const server = await devServer();
  const workers = runWorkers(await createWorkers({
    connection: server.nativeConnection, namespace: server.namespace, workflows: { workflowBundle: await workflowBundle() }, pool: f.pool, client: server.client, rails: railRegistry([]),
    personal: testPersonalData(), queues: [TASK_QUEUES.notifications, TASK_QUEUES.webhooks], webhooks: { settings: NEARBY }, worker: { shutdownGraceTime: '2s' },
  }));
  stops.push(() => workers.stop());
  const userId = await f.user();
  const { id, secret } = await f.endpoint(receiver.url, { userId });
  await startOutbox(server.client);
  const eventId = await f.happened(userId, { kind: 'payout_returned' });
  const nudge = () => server.client.workflow.getHandle(workflowIds.outbox()).signal(outboxNudge);
  await nudge();
  await receiver.has(1);
  expect(receiver.received[0]!.headers['webhook-id']).toBe(eventId);
  expect(new Webhook(secret).verify(receiver.received[0]!.body, receiver.received[0]!.headers as Record<string, string>)).toMatchObject({ type: 'payout.returned', data: { userId } });

  receiver.always({ status: 410 });
  await f.happened(userId);
  await nudge();
  await expect.poll(() => f.notices(id)).toMatchObject([{ kind: 'webhook_endpoint_disabled', user_id: userId, facts: { reason: 'GONE' } }]);
  expect(receiver.received).toHaveLength(2);
});
