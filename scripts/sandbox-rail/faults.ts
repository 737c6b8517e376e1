import { drawFault, faultRatesOf, type Misfortune, type Scripted } from '../sandbox/faults.ts';
import { seeded } from '../sandbox/random.ts';

/** What the sandbox rail can do wrong, by the moment it happens; of each group at most one fault meets a request. */
export const FAULTS = {
  /** Sending a payment: what the wire and the front do. `…_before`: nothing is executed (but see slow_before); `…_after`: it is. */
  transport: [
    'reset_before', 'reset_after', 'error_before', 'error_after',
    /** Waits beyond the client's time-out and only then takes the payment: a look-up in between finds nothing. */
    'slow_before', 'slow_after',
    /** Executes and answers 200 with something that is not JSON. */
    'unreadable',
    /** 429: this send is not considered. */
    'rate_limited',
  ],
  /** What becomes of a payment. */
  behaviour: [
    /** Accepted, executed later. */
    'late',
    /** Executed, and no event is ever sent. */
    'silent',
    /** Accepted and never executed, never rejected either. */
    'stuck',
    'rejected', 'rejected_for_now',
    /** Executed, sent back later. */
    'returned',
  ],
  /** What its events do. */
  webhook: ['webhook_forged', 'webhook_twice', 'webhook_new_id', 'webhook_out_of_order', 'webhook_lost'],
  look_up: [
    'look_up_reset', 'look_up_error', 'look_up_slow',
    /** A stale copy answers "not found" of a payment that exists. */
    'look_up_not_found',
  ],
} as const;

export type FaultGroup = keyof typeof FAULTS;
export type Fault = (typeof FAULTS)[FaultGroup][number];
export const ALL_FAULTS: readonly Fault[] = Object.values(FAULTS).flat();

export interface ScriptedFault extends Scripted<Fault> {
  /** Only for this key or payout; without either, for the next request that the fault can meet. */
  key?: string;
  payoutId?: string;
}

export interface FaultSettings extends Misfortune<Fault, ScriptedFault> {
  seed: number;
  slowMs: number;
  lateMs: number;
  returnMs: number;
}

/** See `faultRatesOf`. */
export const faultRates = (list: string, rate: number): Partial<Record<Fault, number>> => faultRatesOf(ALL_FAULTS, list, rate);

export interface FaultPlan {
  settings: FaultSettings;
  /** The group's fault for this request, or null. Seeded: the n-th draw after start is the same in every run. */
  draw(group: FaultGroup, request: { key: string; payoutId: string | null }): Fault | null;
}

export function faultPlan(settings: FaultSettings): FaultPlan {
  const random = seeded(settings.seed);
  return {
    settings,
    draw: (group, request) => drawFault<Fault, ScriptedFault>(settings, FAULTS[group], random, (entry) =>
      (entry.key === undefined || entry.key === request.key) && (entry.payoutId === undefined || entry.payoutId === request.payoutId)),
  };
}
