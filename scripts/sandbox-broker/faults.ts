import { random } from '../sandbox-rail/random.ts';

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

export interface ScriptedFault {
  fault: Fault;
  /** Only for this reference, or for this list (`account`, `all`); without it, for the next request that the fault can meet. */
  reference?: string;
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
  lagMs: number;
  /** Told each fault that meets a request. */
  onDrawn?: (fault: Fault) => void;
}

/** Reads `none`, `all`, `a,b`, `all,-c` into rates, each fault with probability `rate`. Throws on an unknown name. */
export function faultRates(list: string, rate: number): Partial<Record<Fault, number>> {
  const rates: Partial<Record<Fault, number>> = {};
  for (const word of list.split(',').map((text) => text.trim()).filter((text) => text !== '' && text !== 'none')) {
    for (const name of word === 'all' ? ALL_FAULTS : [asFault(word.replace(/^-/, ''))]) {
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
  draw(group: FaultGroup, reference: string | null): Fault | null;
}

export function faultPlan(settings: FaultSettings): FaultPlan {
  let drawn = 0;
  return {
    settings,
    draw(group, reference) {
      const names: readonly Fault[] = FAULTS[group];
      const index = settings.script.findIndex((entry) => names.includes(entry.fault) && (entry.reference === undefined || entry.reference === reference));
      const entry = settings.script[index];
      if (entry) {
        entry.times = (entry.times ?? 1) - 1;
        if (entry.times <= 0) settings.script.splice(index, 1);
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
