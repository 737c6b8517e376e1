import type { Client } from '@temporalio/client';
import { listPayouts, type Payout } from '../../db/stores/payouts.ts';
import { WORKFLOWS } from '../../workflows/contracts.ts';
import { payoutStart } from '../../workflows/starts.ts';
import { concurrently } from '../concurrently.ts';
import { alive } from '../alive.ts';
import type { Dependencies } from '../dependencies.ts';
import { refusing } from '../failure.ts';
import type { PayoutSettings } from './settings.ts';

/** Starts a payout's workflow; one that runs already is left alone. The payout's row is the guard against paying twice. */
export async function startPayout(client: Client, payout: Pick<Payout, 'id' | 'rail' | 'userId' | 'runId' | 'amount' | 'currency' | 'state'>): Promise<void> {
  await client.workflow.start(WORKFLOWS.payout, payoutStart(payout));
}

export function createStartActivities(deps: Pick<Dependencies, 'pool' | 'client'>, settings: PayoutSettings) {
  return {
    /** Starts the workflows of a page of the run's payouts whose outcome is still to come. */
    startPayouts: (input: { runId: string; after: string; limit: number }): Promise<{ next: string | null; started: number }> => refusing(() => alive(async () => {
      const page = await listPayouts(deps.pool, { runId: input.runId, open: true, after: input.after, limit: input.limit });
      await concurrently(page, settings.startsAtOnce, (payout) => startPayout(deps.client, payout));
      return { next: page.length < input.limit ? null : page[page.length - 1]!.id, started: page.length };
    })),
  };
}
