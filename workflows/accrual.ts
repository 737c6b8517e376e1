import { condition, proxyActivities, setHandler, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { createAccrualActivities } from '../activities/accruals/activities.ts';
import { type AccrualInput, accrualHeld, accrualReleased, accrualReversed, searchAttribute } from './contracts.ts';
import { STEP } from './retry.ts';

const { clearAccrual } = proxyActivities<ReturnType<typeof createAccrualActivities>>(STEP);

/** While on hold the row is read again this often: a release whose signal was lost delays by a day at most. */
const LOOK_AGAIN = '1 day';

/**
 * One trading account's earnings in one report version: pending until `clearsAt`, an absolute instant that restarts, deploys
 * and clock changes do not move (methodology §4). The row decides; signals only wake the workflow and say why.
 */
export async function accrual({ accrualId, clearsAt }: AccrualInput): Promise<'available' | 'reversed'> {
  let woken = false;
  for (const signal of [accrualHeld, accrualReleased, accrualReversed]) setHandler(signal, () => { woken = true; });

  let held = workflowInfo().typedSearchAttributes.get(searchAttribute.Held) ?? false;
  const showHeld = (now: boolean): void => {
    if (now !== held) upsertSearchAttributes([{ key: searchAttribute.Held, value: (held = now) }]);
  };

  for (;;) {
    const left = Date.parse(clearsAt) - Date.now();
    if (left > 0) await condition(() => woken, left);
    woken = false;
    const state = await clearAccrual({ accrualId, asOf: new Date().toISOString() });
    showHeld(state === 'on_hold' || state === 'held');
    if (state === 'available' || state === 'reversed') return state;
    // Only an operator's word ends a hold. Not due yet: the loop waits for the rest of the time.
    if (held) await condition(() => woken, LOOK_AGAIN);
  }
}
