import { proxyActivities, setCurrentDetails, setHandler } from '@temporalio/workflow';
import type { createScreeningActivities, ScreenedPage } from '../activities/verification/screening.ts';
import { type ScreeningInput, screeningProgress } from './contracts.ts';
import { PAGE } from './retry.ts';

const { screenPage } = proxyActivities<ReturnType<typeof createScreeningActivities>>(PAGE);

/** Daily, and when a payout run meets somebody who is due: looks every user up in the list whose last look-up is too old, page by page. */
export async function screening({ pageSize = 200 }: ScreeningInput = {}): Promise<{ screened: number; hits: number; unanswered: number }> {
  const done = { screened: 0, hits: 0, unanswered: 0 };
  setHandler(screeningProgress, () => done);
  const asOf = new Date().toISOString();
  for (let after: string | null = ''; after !== null;) {
    const page: ScreenedPage = await screenPage({ after, limit: pageSize, asOf });
    done.screened += page.screened;
    done.hits += page.hits;
    done.unanswered += page.unanswered;
    after = page.next;
    setCurrentDetails(`${done.screened} screened, ${done.hits} hits, ${done.unanswered} without an answer`);
  }
  return done;
}
