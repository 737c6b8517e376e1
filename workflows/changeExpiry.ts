import { condition, proxyActivities, setCurrentDetails, setHandler } from '@temporalio/workflow';
import type { createChangeActivities } from '../activities/changes/activities.ts';
import { changeDecided, type ChangeInput } from './contracts.ts';
import { STEP } from './retry.ts';

type Activities = ReturnType<typeof createChangeActivities>;
const { loadChange, remindOfChange, expireChange, followUpChange } = proxyActivities<Activities>(STEP);

/**
 * A change that waits for a second operator: one reminder, and an end at an absolute instant if nobody decides. The decision itself is
 * made in the database; this hears of it, and tells the report or the payout run that waits.
 */
export async function changeExpiry({ changeId, remindAt, expiresAt }: ChangeInput): Promise<{ state: string }> {
  let decided = 0;
  setHandler(changeDecided, () => { decided++; });
  const now = () => new Date().toISOString();

  for (;;) {
    const seen = decided;
    const { state, reminded } = await loadChange({ changeId });
    setCurrentDetails(reminded ? `${state}, reminded` : state);
    if (state !== 'requested') {
      await followUpChange({ changeId, asOf: now() });
      return { state };
    }
    const wait = Date.parse(reminded ? expiresAt : remindAt) - Date.now();
    if (wait > 0 && (await condition(() => decided > seen, wait))) continue;
    await (reminded ? expireChange({ changeId, asOf: now() }) : remindOfChange({ changeId, asOf: now() }));
  }
}
