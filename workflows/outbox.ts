import { condition, continueAsNew, proxyActivities, setCurrentDetails, setHandler, workflowInfo } from '@temporalio/workflow';
import type { createOutboxActivities } from '../activities/notifications/activities.ts';
import { type OutboxInput, outboxNudge } from './contracts.ts';
import { PAGE } from './retry.ts';

const { fanOut, sendMails } = proxyActivities<ReturnType<typeof createOutboxActivities>>(PAGE);

/** Without a nudge the tables are looked at this often: a nudge that was lost delays by a minute at most. */
const LOOK_AGAIN_MS = 60_000;
/** While the mail server is away: first after seconds, then each minute. */
const SERVER_AWAY_MS = [2_000, 5_000, 15_000, 30_000];
/** Turns of one execution: its history stays short enough to read. */
const TURNS = 200;

/**
 * One for ever: turns notifications into mails and webhook deliveries, and sends the mails that are due. The rows decide what is due
 * and when; a nudge only wakes it.
 */
export async function outbox({ turns = TURNS }: OutboxInput = {}): Promise<never> {
  let nudged = false;
  setHandler(outboxNudge, () => { nudged = true; });
  for (let away = 0, turn = 1; ; turn++) {
    nudged = false;
    const fanned = await fanOut({ asOf: new Date().toISOString() });
    const sent = await sendMails({ asOf: new Date().toISOString() });
    away = sent.down === null ? 0 : away + 1;
    setCurrentDetails(sent.down === null ? `mails are going out, the next ${sent.nextAt ?? 'when there is one'}` : `mails wait: ${sent.down}`);
    if (turn >= turns || workflowInfo().continueAsNewSuggested) await continueAsNew<typeof outbox>({ turns });
    if (fanned.more || sent.more) continue;
    const left = sent.nextAt === null ? LOOK_AGAIN_MS : Date.parse(sent.nextAt) - Date.now();
    // Of one that is due and was not sent somebody else has hold: it is looked at again a little later.
    const wait = sent.down === null ? Math.min(Math.max(left, 1_000), LOOK_AGAIN_MS) : (SERVER_AWAY_MS[away - 1] ?? LOOK_AGAIN_MS);
    await condition(() => nudged, wait);
  }
}
