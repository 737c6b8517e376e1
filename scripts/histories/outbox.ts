import type { WorkflowHandle } from '@temporalio/client';
import { notify } from '../../db/stores/notifications.ts';
import { outboxNudge, WORKFLOWS, workflowIds } from '../../workflows/contracts.ts';
import { outboxStart } from '../../workflows/starts.ts';
import { until } from '../case/until.ts';
import type { Shape } from './shapes.ts';
import type { Stack } from './stack.ts';

/** One execution of the outbox: it ends by going on as a new one, which is ended here. */
async function turns(stack: Stack, count: number, nudged: boolean): Promise<WorkflowHandle> {
  const started = await stack.client.workflow.start(WORKFLOWS.outbox, outboxStart({ turns: count }));
  const latest = stack.handle(workflowIds.outbox());
  const run = stack.client.workflow.getHandle(workflowIds.outbox(), started.firstExecutionRunId, { followRuns: false });
  await until('the outbox has had its turns', async () => {
    if (nudged) await latest.signal(outboxNudge);
    return (await run.describe()).status.name === 'CONTINUED_AS_NEW';
  });
  await latest.terminate('recorded');
  return run;
}

/** Waiting and nudged in between; and page after page without a wait. */
export const OUTBOX_SHAPES: Readonly<Record<string, Shape>> = {
  'outbox-nudged': (stack) => turns(stack, 3, true),
  'outbox-pages': async (stack) => {
    const [userId] = [...stack.users.values()];
    const at = new Date().toISOString();
    await notify(stack.pool, Array.from({ length: 700 }, (_, i) => ({ eventId: `recorded:${i}`, userId: userId!, kind: 'payout_paid' as const, facts: { payoutId: `pay_${i}`, amount: '1', currency: 'USD' }, at })));
    return turns(stack, 3, false);
  },
};
