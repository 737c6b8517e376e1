import type { Pool } from 'pg';
import { plain, sum } from '../../domain/decimal.ts';
import { RAIL_NOT_CONFIGURED } from '../../domain/payouts/payoutStory.ts';
import { withTransaction } from '../../db/connection.ts';
import { clearCondition, noteCondition, railConditions } from '../../db/stores/railConditions.ts';
import { openPayoutsByRail } from '../../db/stores/railFigures.ts';

/**
 * Notes each rail that has open payouts and is not among `configured`, so that operators are told: its payouts wait until it is. Taken back once it is configured, or none of its payouts is
 * open. `at`: ISO instant. Answers with the rails that are missing.
 */
export async function noteMissingRails(pool: Pool, configured: readonly string[], at: string): Promise<string[]> {
  const open = await openPayoutsByRail(pool);
  const missing = [...open.keys()].filter((rail) => !configured.includes(rail));
  await withTransaction(pool, async (tx) => {
    for (const rail of missing) {
      const states = Object.values(open.get(rail)!.byState);
      const count = states.reduce((total, of) => total + of.count, 0);
      const detail = `${count} open ${count === 1 ? 'payout' : 'payouts'} of ${plain(sum(states.map(({ amount }) => amount)))} USD ${count === 1 ? 'waits' : 'wait'}: RAILS of the workers does not name it. Name it again until they are settled; to have nothing new paid by it, stop it.`;
      await noteCondition(tx, { rail, code: RAIL_NOT_CONFIGURED, detail, at });
    }
    for (const { rail, code } of await railConditions(tx)) if (code === RAIL_NOT_CONFIGURED && !missing.includes(rail)) await clearCondition(tx, { rail, code, at });
  });
  return missing;
}
