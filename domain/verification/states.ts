/** Allowed moves of a verification of who a user is; the guarded UPDATE and the CHECK `verification_state` are made from this table. */
export const VERIFICATION_MOVES = {
  /** The user was asked, or began; his data or documents are missing. Reminders run, and it expires. */
  not_started: ['submitted', 'approved', 'rejected', 'expired'],
  /** The provider's turn. One that never answers lets it expire. */
  submitted: ['asked_again', 'approved', 'rejected', 'expired'],
  /** The user's turn again: the provider wants other documents. */
  asked_again: ['submitted', 'approved', 'rejected', 'expired'],
  /** Ends when the name, country or date of birth changes, the data is erased, or an operator takes it back. */
  approved: ['rejected', 'expired'],
  rejected: [],
  expired: [],
} as const;

export type VerificationState = keyof typeof VERIFICATION_MOVES;

const moves: Readonly<Record<VerificationState, readonly VerificationState[]>> = VERIFICATION_MOVES;
export const VERIFICATION_STATES = Object.keys(VERIFICATION_MOVES) as readonly VerificationState[];
/** The workflow's work is done: an approved one is watched by the screening, not by it. */
export const VERIFICATION_DECIDED: readonly VerificationState[] = ['approved', 'rejected', 'expired'];
export const VERIFICATION_OPEN: readonly VerificationState[] = VERIFICATION_STATES.filter((state) => !VERIFICATION_DECIDED.includes(state));
/** A user has one of these at most. */
export const VERIFICATION_CURRENT: readonly VerificationState[] = [...VERIFICATION_OPEN, 'approved'];

/** The states from which `to` can be reached in one move. */
export function verificationStatesBefore(to: VerificationState): VerificationState[] {
  return VERIFICATION_STATES.filter((from) => moves[from].includes(to));
}

/** What is known of a user's documents; moves with his verification. */
export const DOCUMENT_STATES = ['none', 'given', 'asked_again', 'accepted', 'refused'] as const;
export type DocumentState = (typeof DOCUMENT_STATES)[number];

/** What a verification's state says about the documents; not_started and expired leave them as they were. */
export const DOCUMENTS_AFTER: Readonly<Partial<Record<VerificationState, DocumentState>>> = {
  submitted: 'given', asked_again: 'asked_again', approved: 'accepted', rejected: 'refused',
};
