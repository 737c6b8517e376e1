/**
 * Seconds before each try, counted from the end of the one before: the schedule that the Standard Webhooks convention proposes (at
 * once, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h), some 75 hours in all.
 */
export const TRY_AFTER_SECONDS: readonly number[] = [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/** A wait is lengthened by up to this share, so that deliveries that failed together do not come back together. */
export const JITTER = 0.1;
/** What a receiver asks for by Retry-After is heeded up to this. */
const LONGEST_RETRY_AFTER_SECONDS = 86_400;

/**
 * The instant of the next try after `tries` failed ones, or null when all are used up. `chance` in [0, 1) is drawn by the caller;
 * `retryAfterSeconds` is the receiver's wish, which only ever makes it later. ISO instants.
 */
export function nextTryAt(tries: number, failedAt: string, chance: number, retryAfterSeconds: number | null, schedule: readonly number[] = TRY_AFTER_SECONDS): string | null {
  const after = schedule[tries];
  if (after === undefined) return null;
  const wait = Math.max(after * (1 + JITTER * chance), Math.min(retryAfterSeconds ?? 0, LONGEST_RETRY_AFTER_SECONDS));
  return new Date(Date.parse(failedAt) + Math.ceil(wait * 1000)).toISOString();
}
