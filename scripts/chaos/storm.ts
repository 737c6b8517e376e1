import { setTimeout as delay } from 'node:timers/promises';
import type { Link } from './link.ts';
import { disturbances, killings, type LinkName, type Victim } from './plan.ts';

/** Something that can be killed -9 and started again. */
export interface Killable { kill(): Promise<void>; start(): Promise<void> }

export interface Storm {
  /** So far. */
  kills: Partial<Record<Victim, number>>;
  /** Since it began. */
  seconds(): number;
  /** No more is broken; resolves when everything runs again. */
  end(): Promise<void>;
}

/** Kills and disturbs by the seed until told to end; each victim and each link by a plan of its own, at the same time. */
export function startStorm(options: { seed: number; pace: number; victims: Partial<Record<Victim, Killable>>; links: Partial<Record<LinkName, Link>> }): Storm {
  const over = new AbortController();
  const kills: Storm['kills'] = {};
  const from = performance.now();
  const pause = (ms: number): Promise<unknown> => delay(ms, null, { signal: over.signal }).catch(() => {});

  const killing = async (victim: Victim, { kill, start }: Killable): Promise<void> => {
    const next = killings(options.seed, victim, options.pace);
    for (;;) {
      const { aliveMs, deadMs } = next();
      await pause(aliveMs);
      if (over.signal.aborted) return;
      await kill();
      kills[victim] = (kills[victim] ?? 0) + 1;
      await pause(deadMs);
      await start();
    }
  };
  const disturbing = async (name: LinkName, link: Link): Promise<void> => {
    const next = disturbances(options.seed, name, options.pace);
    while (!over.signal.aborted) {
      const { calmMs, fault, forMs } = next();
      await pause(calmMs);
      if (over.signal.aborted) return;
      link.impose(fault);
      await pause(forMs);
      link.calm();
    }
  };
  const running = Promise.all([
    ...Object.entries(options.victims).map(([name, victim]) => killing(name as Victim, victim)),
    ...Object.entries(options.links).map(([name, link]) => disturbing(name as LinkName, link)),
  ]);
  // Told to whoever ends the storm, not as a rejection that nobody handles.
  running.catch(() => {});
  return {
    kills, seconds: () => (performance.now() - from) / 1000,
    async end() {
      over.abort();
      await running;
    },
  };
}
