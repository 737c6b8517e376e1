import type { FastifyRequest } from 'fastify';
import { type Tx, withTransaction } from '../../db/connection.ts';
import { getPolicy } from '../../db/stores/approvalPolicies.ts';
import { recordAudit, withoutPersonalData } from '../../db/stores/audit.ts';
import { endGate } from '../../db/stores/changeGates.ts';
import { partiesTo } from '../../db/stores/changeParties.ts';
import { humanBehind } from '../../db/stores/persons.ts';
import { type Change, endChange, getChange, keepResult, requireOpen } from '../../db/stores/changes.ts';
import { canonical } from '../../domain/changes/difference.ts';
import { changeKind } from '../../domain/changes/kinds.ts';
import type { ChangeEnd } from '../../domain/changes/states.ts';
import { requireAnother } from '../../domain/changes/samePerson.ts';
import { Problem } from '../../domain/problem.ts';
import type { ApiDeps } from '../deps.ts';
import { type AuditDraft, networkOf } from '../plugins/audit.ts';
import { type Caller, callerOf } from '../plugins/auth.ts';
import { startChange } from '../workflowCalls.ts';
import { applierOf } from './registry.ts';

interface Scene { deps: ApiDeps; request: FastifyRequest; tx: Tx; audit: AuditDraft }

/**
 * A second operator agrees: the change is applied in the same transaction, against the state of now. Throws CHANGE_UNKNOWN, CHANGE_ENDED,
 * CHANGE_EXPIRED, SAME_PERSON, ROLE_NOT_ALLOWED; and `ChangeFailed` where it can no longer be applied, whose transaction is undone.
 */
export async function approve({ deps, request, tx, audit }: Scene, changeId: string): Promise<Change> {
  const caller = callerOf(request);
  const change = await openTo(deps, tx, changeId, caller);
  const decision = { by: caller.actor.principalId, at: deps.now(), reason: null };
  if (changeKind(change.kind).gate) return audited(audit, change, await endGate(tx, change, 'approved', decision));
  const context = { subject: change.subject, at: decision.at };
  try {
    const applier = applierOf(change.kind);
    const now = await applier.before(tx, change.payload, context);
    if (canonical(now) !== canonical(change.before)) {
      throw new Problem('CHANGE_OUTDATED', 'What this change was compared with has changed since it was asked for; look at it as it is now and ask again.', { status: 409, facts: { was: withoutPersonalData(change.before), now: withoutPersonalData(now) } });
    }
    await endChange(tx, change.id, 'approved', decision);
    return audited(audit, change, await keepResult(tx, change.id, await applier.apply(tx, change.payload, context)));
  } catch (error) {
    if (error instanceof Problem && error.status < 500) throw new ChangeFailed(change.id, error);
    throw error;
  }
}

/** Another operator says no, with a reason. Throws like `approve`. */
export async function reject({ deps, request, tx, audit }: Scene, changeId: string, reason: string): Promise<Change> {
  const caller = callerOf(request);
  const change = await openTo(deps, tx, changeId, caller);
  return audited(audit, change, await end(deps, tx, change, 'rejected', { by: caller.actor.principalId, reason }));
}

/** Whoever asked takes it back. Throws CHANGE_NOT_YOURS (403), CHANGE_ENDED. */
export async function withdraw({ deps, request, tx, audit }: Scene, changeId: string, reason: string | null = null): Promise<Change> {
  const by = callerOf(request).actor.principalId;
  const change = await getChange(tx, changeId, true);
  if (change.requestedBy !== by) throw new Problem('CHANGE_NOT_YOURS', 'Only whoever asked for a change can withdraw it; another operator can reject it.', { status: 403 });
  requireOpen(change);
  return audited(audit, change, await end(deps, tx, change, 'withdrawn', { by, reason }));
}

/** Thrown out of the approving transaction, which is undone; `afterFailure` then notes it. */
export class ChangeFailed extends Error {
  readonly changeId: string;
  readonly problem: Problem;
  constructor(changeId: string, problem: Problem) {
    super(problem.message, { cause: problem });
    this.changeId = changeId;
    this.problem = problem;
  }
}

/** For the `catch` of an approval: a change that cannot be applied any more is `failed` for good, and the approver learns why. */
export async function afterFailure(deps: ApiDeps, request: FastifyRequest, error: unknown): Promise<never> {
  if (!(error instanceof ChangeFailed)) throw error;
  const { changeId, problem } = error;
  const { actor } = callerOf(request);
  const failed = await withTransaction(deps.pool, async (tx) => {
    const change = await getChange(tx, changeId, true);
    if (change.state !== 'requested') return change;
    const at = deps.now();
    const ended = await endChange(tx, changeId, 'failed', { by: actor.principalId, at, reason: `${problem.code}: ${problem.message}` });
    await recordAudit(tx, {
      at, actor, operation: 'approveChange', subject: change.subject, outcome: 'refused', reason: problem.code, before: { change: change.id, state: change.state }, after: { change: change.id, state: ended.state },
      requestId: request.id, network: networkOf(request.ip),
    });
    return ended;
  });
  await startChange(deps.client, failed);
  throw problem;
}

/** The change, locked, if this caller may decide about it. */
async function openTo(deps: ApiDeps, tx: Tx, changeId: string, caller: Caller): Promise<Change> {
  const change = await getChange(tx, changeId, true);
  requireOpen(change);
  if (deps.now() >= change.expiresAt) throw new Problem('CHANGE_EXPIRED', `This change could be decided about until ${change.expiresAt}; ask for it again.`, { status: 409 });
  requireAnother(await partiesTo(tx, change), await humanBehind(tx, caller.actor.principalId));
  const { deciders } = await getPolicy(tx.db, change.kind);
  if (!(deciders as readonly string[]).includes(caller.role)) {
    throw new Problem('ROLE_NOT_ALLOWED', `The role ${caller.role} may not decide about ${changeKind(change.kind).what}; ${deciders.join(', ')} may.`, { status: 403 });
  }
  return change;
}

const end = (deps: ApiDeps, tx: Tx, change: Change, to: ChangeEnd, { by, reason }: { by: string; reason: string | null }): Promise<Change> =>
  (changeKind(change.kind).gate ? endGate(tx, change, to, { by, reason, at: deps.now() }) : endChange(tx, change.id, to, { by, reason, at: deps.now() }));

/** The entry is about what was changed, so that whoever looks for that finds the whole story. */
function audited(audit: AuditDraft, before: Change, after: Change): Change {
  audit.subject = before.subject;
  if (before.subject.type === 'user') audit.userId = before.subject.id;
  audit.before = { change: before.id, state: before.state, requestedBy: before.requestedBy, was: before.before };
  audit.after = { change: after.id, kind: after.kind, state: after.state, payload: after.payload, result: after.result };
  return after;
}
