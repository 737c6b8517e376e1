/** Allowed moves of an ownership verification; the guarded UPDATE and the CHECK `ownership_state` are made from this table. */
export const OWNERSHIP_MOVES = {
  /** The user was asked; reminders run, and it expires. */
  requested: ['evidence_given', 'rejected', 'expired'],
  /** An operator's turn: the user no longer loses anything by waiting, so it does not expire. */
  evidence_given: ['confirmed', 'rejected'],
  confirmed: [],
  rejected: [],
  expired: [],
} as const;

export type OwnershipState = keyof typeof OWNERSHIP_MOVES;

const moves: Readonly<Record<OwnershipState, readonly OwnershipState[]>> = OWNERSHIP_MOVES;
export const OWNERSHIP_STATES = Object.keys(OWNERSHIP_MOVES) as readonly OwnershipState[];
export const OWNERSHIP_ENDED: readonly OwnershipState[] = OWNERSHIP_STATES.filter((state) => moves[state].length === 0);

export function ownershipStatesBefore(to: OwnershipState): OwnershipState[] {
  return OWNERSHIP_STATES.filter((from) => moves[from].includes(to));
}
