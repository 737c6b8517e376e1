import type { GateDecision } from './gate.ts';

/** The code that the user himself is shown: that he is found in a list is not for him to know before compliance has decided. */
export function shownToUser<T extends string>(code: T): T | 'screening_due' {
  return code === 'screening_hit' ? 'screening_due' : code;
}

/** Why a user is not paid, and what he can do. */
export const NEXT_STEPS: Readonly<Record<GateDecision | 'suspended' | 'no_method', { why: string; nextStep: string }>> = {
  suspended: { why: 'The account is suspended.', nextStep: 'Write to support.' },
  no_method: { why: 'There is no payout method.', nextStep: 'Add a payout method.' },
  verification_missing: { why: 'We do not know yet who you are.', nextStep: 'Give your name, country and date of birth, and submit your documents.' },
  verification_pending: { why: 'Who you are is being verified.', nextStep: 'Wait, or give the documents that were asked for.' },
  verification_rejected: { why: 'Your identity could not be verified.', nextStep: 'Correct your profile and submit again, or write to support.' },
  screening_hit: { why: 'The screening found an entry that may be this user.', nextStep: 'Compliance decides about the hit.' },
  screening_due: { why: 'A required check is not finished.', nextStep: 'Nothing; it goes on by itself.' },
  payee_name_differs: { why: "The payout method's payee is not the verified person.", nextStep: 'Add a payout method in your own name, written as in your profile.' },
  ownership_missing: { why: 'It is not proven that the broker account is yours.', nextStep: 'Give the evidence that you are asked for by mail when your first payout is due.' },
};

/** What a user is told of money that waits for its broker; `amount` is USD. */
export const fundingWaits = (broker: string, amount: string): { why: string; nextStep: string } => ({
  why: `Broker funding: ${broker} has not paid us yet; ${amount} USD of your balance waits.`, nextStep: 'Nothing; it is paid with the next payout run after the broker has paid us.',
});
