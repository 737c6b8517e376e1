import { Problem } from '../../domain/problem.ts';

/** Runs at most `atOnce` pieces of costly work; `waiting` more queue up, further ones are turned away. Throws PASSWORD_CHECKS_BUSY (503). */
export function boundedWork(limits: { atOnce: number; waiting: number }): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const queue: (() => void)[] = [];
  const free = (): void => {
    const next = queue.shift();
    // Its place is handed on, so nobody who comes in between can take it.
    if (next === undefined) running -= 1; else next();
  };
  return async (work) => {
    if (running >= limits.atOnce) {
      if (queue.length >= limits.waiting) throw new Problem('PASSWORD_CHECKS_BUSY', 'Too many people sign in at this moment; try again in a few seconds.', { status: 503 });
      await new Promise<void>((resolve) => { queue.push(resolve); });
    } else running += 1;
    try {
      return await work();
    } finally {
      free();
    }
  };
}
