import type { Pool } from 'pg';
import { withTransaction } from '../../../../db/connection.ts';
import { clearCondition, railConditions } from '../../../../db/stores/railConditions.ts';

/** What only says that something happened stands among a rail's conditions this long after the last time. */
const HAPPENED_MS = 7 * 86_400_000;

/** Ends the conditions of these codes that say what happened a week ago or longer, as of `asOf` (ISO). */
export async function forgetHappened(pool: Pool, rail: string, codes: readonly string[], asOf: string): Promise<void> {
  const over = (await railConditions(pool, rail)).filter(({ code, seenAt }) => codes.includes(code) && Date.parse(asOf) - Date.parse(seenAt) > HAPPENED_MS);
  if (over.length > 0) await withTransaction(pool, async (tx) => { for (const { code } of over) await clearCondition(tx, { rail, code, at: asOf }); });
}
