import { Decimal, plain } from '../decimal.ts';
import { NO_DESTINATION } from '../payouts/destinations.ts';
import type { MemberDecision } from '../payouts/runStates.ts';
import { GATE_DECISIONS } from './gate.ts';

/** The code that the user himself is shown: that he is found in a list is not for him to know before compliance has decided. */
export function shownToUser<T extends string>(code: T): T | 'screening_due' {
  return code === 'screening_hit' ? 'screening_due' : code;
}

/** Why a user is not paid, and what he can do. */
export interface NextStep { why: string; nextStep: string }
/** Everything that can stand in the way of a payout; the figures of some are put in by the functions below. */
export const BLOCK_REASONS = ['suspended', ...NO_DESTINATION, ...GATE_DECISIONS, 'rail_unavailable', 'rate_unavailable', 'payouts_stopped', 'broker_funding', 'below_minimum', 'changed_since'] as const;
export type BlockReason = (typeof BLOCK_REASONS)[number];

/** `destination_disowned` stops what was planned already; of a run it is none, because the method is removed. */
export const NEXT_STEPS: Readonly<Record<BlockReason | 'destination_disowned', NextStep>> = {
  suspended: { why: 'The account is suspended.', nextStep: 'Write to support.' },
  no_method: { why: 'There is no payout method.', nextStep: 'Add a payout method.' },
  destination_unconfirmed: { why: 'The payout method is not confirmed.', nextStep: 'Confirm it by the link that was mailed to you, or with a code of your second factor.' },
  destination_cooling_down: { why: 'The payout method was changed a short while ago.', nextStep: 'Nothing; it is used once its cool-down is over.' },
  destination_not_own: { why: 'The payout method is a trading account that is not, or no longer, verified as yours.', nextStep: 'Link the account and have it verified, or add another payout method.' },
  destination_disowned: { why: 'It was said by the mailed link that the payout method is not yours.', nextStep: 'Add a payout method, or write to support.' },
  below_minimum: { why: 'There is less available than the least that is paid out.', nextStep: 'Nothing; it is paid once there is enough.' },
  payouts_stopped: { why: 'Payouts of this kind are stopped for the moment.', nextStep: 'Nothing; it goes on by itself, and your money stays available.' },
  rail_unavailable: { why: 'Payouts cannot be made by this method, or no longer to this destination.', nextStep: 'Add another payout method, or write to support.' },
  rate_unavailable: { why: 'Nobody quotes the rate of the currency that your payout method is paid in.', nextStep: 'Nothing; it is paid with the next payout run.' },
  broker_funding: { why: 'The broker has not paid us yet.', nextStep: 'Nothing; it is paid with the next payout run after the broker has paid us.' },
  changed_since: { why: 'Your available balance fell below the minimum after the run had begun.', nextStep: 'Nothing; it is paid once there is enough.' },
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

/** How much more is needed until a payout: `available` and `minimum` USD; null: it is enough. */
export function missingUntil(available: string, minimum: string): string | null {
  const missing = new Decimal(minimum).minus(available);
  return missing.gt(0) ? plain(missing) : null;
}

/** `missing`, `minimum`: USD. */
export const needsMore = (missing: string, minimum: string): NextStep => ({ why: `Needs ${twoPlaces(missing)} USD more: the least that is paid out is ${twoPlaces(minimum)} USD.`, nextStep: NEXT_STEPS.below_minimum.nextStep });

/** `until`: ISO instant. */
export const coolingDown = (until: string): NextStep => ({ why: `The payout method cools down until ${until}: it was changed a short while ago.`, nextStep: NEXT_STEPS.destination_cooling_down.nextStep });

/** What a run decided about a user, for people; null: he is paid, or will be. */
export function memberReason(decision: MemberDecision): BlockReason | null {
  return decision === 'to_pay' || decision === 'planned' ? null : decision;
}

/** At least two places, and never fewer than there are. */
function twoPlaces(amount: string): string {
  const value = new Decimal(amount);
  return value.toFixed(Math.max(2, value.decimalPlaces()));
}
