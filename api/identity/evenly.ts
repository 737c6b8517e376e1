import { setTimeout as after } from 'node:timers/promises';
import { EVEN_ANSWER_MS } from '../../domain/identity/limits.ts';

/** Answers, or refuses, no sooner than a fixed time after the start: how long it took does not tell what was found. */
export async function evenly<T>(work: () => Promise<T>): Promise<T> {
  const least = after(EVEN_ANSWER_MS);
  try {
    return await work();
  } finally {
    await least;
  }
}
