import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import { exchangeSchedule, type RailExchangeInput, TASK_QUEUES, WORKFLOWS, workflowIds } from '../../workflows/contracts.ts';
import type { RailRegistry } from './rails/registry.ts';

const EVERY = '1 minute';

/** The rails that take files or leave some. */
export const exchangingRails = (rails: RailRegistry): string[] => rails.ids().filter((id) => rails.get(id).batch !== undefined || rails.get(id).ingest !== undefined);

/** Makes the Schedule of each rail's exchange, by whoever knows the rails (a worker when it starts); one that is there is left as it is, paused or not. */
export async function ensureExchanges(client: Client, rails: RailRegistry, { every = EVERY, paused = false }: { every?: string; paused?: boolean } = {}): Promise<void> {
  for (const rail of exchangingRails(rails)) {
    const input: RailExchangeInput = { rail };
    try {
      await client.schedule.create({
        scheduleId: exchangeSchedule(rail),
        spec: { intervals: [{ every: every as '1 minute' }] },
        action: { type: 'startWorkflow', workflowType: WORKFLOWS.railExchange, workflowId: workflowIds.railExchange(rail), taskQueue: TASK_QUEUES.payouts, args: [input], staticSummary: `Files to and from ${rail}` },
        // A turn that was missed is made up for by the next one; never two at once.
        policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute', pauseOnFailure: false },
        state: { paused },
      });
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    }
  }
}
