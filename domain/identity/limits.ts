/** Everything about sign-in that is a number, in one place. */

/** How long a session lasts unused, and in all. */
export const SESSION_TIMES = {
  user: { idleMinutes: 7 * 24 * 60, hours: 30 * 24 },
  operator: { idleMinutes: 30, hours: 12 },
} as const;

/** How long a second factor given in a session counts for sensitive acts. */
export const STEP_UP_MINUTES = 10;

export interface LockStep { failures: number; minutes: number }
/** From so many failures in a row, each one locks for so long. */
export const ATTEMPT_LOCKS: readonly LockStep[] = [{ failures: 5, minutes: 1 }, { failures: 8, minutes: 5 }, { failures: 12, minutes: 15 }, { failures: 20, minutes: 60 }];
/** A network stands for many people: it takes more. */
export const NETWORK_LOCKS: readonly LockStep[] = [{ failures: 60, minutes: 1 }, { failures: 120, minutes: 10 }, { failures: 240, minutes: 60 }];
/** Failures older than this are forgotten. */
export const FAILURES_FORGOTTEN_HOURS = 24;

/** Mails with a link that one person gets within an hour for one purpose; further requests are answered alike and send nothing. */
export const LINKS_PER_HOUR = 5;

/** argon2id (OWASP): KiB, passes, lanes. A password whose hash has others is hashed anew when its owner signs in. */
export const PASSWORD_COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** Password checks at once and waiting; more are turned away, so that they can starve neither memory nor the thread pool. */
export const PASSWORD_CHECKS = { atOnce: 2, waiting: 64 } as const;
export const PASSWORD_LENGTH = { min: 12, max: 200 } as const;

export const RECOVERY_CODES = 10;

/** Answers that must not tell whether an address is known come no sooner than this, whatever was done. */
export const EVEN_ANSWER_MS = 250;

/** How long a key that is being rotated goes on working. */
export const KEY_OVERLAP_HOURS = { usual: 24, max: 30 * 24 } as const;
