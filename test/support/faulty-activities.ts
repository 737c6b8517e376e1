import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { WorkerOptions } from '@temporalio/worker';

export interface Kill { activity: string; when: 'before' | 'after' }

/**
 * Worker options that lose activities as a killed worker would: before the real effect, or after it, when the effect is
 * committed but the answer never arrives. `choose` decides for each execution; the activity is tried again at once.
 */
export function losing(choose: (activity: string) => Kill['when'] | null, lost: (kill: Kill) => void): Pick<WorkerOptions, 'interceptors'> {
  return {
    interceptors: {
      activity: [(context) => ({
        inbound: {
          async execute(input, next) {
            const activity = context.info.activityType;
            const when = choose(activity);
            const die = (): never => {
              lost({ activity, when: when! });
              throw ApplicationFailure.create({ message: `lost ${when} its effect`, nextRetryDelay: '1ms', category: ApplicationFailureCategory.BENIGN });
            };
            if (when === 'before') die();
            const result = await next(input);
            if (when === 'after') die();
            return result;
          },
        },
      })],
    },
  };
}

/** Numbers in [0, 1) that a seed determines (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
