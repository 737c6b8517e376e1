import type { ProgressStep } from '../../domain/reports/progress.ts';

export interface Kill { victim: 'worker' | 'postgres'; step: ProgressStep; percent: number }

/** Each victim once in each long step, at moments that `random` (0 to 1) says; never both at the same one. */
export function killsFor(victims: readonly Kill['victim'][], random: () => number): Kill[] {
  return (['staging', 'judging', 'posting'] as const).flatMap((step) => {
    const first = 10 + Math.floor(random() * 25);
    return victims.map((victim, at): Kill => ({ victim, step, percent: first + at * 30 }));
  });
}
