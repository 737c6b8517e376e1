import { proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { createPayoutActivities } from '../activities/payouts/activities.ts';
import type { RailResumeInput } from './contracts.ts';
import { PAGE } from './retry.ts';

const { hintOpenPayouts } = proxyActivities<ReturnType<typeof createPayoutActivities>>(PAGE);

/** After the switch was released: wakes every payout whose outcome is still to come, page by page. Each goes on where it was; one that is not woken looks by itself a little later. */
export async function railResume({ rail, pageSize = 200 }: RailResumeInput): Promise<{ hinted: number }> {
  let hinted = 0;
  for (let after: string | null = ''; after !== null;) {
    const page: Awaited<ReturnType<typeof hintOpenPayouts>> = await hintOpenPayouts({ rail, after, limit: pageSize });
    hinted += page.hinted;
    after = page.next;
    setCurrentDetails(`${hinted} payouts were woken`);
  }
  return { hinted };
}
