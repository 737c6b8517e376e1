import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WorkflowHandle } from '@temporalio/client';
import { startDeliveries } from '../../activities/webhooks/startDeliveries.ts';
import { withTransaction } from '../../db/connection.ts';
import { createEndpoint } from '../../db/stores/webhookEndpoints.ts';
import { addSecret } from '../../db/stores/webhookSecrets.ts';
import { notify } from '../../db/stores/notifications.ts';
import { createDeliveries, createTestDelivery, replayDelivery } from '../../db/stores/webhookDeliveries.ts';
import { webhookDeliveryChanged, workflowIds } from '../../workflows/contracts.ts';
import { until } from '../case/until.ts';
import type { Stack } from './stack.ts';

/** Seconds before each try while histories are recorded. */
export const RECORDED_SCHEDULE = [0, 1, 2];

const now = (): string => new Date().toISOString();
let number = 0;

/** A delivery to a receiver that gives these answers, then 200; ended with the shape. */
const answering = (statuses: number[], act: (stack: Stack, deliveryId: string, handle: WorkflowHandle) => Promise<void> = async () => {}, test = false) => async (stack: Stack): Promise<WorkflowHandle> => {
  const server = createServer((_request, response) => { response.writeHead(statuses.shift() ?? 200, { 'retry-after': '60' }).end(); });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const userId = [...stack.users.values()][number++]!;
  const endpointId = await withTransaction(stack.pool, async (tx) => {
    const endpoint = await createEndpoint(tx, { userId, url, eventTypes: ['payout.blocked'], description: '', createdBy: 'key_1', at: now() });
    await addSecret(tx, stack.personal, endpoint.id, now());
    return endpoint.id;
  });
  const deliveryId = test ? (await withTransaction(stack.pool, (tx) => createTestDelivery(tx, endpointId, now()))).id : await happened(stack, userId);
  await startDeliveries(stack.client, [deliveryId]);
  const handle = stack.handle(workflowIds.webhookDelivery(deliveryId));
  await act(stack, deliveryId, handle);
  await handle.result();
  server.close();
  return stack.handle(handle.workflowId);
};

async function happened(stack: Stack, userId: string): Promise<string> {
  const eventId = `recorded:${userId}`;
  await notify(stack.pool, [{ eventId, userId, kind: 'payout_blocked', facts: {}, at: now() }]);
  const [row] = await stack.rows<{ id: string }>('SELECT id FROM notification WHERE event_id = $1', [eventId]);
  return (await createDeliveries(stack.pool, [row!.id]))[0]!.deliveryId;
}

/** One history a control-flow shape of `webhookDelivery`. */
export const WEBHOOK_SHAPES = {
  'webhook-delivered': answering([]),
  'webhook-second-try': answering([500]),
  'webhook-tries-used-up': answering([500, 500, 500]),
  'webhook-endpoint-gone': answering([500, 410]),
  'webhook-replayed-while-waiting': answering([503], async (stack, deliveryId, handle) => {
    await until('it waits', async () => (await stack.rows('SELECT 1 FROM webhook_delivery WHERE id = $1 AND tries = 1', [deliveryId])).length === 1);
    await handle.query('__stack_trace');
    await withTransaction(stack.pool, (tx) => replayDelivery(tx, deliveryId, now()));
    await handle.signal(webhookDeliveryChanged);
  }),
  'webhook-test-failed': answering([500], undefined, true),
};
