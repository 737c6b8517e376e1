/** All that a verification waits for, as data. */
export interface VerificationTerms {
  /** Hours after the user's turn began at which he is reminded, ascending. */
  remindAfterHours: readonly number[];
  /** Days that the user has to give his data or other documents. */
  userDays: number;
  /** Days that the provider has to answer. */
  providerDays: number;
  /** Seconds until the provider is asked first; doubles with each look up to the longest. */
  firstLookSeconds: number;
  maxLookSeconds: number;
  /** Rejected so often, a user needs an operator to begin again. */
  rejections: number;
}

export const VERIFICATION_TERMS: VerificationTerms = { remindAfterHours: [72, 168, 336], userDays: 30, providerDays: 14, firstLookSeconds: 10, maxLookSeconds: 6 * 3600, rejections: 3 };

/** ISO instant, n × 24 h after `from`. */
export const daysAfter = (from: string, days: number): string => new Date(Date.parse(from) + days * 86_400_000).toISOString();

/** Seconds until the provider is asked again after `looks` look-ups. */
export function verificationDelay(looks: number, terms: Pick<VerificationTerms, 'firstLookSeconds' | 'maxLookSeconds'>): number {
  return Math.min(terms.firstLookSeconds * 2 ** Math.min(looks, 20), terms.maxLookSeconds);
}
