import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { WorkerOptions } from '@temporalio/worker';

/** Stops activities on the way in, so that a test can look, or take everything away, in the middle of a workflow. */
export interface Gates {
  worker: Pick<WorkerOptions, 'interceptors'>;
  /** The `nth` execution (from 1, counted from now) of this activity waits before it begins; resolves when it is there. */
  hold(activity: string, nth?: number): { reached: Promise<void>; letGo(): void };
  /** Whatever waits dies without having done anything, as in a worker that is killed; so does what comes later. */
  kill(): void;
}

interface Gate { activity: string; left: number; reached: () => void; open: PromiseWithResolvers<void> }

export function gates(): Gates {
  const closed = new Set<Gate>();
  let dead = false;
  const died = (): Error => ApplicationFailure.create({ message: 'this worker was killed', category: ApplicationFailureCategory.BENIGN });
  const pass = async (activity: string): Promise<void> => {
    if (dead) throw died();
    for (const gate of closed) {
      if (gate.activity !== activity || --gate.left !== 0) continue;
      gate.reached();
      await gate.open.promise;
    }
  };
  return {
    worker: { interceptors: { activity: [({ info }) => ({ inbound: { async execute(input, next) { await pass(info.activityType); return next(input); } } })] } },
    hold(activity, nth = 1) {
      const reached = Promise.withResolvers<void>();
      const gate: Gate = { activity, left: nth, reached: () => reached.resolve(), open: Promise.withResolvers<void>() };
      closed.add(gate);
      return { reached: reached.promise, letGo: () => { closed.delete(gate); gate.open.resolve(); } };
    },
    kill() {
      dead = true;
      for (const gate of closed) gate.open.reject(died());
    },
  };
}
