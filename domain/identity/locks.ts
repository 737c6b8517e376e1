import type { LockStep } from './limits.ts';

/** Minutes that the latest of so many failures in a row locks for; 0: not at all. */
export function lockMinutes(failures: number, steps: readonly LockStep[]): number {
  return steps.reduce((minutes, step) => (failures >= step.failures ? Math.max(minutes, step.minutes) : minutes), 0);
}
