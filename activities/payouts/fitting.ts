import { setImmediate } from 'node:timers/promises';
import { Problem } from '../../domain/problem.ts';

export interface Fitting<T, F> {
  /** Made of `fitted`; null: of none of them can one be made. */
  made: F | null;
  fitted: T[];
  /** Those without which it can be made, each with why it cannot be with it. */
  left: { one: T; problem: Problem }[];
}

/**
 * What can be made of as many of `all` as possible, in their order: of all at once where that works, otherwise those that are in the way are found by halving, each half beside what was
 * found to fit before it, so that of two that only exclude each other the first stays. About 2·log₂ n tries for each one that is in the way. Whatever `make` throws is the fault of what it
 * was given: it must do nothing outside itself.
 */
export async function fitting<T, F>(all: readonly T[], make: (some: readonly T[]) => Promise<F>): Promise<Fitting<T, F>> {
  let [made, fitted]: [F | null, T[]] = [null, []];
  const left: { one: T; problem: Problem }[] = [];
  const take = async (some: readonly T[]): Promise<void> => {
    if (some.length === 0) return;
    // Whoever waits for this worker's heartbeat, or another of its activities, gets his turn.
    await setImmediate();
    try {
      made = await make([...fitted, ...some]);
      fitted = [...fitted, ...some];
    } catch (error) {
      if (some.length === 1) {
        left.push({ one: some[0]!, problem: problemOf(error) });
        return;
      }
      const half = some.length >> 1;
      await take(some.slice(0, half));
      await take(some.slice(half));
    }
  };
  await take(all);
  return { made, fitted, left };
}

/** An adapter's own failure by its name alone: its text may hold what only the user's key may open. */
export function problemOf(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem('RAIL_ADAPTER_FAILED', `The rail's adapter failed (${error instanceof Error ? error.name : typeof error}).`, { status: 500, cause: error });
}
