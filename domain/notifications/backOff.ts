/** Seconds until a mail is tried again after 1, 2, 3 … failed tries; some three days in all, as mail servers do among themselves. */
export const RETRY_AFTER_SECONDS: readonly number[] = [60, 300, 900, 3_600, 10_800, 21_600, 43_200, 86_400, 86_400];

/** The instant of the next try after `attempts` failed ones (ISO), or null when all are used up. */
export function nextAttemptAt(attempts: number, asOf: string): string | null {
  const after = RETRY_AFTER_SECONDS[attempts - 1];
  return after === undefined ? null : new Date(Date.parse(asOf) + after * 1000).toISOString();
}
