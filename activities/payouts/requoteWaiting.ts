import { quotesRunOut } from '../../db/stores/payoutQuotes.ts';
import { stoppedReason } from '../../db/stores/railSwitch.ts';
import { withTransaction } from '../../db/connection.ts';
import { concurrently } from '../concurrently.ts';
import type { Dependencies } from '../dependencies.ts';
import type { Committing } from './commit.ts';
import { prepareNext } from './prepare.ts';
import type { Rail } from './rails/rail.ts';

/** Payouts of one turn; the next goes on. */
const MOST = 2_000;

/**
 * Before a file is made: what is prepared at a rate that held until now is prepared anew at the rate of now, at once, so that it leaves with this file however short rates hold. Answers with the
 * payouts that are not prepared now (no rate, blocked, below the minimum), for their workflows to take up. `asOf`: ISO instant.
 */
export async function requoteWaiting(deps: Pick<Dependencies, 'pool' | 'client' | 'rails' | 'personal'>, committing: Committing, rail: Rail, { asOf, atOnce }: { asOf: string; atOnce: number }, signal: AbortSignal): Promise<string[]> {
  if (await withTransaction(deps.pool, (tx) => stoppedReason(tx, rail.id)) !== null) return [];
  const left: string[] = [];
  await concurrently(await quotesRunOut(deps.pool, rail.id, asOf, MOST), atOnce, async (payoutId) => {
    // One that fails keeps nobody else from leaving; its own workflow does the same and shows why.
    const step = await prepareNext(deps, committing, { payoutId, asOf }, signal).then((next) => next.step, () => null);
    if (step !== 'await_batch') left.push(payoutId);
  });
  return left;
}
