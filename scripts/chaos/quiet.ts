import { setTimeout as delay } from 'node:timers/promises';
import { PAYOUT_SETTLED } from '../../domain/payouts/states.ts';
import { chaosPayouts } from './judge.ts';
import type { ChaosStack } from './stack.ts';

/**
 * Waits until the run is done, every payout is settled, every return is posted, nothing is under way at the counterparty and no workflow runs. Answers with the seconds it
 * took, or null when `within` seconds have passed or nothing more was settled for `standstill` seconds; the log then says what is pending.
 */
export async function quiet(stack: ChaosStack, { within, standstill }: { within: number; standstill: number }): Promise<number | null> {
  let last = { open: Infinity, at: 0 };
  const from = performance.now();
  const elapsed = (): number => Math.round((performance.now() - from) / 1000);
  for (let round = 1; elapsed() < within && elapsed() - last.at < standstill; round++) {
    const { rows: runs } = await stack.pool.query<{ state: string }>('SELECT state FROM payout_run');
    const payouts = await chaosPayouts(stack.pool);
    const open = payouts.filter((payout) => !PAYOUT_SETTLED.includes(payout.state)).length;
    if (open !== last.open) last = { open, at: elapsed() };
    const returns = (await stack.counterparty.movements()).filter((movement) => movement.kind === 'returned').length;
    const posted = payouts.filter((payout) => payout.state === 'returned').length;
    const done = runs.length > 0 && runs.every((run) => run.state === 'done');
    if (done && open === 0 && posted === returns && !await stack.counterparty.busy() && await running(stack) === 0) return elapsed();
    if (round % 20 === 0) stack.log(`still moving: run ${runs[0]?.state ?? 'missing'}, ${open} open, ${posted} of ${returns} returns posted`);
    await delay(500);
  }
  stack.log(`not quiet after ${elapsed()} s, the last ${elapsed() - last.at} without anything being settled`);
  await tellWhatIsPending(stack);
  return null;
}

const running = async ({ client }: ChaosStack): Promise<number> => (await client.workflow.count(`ExecutionStatus = 'Running' AND WorkflowType = 'payout'`)).count;

/** Payout workflows that ended by an error: nothing but a hint would ever take them up again. */
export async function failedWorkflows({ client }: ChaosStack): Promise<string[]> {
  const failed: string[] = [];
  for await (const { workflowId, status } of client.workflow.list({ query: `ExecutionStatus IN ('Failed','TimedOut','Terminated','Canceled')` })) failed.push(`${workflowId} ${status.name}`);
  return failed;
}

/** What the first few workflows that are still open wait for, and why their activities failed. */
async function tellWhatIsPending({ client, log }: ChaosStack): Promise<void> {
  let told = 0;
  for await (const { workflowId } of client.workflow.list({ query: `ExecutionStatus = 'Running'` })) {
    const { raw } = await client.workflow.getHandle(workflowId).describe();
    const activities = (raw.pendingActivities ?? []).map((one) => `${one.activityType?.name} attempt ${one.attempt}: ${one.lastFailure?.message ?? 'no failure'}`);
    log(`${workflowId}: ${activities.join('; ') || 'no activity'}${raw.pendingWorkflowTask ? `; workflow task attempt ${raw.pendingWorkflowTask.attempt}` : ''}`);
    if (++told === 3) return;
  }
}
