/** What becomes of a line; each line ends in exactly one (product.md "outcome"). */
export type Outcome = 'paid' | 'excluded' | 'quarantined' | 'superseded' | 'ignored';

/** Permanent reason codes and the outcome they lead to. A broker's own status may name any code that excludes. */
export const REASON_OUTCOME = {
  MALFORMED: 'quarantined',
  DUPLICATE: 'superseded',
  SUPERSEDED: 'superseded',
  ACCOUNT_NOT_LINKED: 'excluded',
  LINK_NOT_VERIFIED: 'excluded',
  AGREEMENT_INACTIVE: 'excluded',
  UNKNOWN_ACCOUNT_TYPE: 'quarantined',
  ACCOUNT_TYPE_EXCLUDED: 'excluded',
  LINKED_AFTER_TRADE: 'excluded',
  BROKER_FRAUD: 'excluded',
  BROKER_RULE_PARTIAL_CLOSE: 'excluded',
  UNKNOWN_SYMBOL: 'quarantined',
  INSTRUMENT_EXCLUDED: 'excluded',
  ZERO_VOLUME_CLOSE_BY: 'excluded',
  MIN_DURATION: 'excluded',
  MIN_MOVE: 'excluded',
  SELF_REFERRAL: 'excluded',
  BROKER_REVERSED: 'excluded',
} as const satisfies Record<string, Outcome>;

export type KnownReason = keyof typeof REASON_OUTCOME;

/**
 * Whether a broker's profile may give this code to a status: BROKER_…, INSTRUMENT_EXCLUDED and codes of his own. The others are
 * findings of this pipeline with effects of their own (a duplicate is superseded, a line without a verified link waits for it).
 */
export function brokerMayGive(reason: string): boolean {
  return !Object.hasOwn(REASON_OUTCOME, reason) || reason.startsWith('BROKER_') || reason === 'INSTRUMENT_EXCLUDED';
}

/** A sentence a trader understands for each reason; shown with the line. */
export const REASON_TEXT: Record<KnownReason, string> = {
  MALFORMED: 'The line could not be read as the broker profile describes; it waits for an operator.',
  DUPLICATE: 'The same ticket with the same content stands earlier in this file.',
  SUPERSEDED: 'A later line of the broker replaces this one.',
  ACCOUNT_NOT_LINKED: 'The trading account is not linked to any user.',
  LINK_NOT_VERIFIED: 'The account link is not verified yet; once it is, the line is judged again.',
  AGREEMENT_INACTIVE: 'There was no active agreement with the broker when the trade closed.',
  UNKNOWN_ACCOUNT_TYPE: 'The broker’s terms do not name this account’s type yet; the line waits until they do.',
  ACCOUNT_TYPE_EXCLUDED: 'The broker pays no commission for this account type.',
  LINKED_AFTER_TRADE: 'The trade closed before the account link was requested.',
  BROKER_FRAUD: 'The broker classifies the trade as fraudulent.',
  BROKER_RULE_PARTIAL_CLOSE: 'The broker excludes this partial close by its own rule.',
  UNKNOWN_SYMBOL: 'The symbol, or its rate, is not known for this broker; the line waits until it is mapped.',
  INSTRUMENT_EXCLUDED: 'The broker pays no commission for this instrument class.',
  ZERO_VOLUME_CLOSE_BY: 'A close-by of zero lots earns nothing.',
  MIN_DURATION: 'The trade was shorter than the broker’s minimum duration.',
  MIN_MOVE: 'The price moved less than the broker’s minimum.',
  SELF_REFERRAL: 'A partner earns no share on his own trades.',
  BROKER_REVERSED: 'The broker reversed the trade; what it had earned is taken back.',
};

/** The outcome of a reason; a broker's own status code outside the table excludes. */
export function outcomeOf(reason: string): Outcome {
  return reason in REASON_OUTCOME ? REASON_OUTCOME[reason as KnownReason] : 'excluded';
}
