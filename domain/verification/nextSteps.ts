import type { GateDecision } from './gate.ts';

/** Why a user is not paid, and what he can do: shown to him, so a hit is not named as one. */
export const NEXT_STEPS: Readonly<Record<GateDecision | 'suspended' | 'no_method', { why: string; nextStep: string }>> = {
  suspended: { why: 'The account is suspended.', nextStep: 'Write to support.' },
  no_method: { why: 'There is no payout method.', nextStep: 'Add a payout method.' },
  verification_missing: { why: 'We do not know yet who you are.', nextStep: 'Give your name, country and date of birth, and submit your documents.' },
  verification_pending: { why: 'Who you are is being verified.', nextStep: 'Wait, or give the documents that were asked for.' },
  verification_rejected: { why: 'Your identity could not be verified.', nextStep: 'Correct your profile and submit again, or write to support.' },
  screening_hit: { why: 'A required check needs a person to look at it.', nextStep: 'Wait; we come back to you.' },
  screening_due: { why: 'A required check has not been made yet.', nextStep: 'Nothing; it is made by itself within a day.' },
  payee_name_differs: { why: "The payout method's payee is not the verified person.", nextStep: 'Add a payout method in your own name, written as in your profile.' },
  ownership_missing: { why: 'It is not proven that the broker account is yours.', nextStep: 'Give the evidence that was asked for.' },
};
