import type { Pool } from 'pg';
import { withTransaction } from '../../db/connection.ts';
import { clearConditions, noteCondition } from '../../db/stores/railConditions.ts';
import { RECORD_UNREADABLE } from './recordGuard.ts';
import type { Rail, RailReadiness } from './rails/rail.ts';

/** Whether the rail can be used; what stands in its way, or soon will, is noted once and told to operators, and taken back when it is over. */
export async function readiness(pool: Pool, rail: Rail, asOf: string, signal: AbortSignal): Promise<RailReadiness> {
  const ready: RailReadiness = await rail.ready?.(signal) ?? { ready: true, terms: {} };
  const found = ready.ready ? ready.warning ?? null : { code: ready.code, detail: ready.reason };
  if (rail.ready !== undefined) {
    await withTransaction(pool, async (tx) => {
      await clearConditions(tx, rail.id, asOf, [RECORD_UNREADABLE, ...(found === null ? [] : [found.code])]);
      if (found !== null) await noteCondition(tx, { rail: rail.id, ...found, at: asOf });
    });
  }
  return ready;
}
