/** A change's allowed moves; the guarded UPDATE, the trigger `change_decided_once` and the CHECK `change_state` follow this table. */
export const CHANGE_MOVES = {
  /** Nothing is applied; a second operator is asked. */
  requested: ['approved', 'rejected', 'expired', 'withdrawn', 'failed'],
  /** Agreed to by another person, and applied in the same transaction. */
  approved: [],
  rejected: [],
  /** Nobody decided in time. */
  expired: [],
  /** Taken back by who asked. */
  withdrawn: [],
  /** Somebody agreed, but it could no longer be applied; `decision_reason` says why. */
  failed: [],
} as const;

export type ChangeState = keyof typeof CHANGE_MOVES;
export type ChangeEnd = Exclude<ChangeState, 'requested'>;
export const CHANGE_STATES = Object.keys(CHANGE_MOVES) as readonly ChangeState[];
