import type { FastifyReply, FastifyRequest } from 'fastify';
import { withTransaction, type Tx } from '../../db/connection.ts';
import { checkSameRequest, claimKey, keepAnswer, type KeyUse } from '../../db/stores/idempotency.ts';
import { Problem } from '../../domain/problem.ts';
import type { ApiDeps } from '../deps.ts';
import { type AuditDraft, auditAct } from './audit.ts';

export interface Once<T> {
  status: 200 | 201 | 202;
  /**
   * What another system is asked to do first, while no connection is held: whoever waits for it must not keep the others from the
   * database. Not done for a key that has an answer; may be done again by a repetition, so it carries an id made from the key.
   * `asked` notes in the audit trail, in a transaction of its own, what is about to be asked: it must be called before the asking. A
   * refusal is noted too.
   */
  beforehand?(asked: (draft: AuditDraft) => Promise<void>): Promise<unknown>;
  /**
   * Runs in the transaction that also keeps the answer and the audit entry: all are committed or none. It uses `tx` only: taking a
   * second connection while holding one can freeze the pool. `audit` says what the entry cannot know by itself.
   */
  effect(tx: Tx, audit: AuditDraft): Promise<T>;
  /** What is kept for a repetition where the answer holds a secret that is shown once. */
  kept?(body: T): T;
  /** Wakes workflows; runs after the commit, and again when the request is repeated, so it must be idempotent. */
  afterCommit?(body: T): Promise<unknown>;
  /** Of a streamed request, which can be read only once: what it was, told from its effect, or by reading it when the key was used before. */
  content?: { after(body: T): string; read(): Promise<string> };
}

/**
 * Does a request that changes something, in one transaction with its audit entry; with an Idempotency-Key once per key and caller: a
 * repetition gets the kept answer (with `Idempotent-Replayed: true`). Routes that move money are not reached without a key.
 */
export async function once<T>(deps: ApiDeps, request: FastifyRequest, reply: FastifyReply, work: Once<T>): Promise<T> {
  const use = keyUse(request);
  // Under a key: a request may hold a password or a name, and whoever has the database alone must not be able to try texts against its hash.
  const hash = (content: string) => deps.personal.index('request', `${request.method} ${request.url}\n${content}`);
  const json = () => JSON.stringify(request.body ?? null);
  const asked: AuditDraft = work.beforehand && (use === null || (await withTransaction(deps.pool, (tx) => claimKey(tx.db, use))) === null)
    ? await askBeforehand(deps, request, work.beforehand.bind(work))
    : {};
  const { status, body, replayed } = await withTransaction(deps.pool, async (tx) => {
    const kept = use === null ? null : await claimKey(tx.db, use);
    if (use !== null && kept !== null) {
      checkSameRequest(kept, use.operation, hash(work.content ? await work.content.read() : json()));
      return { status: kept.status, body: JSON.parse(kept.body) as T, replayed: true };
    }
    const draft: AuditDraft = { ...asked };
    const done = await work.effect(tx, draft);
    const answered = draft.status ?? work.status;
    await auditAct(tx, request, draft, done, deps.now());
    if (use !== null) await keepAnswer(tx.db, use, { requestHash: hash(work.content?.after(done) ?? json()), status: answered, body: JSON.stringify(work.kept?.(done) ?? done) }, deps.now());
    return { status: answered, body: done, replayed: false };
    // A stream cannot be read again, so a request that carries one is not repeated here.
  }, work.content ? { attempts: 1 } : {});
  request.audited = true;
  await work.afterCommit?.(body);
  if (replayed) reply.header('idempotent-replayed', 'true');
  reply.code(status);
  return body;
}

/** Asks another system, with an entry before it is asked, and one where it refuses. Answers what the last entry shall say too. */
async function askBeforehand(deps: ApiDeps, request: FastifyRequest, ask: NonNullable<Once<unknown>['beforehand']>): Promise<AuditDraft> {
  let draft: AuditDraft | undefined;
  const note = (told: AuditDraft, answer: unknown) => withTransaction(deps.pool, (tx) => auditAct(tx, request, told, answer, deps.now()));
  try {
    await ask(async (told) => {
      await note({ after: request.body, ...told, outcome: 'asked' }, null);
      draft = told;
    });
  } catch (error) {
    if (draft !== undefined && error instanceof Problem && error.status < 500) await note({ ...draft, outcome: 'refused', after: { refusedWith: error.code } }, null);
    throw error;
  }
  if (draft === undefined) throw new Error('An act that another system does was not noted in the audit trail before it was asked for');
  return draft;
}

/** A key belongs to the API key that sends it, or to the person whatever his session. Null: none was sent, or nobody is known. */
function keyUse(request: FastifyRequest): KeyUse | null {
  const key = request.headers['idempotency-key'];
  if (key === undefined || request.caller === null) return null;
  const { kind, id, principalId } = request.caller.actor;
  return { ownerId: kind === 'session' ? principalId : id, key: key as string, operation: request.routeOptions.schema?.operationId ?? '' };
}
