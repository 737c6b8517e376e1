import type { Client } from '@temporalio/client';
import { WORKFLOWS } from '../../workflows/contracts.ts';
import { webhookDeliveryStart } from '../../workflows/starts.ts';
import { concurrently } from '../concurrently.ts';

const AT_ONCE = 16;

/** Starts the workflows of these deliveries; one that runs already is left alone. The delivery's row is the guard against trying twice. */
export async function startDeliveries(client: Client, deliveryIds: readonly string[]): Promise<void> {
  await concurrently(deliveryIds, AT_ONCE, async (deliveryId) => {
    await client.workflow.start(WORKFLOWS.webhookDelivery, webhookDeliveryStart(deliveryId));
  });
}
