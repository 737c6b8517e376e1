import type { ScreeningState } from './screenings.ts';
import type { VerificationState } from './states.ts';

/** What stands between a user and a payout, in the order in which a run names the first of them (product.md "Identity", "Payout"). */
export const GATE_DECISIONS = [
  /** Who he is was never verified, or no longer is: he is asked. */
  'verification_missing',
  /** The provider's or the user's turn. */
  'verification_pending',
  'verification_rejected',
  /** Compliance looks at it, or has confirmed it. */
  'screening_hit',
  /** Not screened yet, or too long ago. */
  'screening_due',
  /** The method's payee is not who was verified, or could not be compared. */
  'payee_name_differs',
  /** The method is a trading account that is no longer the user's own, or no longer verified. */
  'destination_not_own',
  /** No confirmed ownership of a broker account. */
  'ownership_missing',
] as const;
export type GateDecision = (typeof GATE_DECISIONS)[number];

/** The verdict on a payout method: `not_asked` where its rail names no payee. */
export const PAYEE_VERDICTS = ['not_asked', 'matches', 'differs', 'unjudged'] as const;
export type PayeeVerdict = (typeof PAYEE_VERDICTS)[number];

/** What is stored of a user's standing; plain states, no personal data. Instants ISO. */
export interface Standing {
  verification: VerificationState;
  screening: ScreeningState | 'none';
  screenedUntil: string | null;
  /** Of the method that would be used; null without one. */
  payee: PayeeVerdict | null;
  /** Whether that method, where it is a trading account, still is the user's own; true for every other and without one. */
  destinationOwn: boolean;
  ownershipConfirmed: boolean;
}

/** Everything that blocks a payout at `asOf`; empty: nothing does. `GATE_SQL` (db/stores/payoutGate.ts) says the same of the first one. */
export function gateReasons(standing: Standing, asOf: string): GateDecision[] {
  const reasons: GateDecision[] = [];
  const identity = identityReason(standing, asOf);
  if (identity !== null) reasons.push(identity);
  if (standing.payee === 'differs' || standing.payee === 'unjudged') reasons.push('payee_name_differs');
  if (!standing.destinationOwn) reasons.push('destination_not_own');
  if (!standing.ownershipConfirmed) reasons.push('ownership_missing');
  return reasons;
}

function identityReason({ verification, screening, screenedUntil }: Standing, asOf: string): GateDecision | null {
  switch (verification) {
    case 'not_started': case 'expired': return 'verification_missing';
    case 'submitted': case 'asked_again': return 'verification_pending';
    case 'rejected': return 'verification_rejected';
    case 'approved': break;
  }
  if (screening === 'hit' || screening === 'confirmed') return 'screening_hit';
  return (screening === 'clear' || screening === 'cleared') && screenedUntil !== null && screenedUntil > asOf ? null : 'screening_due';
}
