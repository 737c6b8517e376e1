import { GATE_DECISIONS } from '../verification/gate.ts';

/** The payout run's allowed moves; the guarded UPDATE and the CHECK `payout_run_state` are made from this table. */
export const RUN_MOVES = {
  /** Claimed by a driver; nothing decided yet. */
  open: ['frozen', 'awaiting_approval'],
  /** Its members are rows; what is not among them is not paid in this run. */
  frozen: ['done'],
  /** Frozen, and its total is over the limit: a second operator must agree, or somebody refuses it. */
  awaiting_approval: ['approved', 'refused'],
  approved: ['done'],
  /** Every payout is planned and started. */
  done: [],
  /** Ended by an operator before anything was reserved; its members keep their money for the next run. */
  refused: [],
} as const;

export type RunState = keyof typeof RUN_MOVES;

const moves: Readonly<Record<RunState, readonly RunState[]>> = RUN_MOVES;
export const RUN_ENDED: readonly RunState[] = ['done', 'refused'];
export const RUN_STATES = Object.keys(RUN_MOVES) as readonly RunState[];

/** The states from which `to` can be reached in one move. */
export function runStatesBefore(to: RunState): RunState[] {
  return RUN_STATES.filter((from) => moves[from].includes(to));
}

/** What a run decided about a user with money available; why somebody was not paid is always one of these. */
export const MEMBER_DECISIONS = [
  /** Frozen as payable, not planned yet. */
  'to_pay',
  /** Has a payout in this run. */
  'planned',
  'below_minimum', 'suspended', 'no_method',
  /** He has methods, and none that could be used: not confirmed, or in their cool-down. */
  'destination_unconfirmed', 'destination_cooling_down',
  /** Its rail is not configured or refuses the destination. */
  'rail_unavailable',
  /** Nobody quotes the rate of the currency that the destination is paid in. */
  'rate_unavailable',
  /** Payable, but not to somebody of whom this is not settled: nothing is reserved, and what is missing is asked for. */
  ...GATE_DECISIONS,
  /** Too much of his money waits for brokers to pay us: what is left is below the minimum, or nothing. */
  'broker_funding',
  /** Payable when frozen, below the minimum when planned (a clawback, another run). */
  'changed_since',
] as const;
export type MemberDecision = (typeof MEMBER_DECISIONS)[number];
