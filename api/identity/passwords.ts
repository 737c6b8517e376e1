import { hash, parseOptions, verify } from '@node-rs/argon2';
import { PASSWORD_CHECKS, PASSWORD_COST } from '../../domain/identity/limits.ts';
import { normalisePassword } from '../../domain/identity/passwordRules.ts';
import { boundedWork } from './boundedWork.ts';

// argon2 runs on threads of libuv, which file and DNS work shares: never more than a part of them.
const bounded = boundedWork(PASSWORD_CHECKS);

/** argon2id in PHC form. Throws PASSWORD_CHECKS_BUSY (503). */
export const hashPassword = (password: string): Promise<string> => bounded(() => hash(normalisePassword(password), PASSWORD_COST));

/** A hash that no password has: looking at an unknown address takes as long as a wrong password. Made once, with the cost in force. */
let nobodys: Promise<string> | undefined;

/** False also where there is no hash, after the same work. Throws PASSWORD_CHECKS_BUSY (503). */
export async function passwordIs(stored: string | null, password: string): Promise<boolean> {
  const against = stored ?? await (nobodys ??= hashPassword(crypto.randomUUID()));
  const same = await bounded(() => verify(against, normalisePassword(password)));
  return same && stored !== null;
}

/** Whether the cost has been changed since it was made. */
export function isDated(stored: string): boolean {
  const { memoryCost, timeCost, parallelism } = parseOptions(stored);
  return memoryCost !== PASSWORD_COST.memoryCost || timeCost !== PASSWORD_COST.timeCost || parallelism !== PASSWORD_COST.parallelism;
}
