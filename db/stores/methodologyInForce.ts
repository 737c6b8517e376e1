import { Problem } from '../../domain/problem.ts';
import type { Tier } from '../../domain/tiers.ts';
import { type SqlSource, sqlOf } from '../connection.ts';

export interface Methodology {
  id: string;
  version: number;
  effectiveFrom: string;
  /** ISO 8601 duration of whole days, hours, minutes and seconds: exact, never a calendar's. */
  pendingPeriod: string;
  /** USD. */
  payoutMinimum: string;
  tierWindowDays: number;
  tiers: Tier[];
}

interface Raw { id: string; version: number; effective_from: Date; pending_period: string; payout_minimum: string; tier_window_days: number; tiers: Tier[] }
const asMethodology = (row: Raw): Methodology => ({
  id: row.id, version: row.version, effectiveFrom: row.effective_from.toISOString(), pendingPeriod: row.pending_period,
  payoutMinimum: row.payout_minimum, tierWindowDays: row.tier_window_days, tiers: row.tiers,
});

/** The methodology version in force at an instant. @throws Problem METHODOLOGY_MISSING */
export async function methodologyInForce(source: SqlSource, at: string): Promise<Methodology> {
  const found = await sqlOf(source).query<Raw>('SELECT * FROM methodology WHERE effective_from <= $1 ORDER BY effective_from DESC, version DESC LIMIT 1', [at]);
  const row = found.rows[0];
  if (row === undefined) throw new Problem('METHODOLOGY_MISSING', `No methodology version is in force at ${at}; publish one whose effective date is not after it.`, { status: 409 });
  return asMethodology(row);
}

/** A methodology version by id. */
export async function methodologyById(source: SqlSource, id: string): Promise<Methodology> {
  const found = await sqlOf(source).query<Raw>('SELECT * FROM methodology WHERE id = $1', [id]);
  return asMethodology(found.rows[0]!);
}
