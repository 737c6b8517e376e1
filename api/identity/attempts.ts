import type { FastifyRequest } from 'fastify';
import { withTransaction } from '../../db/connection.ts';
import type { Person } from '../../db/stores/persons.ts';
import { type Attempt, beginAttempt, clearAttempts, lockedUntil, takeBackAttempt } from '../../db/stores/signInGuards.ts';
import { ATTEMPT_LOCKS, type LockStep, NETWORK_LOCKS } from '../../domain/identity/limits.ts';
import { Problem } from '../../domain/problem.ts';
import type { ApiDeps } from '../deps.ts';
import { auditAct, networkOf } from '../plugins/audit.ts';
import { tell } from './tell.ts';

/** What is guessed at: an address whether somebody has it or not (so that a lock tells nothing), or a person who is signed in. */
export const addressGuard = (mailIndex: string): string => `mail:${mailIndex}`;
export const personGuard = (personId: string): string => `person:${personId}`;
/** Codes of a second factor at signing in: whoever sets a new password by mail does not get new guesses at it. */
export const codeGuard = (personId: string): string => `code:${personId}`;

/**
 * Makes an attempt at a password or code: counted as failed until `work` has come back. Too many in a row lock what is guessed at,
 * and the network they come from, for a growing time. Throws ATTEMPTS_LOCKED (429) or what `work` throws; of that, `refusals` count
 * as a failure and leave an audit entry.
 */
export async function attempt<T>(deps: ApiDeps, request: FastifyRequest, guard: { subject: string; who: Person | null; refusals: readonly string[] }, work: () => Promise<T>): Promise<T> {
  const { pool, now } = deps;
  const network = `network:${networkOf(request.ip) ?? 'unknown'}`;
  const fromNetwork = await begin(deps, network, NETWORK_LOCKS);
  const begun = await begin(deps, guard.subject, ATTEMPT_LOCKS).catch(async (error: unknown) => {
    await takeBackAttempt(pool, network, fromNetwork);
    throw error;
  });
  try {
    const result = await work();
    await Promise.all([clearAttempts(pool, [guard.subject]), takeBackAttempt(pool, network, fromNetwork)]);
    return result;
  } catch (error) {
    const code = error instanceof Problem ? error.code : '';
    if (!guard.refusals.includes(code)) await Promise.all([takeBackAttempt(pool, guard.subject, begun), takeBackAttempt(pool, network, fromNetwork)]);
    else await refused(deps, request, guard.who, code, begun, now());
    throw error;
  }
}

async function begin({ pool, now }: ApiDeps, subject: string, steps: readonly LockStep[]): Promise<Attempt> {
  const begun = await beginAttempt(pool, subject, steps, now());
  if (begun !== null) return begun;
  const until = await lockedUntil(pool, subject, now());
  throw new Problem('ATTEMPTS_LOCKED', 'Too many wrong attempts; wait, or set a new password by mail.', { status: 429, facts: { lockedUntil: until ?? now() } });
}

/** In a transaction of its own: what was tried stays known though nothing came of it. */
async function refused({ pool }: ApiDeps, request: FastifyRequest, who: Person | null, code: string, begun: Attempt, at: string): Promise<void> {
  await withTransaction(pool, async (tx) => {
    const actor = request.caller?.actor ?? (who === null ? undefined : { kind: 'nobody' as const, id: who.id, principalId: who.id, role: who.role });
    await auditAct(tx, request, { outcome: 'refused', reason: code, subject: { type: 'person', id: who?.id ?? 'unknown' }, ...(actor === undefined ? {} : { actor }) }, null, at);
    if (begun.lockedUntil !== null && who !== null) await tell(tx, who, 'locked_out', { lockedUntil: begun.lockedUntil }, at);
  });
}
