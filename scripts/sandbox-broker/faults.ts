import { drawFault, faultRatesOf, type Misfortune, type Scripted } from '../sandbox/faults.ts';
import { seeded } from '../sandbox/random.ts';

/** What the sandbox broker can do wrong, by the moment it happens; of each group at most one fault meets a request. */
export const FAULTS = {
  /** Sending a credit: what the wire and the front do. `…_before`: nothing is credited; `…_after`: it is. */
  send: [
    'lost_before', 'lost_after', 'error_before', 'error_after',
    /** The connection breaks, and the order reaches the books only `slowMs` later. */
    'late_arrival',
    /** Waits `slowMs`, then takes the credit and answers; the client may have gone by then. */
    'slow_before', 'slow_after',
    /** Credits and answers 200 with something that is not JSON. */
    'unreadable',
    /** 429: this request was not considered. */
    'rate_limited',
  ],
  /** What becomes of a credit. */
  behaviour: [
    /** 202, credited `lateMs` later. */
    'delayed',
    /** 202, and never credited. */
    'stuck',
    /** Credited to the account beside it. */
    'wrong_account',
    /** Our own wallet at the broker is empty: not considered. */
    'short_of_funds',
  ],
  list: [
    'list_lost', 'list_error', 'list_rate_limited', 'list_slow', 'list_unreadable',
    /** The list is a copy that is `lagMs` old, and says so. */
    'list_lags',
  ],
} as const;

export type FaultGroup = keyof typeof FAULTS;
export type Fault = (typeof FAULTS)[FaultGroup][number];
export const ALL_FAULTS: readonly Fault[] = Object.values(FAULTS).flat();

export interface ScriptedFault extends Scripted<Fault> {
  /** Only for this reference, or for this list (`account`, `all`); without it, for the next request that the fault can meet. */
  reference?: string;
}

export interface FaultSettings extends Misfortune<Fault, ScriptedFault> {
  seed: number;
  slowMs: number;
  lateMs: number;
  lagMs: number;
}

/** See `faultRatesOf`. */
export const faultRates = (list: string, rate: number): Partial<Record<Fault, number>> => faultRatesOf(ALL_FAULTS, list, rate);

export interface FaultPlan {
  settings: FaultSettings;
  /** The group's fault for this request, or null. Seeded: the n-th draw after start is the same in every run. */
  draw(group: FaultGroup, reference: string | null): Fault | null;
}

export function faultPlan(settings: FaultSettings): FaultPlan {
  const random = seeded(settings.seed);
  return { settings, draw: (group, reference) => drawFault<Fault, ScriptedFault>(settings, FAULTS[group], random, (entry) => entry.reference === undefined || entry.reference === reference) };
}
