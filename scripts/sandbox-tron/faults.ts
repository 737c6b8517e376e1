import { drawFault, faultNamed, type Misfortune } from '../sandbox/faults.ts';
import { seeded } from '../sandbox/random.ts';

/** What the stand-in can do wrong, by the moment it happens. */
export const FAULTS = {
  /** A broadcast: nothing is taken (`lost_before`, `busy`, `rate_limited`), or it is (`lost_after`, `unreadable`, `forgotten`: said to be taken, and never in a block). `slow`: taken after `slowMs`. */
  broadcast: ['lost_before', 'lost_after', 'unreadable', 'forgotten', 'busy', 'rate_limited', 'slow'],
  /** Every other question to the node. */
  question: ['question_lost', 'question_error', 'question_unreadable', 'question_slow'],
} as const;
export type FaultGroup = keyof typeof FAULTS;
export type Fault = (typeof FAULTS)[FaultGroup][number];

export interface FaultSettings extends Misfortune<Fault> {
  seed: number;
  slowMs: number;
}

const ALL_FAULTS: readonly Fault[] = Object.values(FAULTS).flat();
export const asFault = (name: unknown): Fault => faultNamed(ALL_FAULTS, name);

/** Draws faults; seeded, so that the n-th draw after start is the same in every run. */
export function faultDrawer(settings: FaultSettings): (group: FaultGroup) => Fault | null {
  const random = seeded(settings.seed);
  return (group) => drawFault<Fault, Fault>(settings, FAULTS[group], random);
}
