import { proxyActivities } from '@temporalio/workflow';
import type { createPayoutActivities } from '../activities/payouts/activities.ts';
import { type RailExchangeInput, railTaskQueue } from './contracts.ts';
import { EXCHANGE, HAND_OVER } from './retry.ts';

type Activities = ReturnType<typeof createPayoutActivities>;

/**
 * One turn with a rail that takes files or leaves some: commits what is prepared as files, hands each over, reads what came, and wakes the payouts concerned. Its Schedule starts the next
 * turn; what one could not do, another does.
 */
export async function railExchange({ rail }: RailExchangeInput): Promise<{ handedOver: number; withdrawn: number; waiting: number; told: number; hinted: number }> {
  const { assembleBatches, fetchFromRail } = proxyActivities<Activities>({ ...EXCHANGE, taskQueue: railTaskQueue(rail) });
  const { handOverBatch } = proxyActivities<Activities>({ ...HAND_OVER, taskQueue: railTaskQueue(rail) });
  const asOf = (): string => new Date().toISOString();

  const { batchIds } = await assembleBatches({ rail, asOf: asOf() });
  let [handedOver, withdrawn] = [0, 0];
  for (const batchId of batchIds) {
    const state = await handOverBatch({ batchId, asOf: asOf() }).then((outcome) => outcome.state, () => 'assembled');
    if (state === 'withdrawn') withdrawn++;
    else if (state !== 'assembled') handedOver++;
  }
  const { told, hinted } = await fetchFromRail({ rail, asOf: asOf() });
  return { handedOver, withdrawn, waiting: batchIds.length - handedOver - withdrawn, told, hinted };
}
