import { Problem } from '../problem.ts';

/**
 * The payout's allowed moves; the database's guarded UPDATE and CHECK are made from this table.
 * A payout row is born `reserved`, in the transaction that moves the money available → reserved: someone who must not be paid
 * (no ownership, suspended) is a blocked member of the run and has no payout.
 */
export const PAYOUT_MOVES = {
  /** Money reserved, and it is certain that nothing has left: no attempt yet, one only prepared, or all proven unpaid. Unknown where such a proof turns out to be none. */
  reserved: ['submitting', 'unknown', 'failed'],
  /** An attempt's bytes are leaving or have left. */
  submitting: ['reserved', 'submitted', 'unknown', 'paid', 'failed'],
  /** The rail has it. */
  submitted: ['reserved', 'unknown', 'paid', 'failed'],
  /** Nobody knows; visible, looked up on and on, never released on a guess. */
  unknown: ['reserved', 'submitted', 'paid', 'failed'],
  paid: ['returned'],
  /** Proven not executed, or never sent: the reservation went back, once. */
  failed: [],
  /** Executed, then sent back: a new entry put the money back, once. */
  returned: [],
} as const;

/** The attempt's allowed moves. An attempt has one key for its whole life. */
export const ATTEMPT_MOVES = {
  /** Key, hash and bytes committed; nothing was sent. */
  prepared: ['sent', 'abandoned'],
  /** Committed just before the bytes leave: from here it may have executed. Back to prepared only if the rail deferred its only send, or its file is withdrawn that was never handed over. */
  sent: ['prepared', 'accepted', 'unknown', 'executed', 'rejected', 'not_executed'],
  accepted: ['unknown', 'executed', 'rejected', 'not_executed'],
  unknown: ['prepared', 'sent', 'accepted', 'executed', 'rejected', 'not_executed'],
  executed: ['returned'],
  returned: [],
  /** The rail's final word that it will never execute; reopened where the rail executed it after all. */
  rejected: ['unknown'],
  /** Proven by `not_found` where the rail's guarantees make that a proof, or by an operator with proof; reopened as above. */
  not_executed: ['unknown'],
  /** Given up before it was ever sent. */
  abandoned: [],
} as const;

export type PayoutState = keyof typeof PAYOUT_MOVES;
export type AttemptState = keyof typeof ATTEMPT_MOVES;

type Moves<S extends string> = Readonly<Record<S, readonly S[]>>;
const payoutMoves: Moves<PayoutState> = PAYOUT_MOVES;
const attemptMoves: Moves<AttemptState> = ATTEMPT_MOVES;

export const PAYOUT_STATES = Object.keys(PAYOUT_MOVES) as readonly PayoutState[];
export const ATTEMPT_STATES = Object.keys(ATTEMPT_MOVES) as readonly AttemptState[];
export const PAYOUT_TERMINAL = PAYOUT_STATES.filter((state) => payoutMoves[state].length === 0);
/** States in which the payout's workflow ends; a paid one may still be returned later. */
export const PAYOUT_SETTLED: readonly PayoutState[] = ['paid', 'failed', 'returned'];
/** Attempts of which it is certain that no money left and none ever will. */
export const ATTEMPT_PROVEN_UNPAID: readonly AttemptState[] = ['rejected', 'not_executed', 'abandoned'];
/** Attempts that were sent and are proven unpaid: what is reopened where the proof turns out to be none. */
export const ATTEMPT_REOPENS: readonly AttemptState[] = ['rejected', 'not_executed'];
export const ATTEMPT_TERMINAL = ATTEMPT_STATES.filter((state) => attemptMoves[state].length === 0 || ATTEMPT_REOPENS.includes(state));

/** Attempts that forbid another one of the same payout: the condition of the partial unique index. */
export const ATTEMPT_BLOCKS_ANOTHER = ATTEMPT_STATES.filter((state) => !ATTEMPT_PROVEN_UNPAID.includes(state));

/** Attempts that still wait for the rail's answer. */
export const ATTEMPT_OPEN: readonly AttemptState[] = ['prepared', 'sent', 'accepted', 'unknown'];

/** The states from which `to` can be reached in one move: the `WHERE state IN (…)` of a guarded UPDATE. */
export function payoutStatesBefore(to: PayoutState): PayoutState[] {
  return PAYOUT_STATES.filter((from) => payoutMoves[from].includes(to));
}
export function attemptStatesBefore(to: AttemptState): AttemptState[] {
  return ATTEMPT_STATES.filter((from) => attemptMoves[from].includes(to));
}

/** Throws `Problem` PAYOUT_MOVE_REFUSED or PAYOUT_ATTEMPT_MOVE_REFUSED (409); staying in a state is no move and allowed. */
export function assertMove(machine: 'payout', from: PayoutState, to: PayoutState): void;
export function assertMove(machine: 'attempt', from: AttemptState, to: AttemptState): void;
export function assertMove(machine: 'payout' | 'attempt', from: string, to: string): void {
  const moves: Readonly<Record<string, readonly string[]>> = machine === 'payout' ? payoutMoves : attemptMoves;
  if (from === to || moves[from]?.includes(to)) return;
  const [code, noun] = machine === 'payout' ? ['PAYOUT_MOVE_REFUSED', 'payout'] : ['PAYOUT_ATTEMPT_MOVE_REFUSED', 'payout attempt'];
  throw new Problem(code, `A ${noun} that is ${from} cannot become ${to}; from ${from} it can become ${moves[from]?.join(', ') || 'nothing else'}.`, { status: 409, facts: { from, to } });
}
