import type { Pool } from 'pg';
import type { PersonalData } from '../../db/personal/personalData.ts';
import { readPayout } from '../../db/stores/payouts.ts';
import type { LookUpOutcome } from '../../domain/payouts/outcomes.ts';
import { handleOf } from './handle.ts';
import type { RailRegistry } from './rails/registry.ts';

/** What the rail says of a payout's latest attempt now, without anything being posted; null: nothing was sent yet. Throws `Problem` PAYOUT_UNKNOWN or RAIL_UNKNOWN. */
export async function askRail({ pool, personal, rails }: { pool: Pool; personal: PersonalData; rails: RailRegistry }, payoutId: string, signal: AbortSignal): Promise<LookUpOutcome | null> {
  const { payout, attempt } = await readPayout(pool, payoutId);
  if (attempt === null || attempt.sends === 0) return null;
  return rails.get(payout.rail).lookUp(await handleOf(personal, pool, payout, attempt), signal);
}
