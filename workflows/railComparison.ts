import { proxyActivities } from '@temporalio/workflow';
import type { createPayoutActivities } from '../activities/payouts/activities.ts';
import type { Finding } from '../domain/payouts/compareRecord.ts';
import { LONG, STEP } from './retry.ts';

type Activities = ReturnType<typeof createPayoutActivities>;
const { knownRails } = proxyActivities<Activities>(STEP);
const { compareWithRail } = proxyActivities<Activities>(LONG);

/** Daily: each rail's own record against our payouts and ledger. Its result is what differed; a rail that is down holds up no other. */
export async function railComparison(): Promise<{ rail: string; findings: Finding[] }[]> {
  const rails = await knownRails();
  return Promise.all(rails.map(async (rail) => ({ rail, findings: await compareWithRail({ rail }) })));
}
