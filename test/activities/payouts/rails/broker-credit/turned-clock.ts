import type { Clock } from '../../../../../scripts/sandbox-broker/clock.ts';

/** A clock that only tests move. */
export interface TurnedClock extends Clock {
  iso(): string;
  /** Moves on by `ms`; what is due on the way happens at its own time. */
  advance(ms: number): void;
}

export function turnedClock(start = '2026-11-16T09:00:00.000Z'): TurnedClock {
  let now = Date.parse(start);
  const due = new Set<{ at: number; task: () => void }>();
  return {
    now: () => now,
    iso: () => new Date(now).toISOString(),
    after(ms, task) {
      const entry = { at: now + ms, task };
      due.add(entry);
      return () => due.delete(entry);
    },
    advance(ms) {
      const until = now + ms;
      for (;;) {
        const [next] = [...due].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
        if (!next) break;
        due.delete(next);
        now = Math.max(now, next.at);
        next.task();
      }
      now = until;
    },
  };
}
