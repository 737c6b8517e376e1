import { patched, proxyActivities } from '@temporalio/workflow';
import type { createPayoutActivities } from '../activities/payouts/activities.ts';
import type { Finding } from '../domain/payouts/compareRecord.ts';
import { LONG, STEP } from './retry.ts';

type Activities = ReturnType<typeof createPayoutActivities>;
const { knownRails, startRailReconciliations } = proxyActivities<Activities>(STEP);
const { compareWithRail } = proxyActivities<Activities>(LONG);

/**
 * Daily: starts the reconciliation of each rail, in a workflow of its own, so that a rail that is down holds up no other. Its result is what was started; of executions from before there
 * were such workflows it is what differed.
 */
export async function railComparison(): Promise<{ started: string[] } | { rail: string; findings: Finding[] }[]> {
  if (patched('one-reconciliation-a-rail')) return startRailReconciliations({ day: new Date().toISOString().slice(0, 10) });
  const rails = await knownRails();
  return Promise.all(rails.map(async (rail) => ({ rail, findings: await compareWithRail({ rail }) })));
}
