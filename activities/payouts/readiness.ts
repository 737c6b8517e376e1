import type { Pool } from 'pg';
import { withTransaction } from '../../db/connection.ts';
import { clearConditions, noteCondition } from '../../db/stores/railConditions.ts';
import { PAYOUTS_WAIT } from '../../db/stores/payoutsWaiting.ts';
import { RATE_UNAVAILABLE } from './planRates.ts';
import { RECORD_UNREADABLE } from './recordGuard.ts';
import type { Rail, RailReadiness } from './rails/rail.ts';

/** Conditions that its own word does not take back. */
const NOT_ITS_OWN = [RECORD_UNREADABLE, PAYOUTS_WAIT, RATE_UNAVAILABLE];

/** Whether the rail can be used; what stands in its way, or soon will, is noted once and told to operators, and taken back when it is over. */
export async function readiness(pool: Pool, rail: Rail, asOf: string, signal: AbortSignal): Promise<RailReadiness> {
  const ready: RailReadiness = await rail.ready?.(signal) ?? { ready: true, terms: {} };
  const found = ready.ready ? ready.warning ?? null : { code: ready.code, detail: ready.reason };
  if (rail.ready !== undefined) {
    await withTransaction(pool, async (tx) => {
      await clearConditions(tx, rail.id, asOf, [...NOT_ITS_OWN, ...(found === null ? [] : [found.code])]);
      if (found !== null) await noteCondition(tx, { rail: rail.id, ...found, at: asOf });
    });
  }
  return ready;
}
