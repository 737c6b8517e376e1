import { Decimal } from '../../domain/decimal.ts';
import { type Tier, tierFor } from '../../domain/tiers.ts';
import type { Tx } from '../connection.ts';
import type { ReportWork } from './reportWork.ts';

/**
 * Fixes the tier of every user with a link at the broker for this report period (product.md "Loyalty tiers"): from his
 * standardised paid lots at all brokers with a close time in [start − window, start), or pinned. While no version of the
 * period is posted the tiers are worked out anew; afterwards only users without one are added.
 */
export async function fixTiers(tx: Tx, report: Pick<ReportWork, 'brokerId' | 'periodId' | 'periodFrom'>, methodology: TierRules, posted: boolean): Promise<void> {
  const fixed = await tiersToFix(tx, report, methodology, posted);
  await tx.client.query(
    `INSERT INTO user_tier (period_id, user_id, tier, multiplier, lots)
     SELECT $1, * FROM unnest($2::text[], $3::text[], $4::numeric[], $5::numeric[])
     ON CONFLICT (period_id, user_id) DO UPDATE SET tier = excluded.tier, multiplier = excluded.multiplier, lots = excluded.lots`,
    [report.periodId, fixed.map((f) => f.userId), fixed.map((f) => f.tier.name), fixed.map((f) => f.tier.multiplier), fixed.map((f) => f.lots)]);
}

export interface TierRules { tiers: readonly Tier[]; tierWindowDays: number }

/** The tiers that `fixTiers` would fix now, without doing so. `periodId` null: of a period that does not exist yet. */
export async function tiersToFix(tx: Tx, report: { brokerId: string; periodId: string | null; periodFrom: string }, methodology: TierRules, posted: boolean): Promise<{ userId: string; tier: Tier; lots: string | null }[]> {
  // 24-hour days: the window must not follow any zone's clock changes.
  const since = new Date(Date.parse(report.periodFrom) - methodology.tierWindowDays * 86_400_000).toISOString();
  const users = await tx.client.query<{ id: string; pinned_tier: string | null; lots: string | null }>(
    `SELECT u.id, u.pinned_tier, (SELECT sum(e.lots) FROM earning e WHERE e.user_id = u.id AND e.outcome = 'paid' AND e.close_time >= $3 AND e.close_time < $4) AS lots
     FROM app_user u
     WHERE EXISTS (SELECT FROM account_link k JOIN trading_account a ON a.id = k.trading_account_id WHERE k.user_id = u.id AND a.broker_id = $1)
       AND (NOT $5 OR NOT EXISTS (SELECT FROM user_tier t WHERE t.period_id = $2 AND t.user_id = u.id))`,
    [report.brokerId, report.periodId, since, report.periodFrom, posted]);
  return users.rows.map((user) => {
    const pinned = user.pinned_tier === null ? undefined : methodology.tiers.find((tier) => tier.name === user.pinned_tier);
    const lots = user.lots ?? '0';
    return { userId: user.id, tier: pinned ?? tierFor(methodology.tiers, new Decimal(lots)), lots: pinned ? null : lots };
  });
}
