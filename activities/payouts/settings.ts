import type { PayoutPolicy } from '../../domain/payouts/decide.ts';
import { OWNERSHIP_TERMS, type OwnershipTerms } from '../../domain/ownership/terms.ts';
import { VERIFICATION_TERMS, type VerificationTerms } from '../../domain/verification/terms.ts';

export interface PayoutSettings {
  policy: PayoutPolicy;
  /** Instead of the approval policies' limits, USD: a run whose frozen total is above it waits for a second operator; null: none ever waits. */
  approvalLimit?: string | null;
  /** Members planned in one transaction, and payouts started by one activity. */
  pageSize: number;
  /** Starts under way at once. */
  startsAtOnce: number;
  ownership: OwnershipTerms;
  verification: VerificationTerms;
}

export const PAYOUT_SETTINGS: PayoutSettings = {
  policy: { maxAttempts: 3, firstLookSeconds: 5, maxLookSeconds: 6 * 3600 },
  pageSize: 500, startsAtOnce: 16, ownership: OWNERSHIP_TERMS, verification: VERIFICATION_TERMS,
};

/**
 * The longest time (seconds) from a send's scheduling to its last byte: the workflow's time-outs and the activity's own
 * deadline keep it. A tenth of every rail's key window must be longer (`maySend`).
 */
export const SEND_WITHIN_SECONDS = 90;
/** A worker that was frozen after it started does not send any more (milliseconds of its own steady clock). */
export const SEND_DEADLINE_MS = 15_000;
/** No request of a send begins later than this after its activity started (milliseconds); less than the activity's own time-out. */
export const SEND_ENDS_MS = 29_000;
/** A file gets its name this long after its hand-over was counted, or not by it (milliseconds); and none is waited for longer than the second. */
export const HAND_OVER_DEADLINE_MS = 60_000;
export const HAND_OVER_ENDS_MS = 120_000;
