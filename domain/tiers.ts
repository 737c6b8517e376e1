import { Decimal } from './decimal.ts';
import { Problem } from './problem.ts';

/** A loyalty tier: standardised lots in [fromLots, toLots); without `toLots` it reaches to the next tier's start. */
export interface Tier { name: string; fromLots: string; toLots?: string | null; multiplier: string }

/**
 * Refuses a tier table whose bounds are not contiguous from 0 (product.md "Loyalty tiers"), naming the first gap or overlap.
 * @throws Problem TIERS_EMPTY | TIERS_GAP | TIERS_OVERLAP | TIERS_MULTIPLIER | TIERS_NAME
 */
export function checkTiers(tiers: readonly Tier[]): void {
  if (tiers.length === 0) throw new Problem('TIERS_EMPTY', 'A methodology needs at least one tier starting at 0 lots.');
  const names = new Set<string>();
  let reached: Decimal | null = new Decimal(0);
  let before = 'the start';
  tiers.forEach((tier, index) => {
    const from = new Decimal(tier.fromLots);
    const next = tiers[index + 1];
    const to = tier.toLots != null ? new Decimal(tier.toLots) : next ? new Decimal(next.fromLots) : null;
    if (names.has(tier.name)) throw new Problem('TIERS_NAME', `Tier name "${tier.name}" stands twice; give each tier its own name.`);
    names.add(tier.name);
    if (!new Decimal(tier.multiplier).gt(0)) throw new Problem('TIERS_MULTIPLIER', `Tier "${tier.name}" has multiplier ${tier.multiplier}; it must be above 0.`);
    if (reached === null || from.lt(reached)) {
      throw new Problem('TIERS_OVERLAP', `Tier "${tier.name}" starts at ${tier.fromLots} lots, below the end of ${before}; tiers must not overlap.`);
    }
    if (from.gt(reached)) {
      throw new Problem('TIERS_GAP', `No tier covers ${reached.toFixed()} to ${tier.fromLots} lots (between ${before} and "${tier.name}"); tiers must be contiguous.`);
    }
    if (to !== null && to.lte(from)) throw new Problem('TIERS_OVERLAP', `Tier "${tier.name}" ends at ${to.toFixed()} lots, not after its start ${tier.fromLots}.`);
    reached = to;
    before = `"${tier.name}"`;
  });
  const last = tiers[tiers.length - 1]!;
  if (last.toLots != null) throw new Problem('TIERS_GAP', `Tier "${last.name}" ends at ${last.toLots} lots; the last tier must be open-ended.`);
}

/** The tier for standardised paid lots in the window: the last whose start is not above them. */
export function tierFor(tiers: readonly Tier[], lots: Decimal): Tier {
  let found = tiers[0]!;
  for (const tier of tiers) if (lots.gte(tier.fromLots)) found = tier;
  return found;
}
