/** Days in which nothing arrived at an endpoint, after which it is disabled. */
export const DISABLED_AFTER_FAILING_DAYS = 5;

/** Why we disable an endpoint by ourselves. */
export type DisableReason = 'GONE' | 'TRIES_USED_UP' | 'FAILING_FOR_DAYS';

export interface FailedTry {
  /** HTTP status of the answer; null where there was none. */
  status: number | null;
  /** It was the last try of its delivery. */
  usedUp: boolean;
  /** Start of the first failed try of this delivery's round, and of the endpoint's first since anything arrived; ISO instants. */
  firstFailedAt: string;
  failingSince: string;
  asOf: string;
}

/**
 * Whether a failed try disables its endpoint: at once where it answers 410 Gone; where a delivery has used up its tries and nothing else
 * arrived meanwhile (one event that a receiver cannot digest does not cut it off from the others); after five days without anything.
 */
export function disableReason({ status, usedUp, firstFailedAt, failingSince, asOf }: FailedTry): DisableReason | null {
  if (status === 410) return 'GONE';
  if (usedUp && failingSince <= firstFailedAt) return 'TRIES_USED_UP';
  if (Date.parse(asOf) - Date.parse(failingSince) >= DISABLED_AFTER_FAILING_DAYS * 86_400_000) return 'FAILING_FOR_DAYS';
  return null;
}
