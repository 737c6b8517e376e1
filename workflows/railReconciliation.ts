import { ActivityFailure, isCancellation, proxyActivities, setCurrentDetails, sleep } from '@temporalio/workflow';
import type { createPayoutActivities } from '../activities/payouts/activities.ts';
import { type RailReconciliationInput, railTaskQueue } from './contracts.ts';
import { RAIL_RECORD, STEP } from './retry.ts';

type Activities = ReturnType<typeof createPayoutActivities>;
const { noteRecordUnreachable } = proxyActivities<Activities>(STEP);

/** What a hinted payout gets for asking the rail and posting what it says. */
const MEND_SECONDS = 180;
const RETRY_SECONDS = 3600;
/** The next day has a reconciliation of its own. */
const MOST_TRIES = 20;

/**
 * One rail's own record against our payouts, attempts and ledger, on one day. What a look-up can mend is hinted and gets some minutes; what differs then is a case. A record that
 * cannot be read is a case too, and is read again every hour.
 */
export async function railReconciliation({ rail, day, mendSeconds = MEND_SECONDS, retrySeconds = RETRY_SECONDS }: RailReconciliationInput): Promise<{ items: number; differences: number; opened: number; closed: number } | { unreachable: string }> {
  // By the workers that have the rail and its keys, beside its other calls.
  const { lookAtRecord, reconcileWithRecord } = proxyActivities<Activities>({ ...RAIL_RECORD, taskQueue: railTaskQueue(rail) });
  const now = (): string => new Date().toISOString();
  for (let tries = 1; ; tries++) {
    try {
      const asOf = now();
      const { hinted } = await lookAtRecord({ rail, day, asOf });
      if (hinted > 0) {
        setCurrentDetails(`${hinted} payouts ask the rail`);
        await sleep(mendSeconds * 1000);
      }
      const found = await reconcileWithRecord({ rail, day, asOf: now(), mendedBefore: asOf });
      setCurrentDetails(`${found.items} movements, ${found.differences} differences`);
      return found;
    } catch (error) {
      if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
      const detail = error.cause?.message ?? error.message;
      await noteRecordUnreachable({ rail, day, asOf: now(), detail });
      setCurrentDetails(`its record could not be read: ${detail}`);
      if (tries === MOST_TRIES) return { unreachable: detail };
      await sleep(retrySeconds * 1000);
    }
  }
}
