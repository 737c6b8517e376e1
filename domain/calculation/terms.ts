/** Whether lots of an account type count at all, and what one of its lots is in standard lots (cent: 0.01). */
export interface AccountTypeTerms { eligible: boolean; lotFactor: string }

/** What counts at a broker from `effectiveFrom` (ISO instant) on. */
export interface BrokerTerms {
  id: string;
  effectiveFrom: string;
  accountTypes: Record<string, AccountTypeTerms>;
  excludedClasses: string[];
  /** Stripped, longest first, when the whole symbol is unknown. */
  symbolSuffixes: string[];
  minDurationSeconds: number | null;
  minMovePoints: string | null;
}

/** The version in force at an instant: the last whose start is not after it; null before the first. `versions` oldest first. */
export function inForce<T extends { effectiveFrom: string }>(versions: readonly T[], at: string): T | null {
  for (let i = versions.length - 1; i >= 0; i--) {
    const version = versions[i]!;
    if (version.effectiveFrom <= at) return version;
  }
  return null;
}
