import { condition, proxyActivities, setHandler, upsertSearchAttributes } from '@temporalio/workflow';
import type { createAccrualActivities } from '../activities/accruals/activities.ts';
import { type AccrualInput, accrualHeld, accrualReleased, accrualReversed, searchAttribute } from './contracts.ts';
import { DATABASE } from './retry.ts';

const { clearAccrual } = proxyActivities<ReturnType<typeof createAccrualActivities>>(DATABASE);

/**
 * One trading account's earnings in one report version: pending until `clearsAt`, an absolute instant that restarts, deploys
 * and clock changes do not move (methodology §4). The row decides; signals only wake the workflow and say why.
 */
export async function accrual({ accrualId, clearsAt }: AccrualInput): Promise<'available' | 'reversed'> {
  let woken = false;
  const wake = (held: boolean | null) => (): void => {
    woken = true;
    if (held !== null) upsertSearchAttributes([{ key: searchAttribute.Held, value: held }]);
  };
  setHandler(accrualHeld, wake(true));
  setHandler(accrualReleased, wake(false));
  setHandler(accrualReversed, wake(null));

  for (;;) {
    const left = Date.parse(clearsAt) - Date.now();
    if (left > 0) await condition(() => woken, left);
    woken = false;
    const state = await clearAccrual({ accrualId, asOf: new Date().toISOString() });
    if (state === 'available' || state === 'reversed') return state;
    // On hold and due: only an operator's word goes on. Not due yet: the loop waits for the rest of the time.
    if (state === 'on_hold' || state === 'held') await condition(() => woken);
  }
}
