/** USD per standardised lot of a class, for all links or only for those requested from `effectiveFrom` on. */
export interface Rate {
  id: string;
  class: string;
  version: number;
  perLot: string;
  effectiveFrom: string;
  appliesTo: 'all' | 'new';
}

/**
 * The rate for a link's trade: the newest that counts for the link and whose start is not after the close
 * (cases/README "rates"; worked example 8). `rates` of one class, oldest first. Null where there is none.
 */
export function confirmedRate(rates: readonly Rate[], linkRequestedAt: string, closeTime: string): Rate | null {
  for (let i = rates.length - 1; i >= 0; i--) {
    const rate = rates[i]!;
    if (rate.effectiveFrom > closeTime) continue;
    if (rate.appliesTo === 'all' || linkRequestedAt >= rate.effectiveFrom) return rate;
  }
  return null;
}
