import { random } from '../sandbox-rail/random.ts';

/** What the stand-in can do wrong, by the moment it happens. */
export const FAULTS = {
  /** A broadcast: nothing is taken (`lost_before`, `busy`, `rate_limited`), or it is (`lost_after`, `unreadable`, `forgotten`: said to be taken, and never in a block). `slow`: taken after `slowMs`. */
  broadcast: ['lost_before', 'lost_after', 'unreadable', 'forgotten', 'busy', 'rate_limited', 'slow'],
  /** Every other question to the node. */
  question: ['question_lost', 'question_error', 'question_unreadable', 'question_slow'],
} as const;
export type FaultGroup = keyof typeof FAULTS;
export type Fault = (typeof FAULTS)[FaultGroup][number];

export interface FaultSettings {
  seed: number;
  /** Probability per request and fault. */
  rates: Partial<Record<Fault, number>>;
  /** Met by the next requests that they can meet, in this order. */
  script: Fault[];
  slowMs: number;
}

export const ALL_FAULTS: readonly Fault[] = Object.values(FAULTS).flat();

export function asFault(name: unknown): Fault {
  const found = ALL_FAULTS.find((fault) => fault === name);
  if (!found) throw new Error(`Unknown fault "${String(name)}"; known are ${ALL_FAULTS.join(', ')}.`);
  return found;
}

/** Draws faults; seeded, so that the n-th draw after start is the same in every run. */
export function faultDrawer(settings: FaultSettings): (group: FaultGroup) => Fault | null {
  let drawn = 0;
  return (group) => {
    const names: readonly Fault[] = FAULTS[group];
    const scripted = settings.script.findIndex((fault) => names.includes(fault));
    if (scripted >= 0) return settings.script.splice(scripted, 1)[0] ?? null;
    let point = random(settings.seed, drawn++);
    for (const name of names) {
      point -= settings.rates[name] ?? 0;
      if (point < 0) return name;
    }
    return null;
  };
}
