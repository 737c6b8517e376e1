import { and, eq, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { normaliseInstant } from '../../domain/instant.ts';
import { Problem } from '../../domain/problem.ts';
import { idempotencyRecord } from '../schema/access.ts';

export interface KeyUse { /** The API key, or the person whatever his session. */ ownerId: string; /** The caller's `Idempotency-Key`. */ key: string; operation: string }
export interface KeptAnswer { operation: string; /** Keyed hash of the request's method, path and content. */ requestHash: string; status: number; body: string }

/**
 * Claims a key for the rest of the transaction, or answers what it led to. The claim is an advisory lock: it is gone with the
 * transaction, so a request that died half-way leaves neither an effect nor a key that is "in flight" for ever.
 * Throws IDEMPOTENCY_IN_FLIGHT (409).
 */
export async function claimKey(db: NodePgDatabase, use: KeyUse): Promise<KeptAnswer | null> {
  const name = `idempotency ${use.ownerId} ${use.key}`;
  const { rows } = await db.execute<{ claimed: boolean }>(sql`select pg_try_advisory_xact_lock(hashtextextended(${name}, 0)) as claimed`);
  if (!rows[0]?.claimed) {
    throw new Problem('IDEMPOTENCY_IN_FLIGHT', 'A request with this Idempotency-Key is being worked on; send it again in a moment.', { status: 409 });
  }
  const [kept] = await db.select().from(idempotencyRecord).where(and(eq(idempotencyRecord.ownerId, use.ownerId), eq(idempotencyRecord.key, use.key)));
  return kept ? { operation: kept.operation, requestHash: kept.requestHash, status: kept.status, body: kept.body } : null;
}

/** Throws IDEMPOTENCY_KEY_REUSED (422) where the key was used for something else. */
export function checkSameRequest(kept: KeptAnswer, operation: string, requestHash: string): void {
  if (kept.operation === operation && kept.requestHash === requestHash) return;
  throw new Problem('IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was used for another request; use a new key for a new request.', { status: 422 });
}

/** Keeps the answer in the transaction of its effect. `claimKey` has been called before in the same transaction. */
export async function keepAnswer(db: NodePgDatabase, use: KeyUse, answer: Omit<KeptAnswer, 'operation'>, at: string): Promise<void> {
  await db.insert(idempotencyRecord).values({ ...use, ...answer, createdAt: normaliseInstant(at) });
}
