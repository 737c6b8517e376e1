import { ActivityFailure, ApplicationFailure, condition, continueAsNew, isCancellation, proxyActivities, setCurrentDetails, setHandler, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { createPayoutActivities } from '../activities/payouts/activities.ts';
import { type PayoutInput, payoutStatus, railHint, railTaskQueue, searchAttribute } from './contracts.ts';
import { PREPARE, RAIL_ASK, RAIL_SEND, STEP } from './retry.ts';

type Activities = ReturnType<typeof createPayoutActivities>;
type Next = Awaited<ReturnType<Activities['takeUpPayout']>>;

/** A hint about a settled payout is followed this often until the rail answers; after that the daily comparison finds it. */
const CHECKS_AFTER_SETTLED = 12;
/** A rail that is down is not asked by every payout every few seconds. */
const LONGEST_DEFERRAL_SECONDS = 900;

/**
 * One user's transfer: prepare → send → ask the rail until there is proof. The row decides every step (domain/payouts/decide.ts);
 * this only waits and calls. Ends when the payout is paid, failed or returned; started again by a hint that comes later.
 */
export async function payout(input: PayoutInput): Promise<{ state: string }> {
  const { payoutId, rail, askedAnewSeconds } = input;
  const anew = askedAnewSeconds === undefined ? {} : { scheduleToCloseTimeout: askedAnewSeconds * 1000 };
  const { takeUpPayout } = proxyActivities<Activities>(STEP);
  // Signed where the rail's key is: by the workers of its own queue.
  const { prepareAttempt } = proxyActivities<Activities>({ ...PREPARE, ...anew, taskQueue: railTaskQueue(rail) });
  const { lookUpAttempt, replaceAttempt } = proxyActivities<Activities>({ ...RAIL_ASK, ...anew, taskQueue: railTaskQueue(rail) });
  const { submitAttempt } = proxyActivities<Activities>({ ...RAIL_SEND, taskQueue: railTaskQueue(rail) });
  const now = () => ({ payoutId, asOf: new Date().toISOString() });

  let hinted = false;
  let deferrals = 0;
  let next: Next | undefined;
  setHandler(railHint, () => { hinted = true; });
  setHandler(payoutStatus, () => ({ state: next?.state ?? 'reserved', attempts: next?.attempts ?? 0, lastDetail: next?.why ?? null }));

  let shown = '';
  const take = (taken: Next): Next => {
    next = taken;
    if (taken.state !== shown) upsertSearchAttributes([{ key: searchAttribute.PayoutState, value: (shown = taken.state) }]);
    setCurrentDetails(`${taken.state}, attempt ${taken.attempts}: ${taken.why}`);
    return taken;
  };
  /** Until so many seconds have passed or the rail gave a hint. */
  const pause = async (seconds: number): Promise<void> => { await condition(() => hinted, Math.ceil(seconds * 1000)); };
  const ask = () => { hinted = false; return lookUpAttempt(now()); };
  /** However long nobody serves the rail's queue (it was taken out of RAILS, its workers are away): asked for again, with the time of then, until somebody does. */
  const served = async <T>(step: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await step();
      } catch (error) {
        if (isRefused(error)) throw error;
      }
      setCurrentDetails(`${shown}: no worker has served the queue ${railTaskQueue(rail)} for some time; it goes on when one does`);
      if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof payout>(input);
    }
  };

  take(await takeUpPayout(now()));
  while (next!.step !== 'done') {
    const { step, afterSeconds, sends, waits } = next!;
    if (step === 'new_attempt') {
      // The rail cannot be used now, or is stopped: nothing is prepared for a rail that is away.
      if (afterSeconds > 0) await pause(afterSeconds);
      hinted = false;
      take(await served(() => prepareAttempt(now())));
    } else if (step === 'await_batch') {
      await pause(afterSeconds);
      hinted = false;
      take(await takeUpPayout(now()));
    } else if (step === 'replace') {
      take(await replaceAttempt({ ...now(), sends }).catch(() => takeUpPayout(now())));
    } else if (step === 'submit' || step === 'resend_same_key') {
      if (afterSeconds > 0) await pause(step === 'submit' && waits !== true ? Math.min(afterSeconds * 2 ** deferrals++, LONGEST_DEFERRAL_SECONDS) : afterSeconds);
      hinted = false;
      // Whatever happened to a send whose answer was lost: the row says whether it was counted, the rail is asked what it did.
      take(await submitAttempt({ ...now(), sends, resend: step === 'resend_same_key' }).catch(() => takeUpPayout(now())));
    } else {
      if (afterSeconds > 0) await pause(afterSeconds);
      take(await served(ask));
    }
    if (workflowInfo().continueAsNewSuggested && !hinted) await continueAsNew<typeof payout>(input);
  }

  // A hint about a settled payout: it may have come back, or more of it. The rail's answer decides, as ever.
  for (let check = 0; hinted && (next!.state === 'paid' || next!.mayComeBack === true) && check < CHECKS_AFTER_SETTLED; check++) {
    // Where nobody serves the rail's queue it counts as not answered: the payout is paid, and the daily comparison asks as well.
    const asked = await ask().catch((error: unknown) => { if (isRefused(error)) throw error; });
    if (asked !== undefined) take(asked);
    if (asked?.answered === true) continue;
    await pause(2 ** check);
    hinted = true;
  }
  return { state: next!.state };
}

/** What no repetition can mend; everything else is nobody's having taken it in time. */
function isRefused(error: unknown): boolean {
  return !(error instanceof ActivityFailure) || isCancellation(error) || (error.cause instanceof ApplicationFailure && error.cause.nonRetryable === true);
}
