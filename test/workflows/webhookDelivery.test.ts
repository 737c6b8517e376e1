import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { railRegistry } from '../../activities/payouts/rails/registry.ts';
import { startMissing } from '../../activities/reconcile/startMissing.ts';
import { startDeliveries } from '../../activities/webhooks/startDeliveries.ts';
import { createWorkers, runWorkers } from '../../activities/workers.ts';
import { webhooksChanged } from '../../api/workflowCalls.ts';
import { withTransaction } from '../../db/connection.ts';
import { getDelivery, replayDelivery } from '../../db/stores/webhookDeliveries.ts';
import { enableEndpoint, endEndpoint, getEndpoint } from '../../db/stores/webhookEndpoints.ts';
import { OWNERSHIP_TERMS } from '../../domain/ownership/terms.ts';
import { TRY_AFTER_SECONDS } from '../../domain/webhooks/backOff.ts';
import { TASK_QUEUES, workflowIds } from '../../workflows/contracts.ts';
import { workflowBundle } from '../support/ask-host.ts';
import { testPersonalData } from '../support/personal.ts';
import { settleAndSleep, timeSkipping, type TimeSkipping } from '../support/time-skipping.ts';
import { webhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';
import { NEARBY, webhookFixture, type WebhookFixture } from '../support/webhooks.ts';

let f: WebhookFixture;
let receiver: WebhookReceiver;
let temporal: TimeSkipping;
let workers: ReturnType<typeof runWorkers>;

beforeAll(async () => {
  temporal = await timeSkipping();
  f = await webhookFixture();
  receiver = await webhookReceiver();
  workers = runWorkers(await createWorkers({
    connection: temporal.env.nativeConnection, namespace: 'default', workflows: { workflowBundle: await workflowBundle() }, pool: f.pool, client: temporal.client, rails: railRegistry([]),
    personal: testPersonalData(), queues: [TASK_QUEUES.notifications, TASK_QUEUES.webhooks], webhooks: { settings: NEARBY, chance: () => 0 }, worker: { shutdownGraceTime: '2s' },
  }));
});
beforeEach(() => { receiver.received.length = 0; receiver.always(null); });
afterAll(async () => {
  await workers?.stop();
  await receiver?.close();
  await f?.close();
});

/** A user's endpoint of its own, and the workflow of one delivery to it. */
async function started(): Promise<{ userId: string; endpointId: string; deliveryId: string; handle: WorkflowHandle }> {
  const userId = await f.user();
  const { id: endpointId } = await f.endpoint(receiver.url, { userId });
  const deliveryId = await f.delivery(userId, new Date(await temporal.env.currentTimeMs()).toISOString());
  await startDeliveries(temporal.client, [deliveryId, deliveryId]);
  return { userId, endpointId, deliveryId, handle: temporal.client.workflow.getHandle(workflowIds.webhookDelivery(deliveryId)) };
}
const tried = async (deliveryId: string): Promise<number> => (await f.attempts(deliveryId)).filter(({ finishedAt }) => finishedAt !== null).length;
/** The instant of its next try, once the workflow waits for it. */
const waits = async (deliveryId: string, tries: number): Promise<number> => {
  await expect.poll(async () => (await f.state(deliveryId)).tries).toBe(tries);
  return Date.parse((await f.state(deliveryId)).nextAt!);
};
const statusOf = async (handle: WorkflowHandle): Promise<string> => (await handle.describe()).status.name;
const replay = async (deliveryId: string): Promise<void> => {
  const now = new Date(await temporal.env.currentTimeMs()).toISOString();
  await withTransaction(f.pool, (tx) => replayDelivery(tx, deliveryId, now));
  await webhooksChanged(temporal.client, [deliveryId]);
};

test('arrives at once, without a timer, and once though it was started twice', async () => {
  const { deliveryId, handle } = await started();
  expect(await handle.result()).toBe('delivered');
  expect(receiver.received).toHaveLength(1);
  expect((await handle.fetchHistory()).events!.filter((event) => event.timerStartedEventAttributes)).toHaveLength(0);
  expect(await f.state(deliveryId)).toMatchObject({ state: 'delivered', tries: 1 });
});

test('each try at its instant and not a second before, until all are used up; then the endpoint is disabled and its owner told', async () => {
  receiver.always({ status: 500 });
  const { userId, endpointId, deliveryId, handle } = await started();
  for (let tries = 1; tries < TRY_AFTER_SECONDS.length; tries++) {
    const nextAt = await waits(deliveryId, tries);
    const last = (await f.attempts(deliveryId)).at(-1)!;
    expect(nextAt - Date.parse(last.finishedAt!)).toBe(TRY_AFTER_SECONDS[tries]! * 1000);
    const early = nextAt - 1_000 - (await temporal.env.currentTimeMs());
    if (early > 1_000) {
      await settleAndSleep(temporal.env, handle, early);
      expect(await tried(deliveryId)).toBe(tries);
      expect(await temporal.env.currentTimeMs()).toBeLessThan(nextAt); // the look above was before the instant
    }
    await settleAndSleep(temporal.env, handle, Math.max(nextAt - (await temporal.env.currentTimeMs()), 0));
    await expect.poll(() => tried(deliveryId)).toBe(tries + 1);
    const late = Date.parse((await f.attempts(deliveryId)).at(-1)!.startedAt) - nextAt;
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(10_000);
  }
  expect(await handle.result()).toBe('failed');
  const attempts = await f.attempts(deliveryId);
  expect(attempts).toHaveLength(10);
  const hours = (Date.parse(attempts.at(-1)!.startedAt) - Date.parse(attempts[0]!.startedAt)) / 3_600_000;
  expect(hours).toBeGreaterThan(75);
  expect(hours).toBeLessThan(76);
  expect(new Set(receiver.received.map((request) => request.headers['webhook-id'])).size).toBe(1);
  expect(await getEndpoint(f.pool, endpointId)).toMatchObject({ state: 'disabled', reason: 'TRIES_USED_UP' });
  expect(await f.notices(endpointId)).toMatchObject([{ kind: 'webhook_endpoint_disabled', user_id: userId }]);
});

test('a replay wakes it out of a long wait, and starts it again after its end', async () => {
  receiver.will({ status: 503, headers: { 'retry-after': '80000' } });
  const { deliveryId, handle } = await started();
  await waits(deliveryId, 1);
  await handle.query('__stack_trace');
  await replay(deliveryId);
  expect(await handle.result()).toBe('delivered');
  await replay(deliveryId);
  expect(await temporal.client.workflow.getHandle(handle.workflowId).result()).toBe('delivered');
  expect((await f.attempts(deliveryId)).map(({ no, round }) => [no, round])).toEqual([[1, 1], [2, 2], [3, 3]]);
  expect(new Set(receiver.received.map((request) => request.headers['webhook-id']))).toEqual(new Set([(await getDelivery(f.pool, deliveryId)).eventId]));
});

test('of an endpoint that is disabled meanwhile it ends without another try; enabled again and replayed it arrives', async () => {
  receiver.will({ status: 500 }, { status: 500 });
  const { endpointId, deliveryId, handle } = await started();
  const second = await waits(deliveryId, 1);
  await settleAndSleep(temporal.env, handle, Math.max(second - (await temporal.env.currentTimeMs()), 0));
  const third = await waits(deliveryId, 2);
  const at = new Date(await temporal.env.currentTimeMs()).toISOString();
  await withTransaction(f.pool, (tx) => endEndpoint(tx, endpointId, { state: 'disabled', reason: 'BY_OWNER', at }));
  expect(await statusOf(handle)).toBe('RUNNING');
  await settleAndSleep(temporal.env, handle, third - (await temporal.env.currentTimeMs()));
  expect(await handle.result()).toBe('stopped');
  expect(receiver.received).toHaveLength(2);
  await withTransaction(f.pool, (tx) => enableEndpoint(tx, endpointId, at));
  await replay(deliveryId);
  expect(await temporal.client.workflow.getHandle(handle.workflowId).result()).toBe('delivered');
});

test('disabled while another delivery waits: a signal ends that one at once', async () => {
  const { userId, deliveryId, handle } = await started();
  await handle.result();
  receiver.will({ status: 503, headers: { 'retry-after': '80000' } }, { status: 410 });
  const waiting = await f.delivery(userId, '2026-11-02T09:00:00.000Z');
  await startDeliveries(temporal.client, [waiting]);
  await waits(waiting, 1);
  const gone = await f.delivery(userId, '2026-11-02T09:00:00.000Z');
  await startDeliveries(temporal.client, [gone]);
  expect(await temporal.client.workflow.getHandle(workflowIds.webhookDelivery(gone)).result()).toBe('stopped');
  await webhooksChanged(temporal.client, [waiting]);
  expect(await temporal.client.workflow.getHandle(workflowIds.webhookDelivery(waiting)).result()).toBe('stopped');
  expect(await f.state(deliveryId)).toMatchObject({ state: 'delivered', endpoint: 'disabled' });
});

test('what should be on its way and is not is found by the sweep', async () => {
  receiver.will({ status: 500 });
  const { userId, deliveryId, handle } = await started();
  await waits(deliveryId, 1);
  await handle.terminate('lost');
  const never = await f.delivery(userId, '2026-11-02T09:00:00.000Z');
  expect((await startMissing({ pool: f.pool, client: temporal.client, ownershipTerms: OWNERSHIP_TERMS }, () => {})).webhookDeliveries).toBe(2);
  expect(await temporal.client.workflow.getHandle(workflowIds.webhookDelivery(never)).result()).toBe('delivered');
  const again = temporal.client.workflow.getHandle(handle.workflowId);
  expect((await f.attempts(deliveryId))).toHaveLength(1); // not before its instant, only because it was started again
  await settleAndSleep(temporal.env, again, 6_000);
  expect(await again.result()).toBe('delivered');
});
