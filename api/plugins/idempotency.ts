import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { withTransaction, type Tx } from '../../db/connection.ts';
import { checkSameRequest, claimKey, keepAnswer, type KeyUse } from '../../db/stores/idempotency.ts';
import type { ApiDeps } from '../deps.ts';
import { callerOf } from './auth.ts';

export interface Once<T> {
  status: 200 | 201 | 202;
  /**
   * What another system is asked to do first, while no connection is held: whoever waits for it must not keep the others from the
   * database. Not done for a key that has an answer; may be done again by a repetition, so it carries an id made from the key.
   */
  beforehand?(): Promise<unknown>;
  /** Runs in the transaction that also keeps the answer: both are committed or neither. It uses `tx` only: taking a second connection while holding one can freeze the pool. */
  effect(tx: Tx): Promise<T>;
  /** Wakes workflows; runs after the commit, and again when the request is repeated, so it must be idempotent. */
  afterCommit?(body: T): Promise<unknown>;
  /** Of a streamed request, which can be read only once: what it was, told from its effect, or by reading it when the key was used before. */
  content?: { after(body: T): string; read(): Promise<string> };
}

/** Does a money request once per Idempotency-Key and API key; a repetition gets the kept answer (with `Idempotent-Replayed: true`). */
export async function once<T>(deps: ApiDeps, request: FastifyRequest, reply: FastifyReply, work: Once<T>): Promise<T> {
  const use: KeyUse = {
    apiKeyId: callerOf(request).key.id, key: request.headers['idempotency-key'] as string, operation: request.routeOptions.schema?.operationId ?? '',
  };
  const hash = (content: string) => createHash('sha256').update(`${request.method} ${request.url}\n${content}`).digest('hex');
  const json = () => JSON.stringify(request.body ?? null);
  if (work.beforehand && (await withTransaction(deps.pool, (tx) => claimKey(tx.db, use))) === null) await work.beforehand();
  const { body, replayed } = await withTransaction(deps.pool, async (tx) => {
    const kept = await claimKey(tx.db, use);
    if (kept !== null) {
      checkSameRequest(kept, use.operation, hash(work.content ? await work.content.read() : json()));
      return { body: JSON.parse(kept.body) as T, replayed: true };
    }
    const done = await work.effect(tx);
    await keepAnswer(tx.db, use, { requestHash: hash(work.content?.after(done) ?? json()), status: work.status, body: JSON.stringify(done) }, deps.now());
    return { body: done, replayed: false };
    // A stream cannot be read again, so a request that carries one is not repeated here.
  }, work.content ? { attempts: 1 } : {});
  await work.afterCommit?.(body);
  if (replayed) reply.header('idempotent-replayed', 'true');
  reply.code(work.status);
  return body;
}
