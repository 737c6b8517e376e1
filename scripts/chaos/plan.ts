import { seeded } from '../sandbox/random.ts';
import type { LinkFault } from './link.ts';

/** What is killed by SIGKILL. */
export const VICTIMS = ['worker', 'rail', 'postgres'] as const;
export type Victim = (typeof VICTIMS)[number];
/** The wires: workers and webhook receiver to Postgres and to Temporal, workers to the rail, the rail to the webhook receiver. */
export const LINKS = ['postgres', 'temporal', 'rail', 'webhooks'] as const;
export type LinkName = (typeof LINKS)[number];

/** Milliseconds that a victim lives after it is up, and that it then stays dead. */
export interface Killing { aliveMs: number; deadMs: number }
/** Milliseconds of calm, then a fault for so long. */
export interface Disturbance { calmMs: number; fault: LinkFault; forMs: number }

/** At least and at most, in milliseconds: so that about half of the time everything works, and the payouts get on. */
const LIVES: Record<Victim, { alive: [number, number]; dead: [number, number] }> = {
  worker: { alive: [2000, 16_000], dead: [0, 1500] },
  rail: { alive: [2000, 12_000], dead: [0, 2500] },
  postgres: { alive: [6000, 26_000], dead: [0, 2000] },
};

/** Calm between faults. A lost answer of Temporal costs a time-out of 15 seconds each time. */
const CALM: Record<LinkName, [number, number]> = { postgres: [4000, 16_000], temporal: [6000, 24_000], rail: [2000, 10_000], webhooks: [2000, 10_000] };

/** One stream of numbers a subject, so that what is chosen for one does not depend on how fast another went. */
const stream = (seed: number, subject: string): (() => number) => {
  let mixed = seed | 0;
  for (const letter of subject) mixed = Math.imul(mixed ^ letter.charCodeAt(0), 0x01000193);
  return seeded(mixed);
};

const between = (random: () => number, [least, most]: [number, number]): number => Math.round(least + random() * (most - least));

/** The n-th life of a victim is the same in every run of a seed. `pace`: lives of a short storm are shorter. */
export function killings(seed: number, victim: Victim, pace: number): () => Killing {
  const random = stream(seed, `kill ${victim}`);
  return () => ({ aliveMs: Math.round(between(random, LIVES[victim].alive) * pace), deadMs: between(random, LIVES[victim].dead) });
}

export function disturbances(seed: number, link: LinkName, pace: number): () => Disturbance {
  const random = stream(seed, `link ${link}`);
  return () => {
    const calmMs = Math.round(between(random, CALM[link]) * pace);
    const kind = (['latency', 'reset', 'blackhole', 'cut'] as const)[Math.floor(random() * 4)]!;
    const [forMs, ms] = [between(random, kind === 'reset' ? [0, 1000] : [500, 4000]), between(random, [50, 900])];
    return { calmMs, forMs, fault: kind === 'latency' ? { kind, ms } : { kind } };
  };
}
