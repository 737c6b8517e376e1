import { setTimeout as delay } from 'node:timers/promises';

/** Waits (in real time) until a condition holds; throws, naming it, when it does not within `seconds`. */
export async function until(what: string, holds: () => Promise<boolean>, seconds = 120): Promise<void> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    if (await holds()) return;
    if (performance.now() > end) throw new Error(`gave up after ${seconds} s waiting until ${what}`);
    await delay(25);
  }
}
