import { random } from './random.ts';

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

export interface ScriptedFault {
  fault: Fault;
  /** Only for this key or payout; without either, for the next request that the fault can meet. */
  key?: string;
  payoutId?: string;
  /** How many requests it meets (default 1). */
  times?: number;
}

export interface FaultSettings {
  seed: number;
  /** Probability per request and fault. */
  rates: Partial<Record<Fault, number>>;
  script: ScriptedFault[];
  slowMs: number;
  lateMs: number;
  returnMs: number;
  /** Told each fault that meets a request. */
  onDrawn?: (fault: Fault) => void;
}

/** Reads `none`, `all`, `a,b`, `all,-c` into rates, each fault with probability `rate`. Throws on an unknown name. */
export function faultRates(list: string, rate: number): Partial<Record<Fault, number>> {
  const rates: Partial<Record<Fault, number>> = {};
  for (const word of list.split(',').map((text) => text.trim()).filter((text) => text !== '' && text !== 'none')) {
    const names = word === 'all' ? ALL_FAULTS : [asFault(word.replace(/^-/, ''))];
    for (const name of names) {
      if (word.startsWith('-')) delete rates[name];
      else rates[name] = rate;
    }
  }
  return rates;
}

export function asFault(name: string): Fault {
  const found = ALL_FAULTS.find((fault) => fault === name);
  if (!found) throw new Error(`Unknown fault "${name}"; known are ${ALL_FAULTS.join(', ')}.`);
  return found;
}

export interface FaultPlan {
  settings: FaultSettings;
  /** The group's fault for this request, or null. Seeded: the n-th draw after start is the same in every run. */
  draw(group: FaultGroup, request: { key: string; payoutId: string | null }): Fault | null;
}

export function faultPlan(settings: FaultSettings): FaultPlan {
  let drawn = 0;
  return {
    settings,
    draw(group, request) {
      const names: readonly Fault[] = FAULTS[group];
      const scripted = settings.script.findIndex((entry) => names.includes(entry.fault)
        && (entry.key === undefined || entry.key === request.key) && (entry.payoutId === undefined || entry.payoutId === request.payoutId));
      const entry = settings.script[scripted];
      if (entry) {
        entry.times = (entry.times ?? 1) - 1;
        if (entry.times <= 0) settings.script.splice(scripted, 1);
        settings.onDrawn?.(entry.fault);
        return entry.fault;
      }
      let point = random(settings.seed, drawn++);
      for (const name of names) {
        point -= settings.rates[name] ?? 0;
        if (point >= 0) continue;
        settings.onDrawn?.(name);
        return name;
      }
      return null;
    },
  };
}
