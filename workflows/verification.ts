import { condition, proxyActivities, setCurrentDetails, setHandler } from '@temporalio/workflow';
import type { createVerificationActivities, VerificationView } from '../activities/verification/activities.ts';
import type { createScreeningActivities } from '../activities/verification/screening.ts';
import { VERIFICATION_DECIDED } from '../domain/verification/states.ts';
import { verificationDelay } from '../domain/verification/terms.ts';
import { providerHint, verificationChanged, type VerificationInput, verificationStatus } from './contracts.ts';
import { RAIL_CALL, STEP } from './retry.ts';

type Activities = ReturnType<typeof createVerificationActivities>;
const { loadVerification, remindVerification, expireVerification } = proxyActivities<Activities>(STEP);
const { sendVerification, lookUpVerification } = proxyActivities<Activities>(RAIL_CALL);
const { screenVerified } = proxyActivities<ReturnType<typeof createScreeningActivities>>(RAIL_CALL);

/**
 * Who a user is: his turn (reminders at set hours) or the provider's (sent, then asked with growing pauses, at once on a hint), until it is
 * decided or its absolute instant passes. An approved user is screened. A later verification of the same user is taken over by signal.
 */
export async function verification(input: VerificationInput): Promise<{ state: string }> {
  let { verificationId } = input;
  let news = 0;
  let hinted = false;
  let view: VerificationView | null = null;
  const now = () => new Date().toISOString();
  setHandler(verificationStatus, () => ({ verificationId, state: view?.state ?? 'not_started', submission: view?.submission ?? 0, sent: view?.sent ?? false, remindersSent: view?.remindersSent ?? 0 }));
  setHandler(verificationChanged, (changed) => {
    verificationId = changed.verificationId;
    news++;
  });
  setHandler(providerHint, () => {
    hinted = true;
    news++;
  });

  for (let seen = -1; ;) {
    if (view === null || seen !== news) {
      seen = news;
      view = await loadVerification({ verificationId });
    }
    setCurrentDetails(`${view.state}, submission ${view.submission}${view.state === 'submitted' && !view.sent ? ' (not sent yet)' : ''}, reminders sent: ${view.remindersSent}`);
    const told = (): boolean => news !== seen;
    if (VERIFICATION_DECIDED.includes(view.state)) {
      if (view.state === 'approved') await screenVerified({ verificationId, asOf: now() });
      if (!told()) return { state: view.state };
      continue;
    }
    const end = Date.parse(view.expiresAt);
    if (view.state === 'submitted') {
      if (!view.sent && view.looks === 0) view = await sendVerification({ verificationId, asOf: now() });
      if (view.state !== 'submitted' || told()) continue;
      const due: number = Math.min(Date.now() + verificationDelay(view.looks, input) * 1000, end);
      if (!hinted && due > Date.now() && (await condition(told, due - Date.now())) && !hinted) continue;
      hinted = false;
      view = view.sent ? await lookUpVerification({ verificationId, asOf: now() }) : await sendVerification({ verificationId, asOf: now() });
      if (view.state === 'submitted' && Date.now() >= end) view = await expireVerification({ verificationId, asOf: now() });
      continue;
    }
    const { turnSince, remindersSent }: VerificationView = view;
    const remindAt = input.remindAfterHours.slice(remindersSent).map((hours) => Date.parse(turnSince) + hours * 3_600_000).find((at) => at < end);
    const wait = (remindAt ?? end) - Date.now();
    if (wait > 0 && (await condition(told, wait))) continue;
    view = await (remindAt === undefined ? expireVerification({ verificationId, asOf: now() }) : remindVerification({ verificationId, remindAfterHours: input.remindAfterHours, asOf: now() }));
  }
}
