/** A kind of change that needs a second operator. */
export interface ChangeKind {
  what: string;
  /** It is judged by an amount in USD: only above the policy's limit somebody else is asked. */
  limited?: true;
  /** The work that it stops is under way already (a report, a payout run): deciding lets it go on or ends it. */
  gate?: true;
}

/**
 * Every kind (product.md "Two people"). `symbols`, `profile` and `user_tier` are not named there, but each can multiply what is paid: a
 * symbol's class chooses the rate, a profile says which column holds the lots, a pinned tier is a multiplier, and the newest payout method is the one that is paid.
 */
export const CHANGE_KINDS = {
  rate: { what: 'a rate per lot' },
  terms: { what: 'account types with their lot factors, exclusions and rules of a broker' },
  agreement: { what: 'an agreement with a broker' },
  agreement_end: { what: 'the end of an agreement' },
  symbols: { what: "the classes of a broker's symbols" },
  profile: { what: "how a broker's files are read" },
  report_source: { what: "where a broker's reports are fetched from" },
  methodology: { what: 'a version of the rules' },
  user_suspension: { what: 'suspending or reactivating a user' },
  user_tier: { what: "pinning a user's tier" },
  verification_override: { what: 'a verification decided against the provider' },
  payout_method: { what: "where a user's money goes, said by an operator" },
  broker_payment: { what: 'that a broker has paid us' },
  funding_terms: { what: "how much of a broker's cashback is paid before the broker has paid us" },
  operator_role: { what: "an operator's role" },
  approval_policy: { what: 'what needs a second operator' },
  report_over_limit: { what: 'a report that earns more than the limit', limited: true, gate: true },
  payout_run_over_limit: { what: 'a payout run whose total is over the limit', limited: true, gate: true },
  payout_over_limit: { what: 'a payout run with a single payout over the limit', limited: true, gate: true },
  payout_day_over_limit: { what: 'a payout run that brings what is paid out on a day over the limit', limited: true, gate: true },
  dashboard_figures: { what: "figures typed from a broker's dashboard" },
  unaligned_mail: { what: 'a report mailed without an aligned DKIM signature', gate: true },
  payout_outcome: { what: 'what became of a payout whose outcome nobody knows' },
  payout_file_withdrawal: { what: 'withdrawing a payment file that was never handed over' },
  payouts_resume: { what: 'sending payouts again after they were stopped' },
  overlapping_lots: { what: 'a report with lots that stand at another level or in another sum as well', gate: true },
  repeated_rows: { what: 'a report with lines without a ticket that stand in another period as well', gate: true },
  moved_tickets: { what: 'a report that takes over tickets of another period which close outside its own', gate: true },
} as const satisfies Record<string, ChangeKind>;

export type ChangeKindName = keyof typeof CHANGE_KINDS;
export const CHANGE_KIND_NAMES = Object.keys(CHANGE_KINDS) as readonly ChangeKindName[];
export const changeKind = (name: ChangeKindName): ChangeKind => CHANGE_KINDS[name];
