import { condition, proxyActivities, setCurrentDetails, setHandler } from '@temporalio/workflow';
import type { createWebhookActivities } from '../activities/webhooks/activities.ts';
import { TASK_QUEUES, type WebhookDeliveryInput, webhookDeliveryChanged } from './contracts.ts';
import { WEBHOOK_TRY } from './retry.ts';

const { tryDelivery } = proxyActivities<ReturnType<typeof createWebhookActivities>>({ ...WEBHOOK_TRY, taskQueue: TASK_QUEUES.webhooks });

/**
 * One event for one endpoint: tried until it has arrived, its tries are used up, or the endpoint is disabled. The row decides and
 * says when the next try is due, an absolute instant; a replay only wakes this, or starts it again.
 */
export async function webhookDelivery({ deliveryId }: WebhookDeliveryInput): Promise<'delivered' | 'failed' | 'stopped'> {
  let changed = false;
  setHandler(webhookDeliveryChanged, () => { changed = true; });
  for (;;) {
    changed = false;
    const { state, endpointId, type, tries, nextAt } = await tryDelivery({ deliveryId, asOf: new Date().toISOString() });
    setCurrentDetails(`${type} to ${endpointId}: ${state} after ${tries} tries${nextAt === null ? '' : `, next ${nextAt}`}`);
    if (state === 'pending') {
      const left = Date.parse(nextAt!) - Date.now();
      if (left > 0) await condition(() => changed, left);
    } else if (!changed) return state;
  }
}
