import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Tx } from '../../db/connection.ts';
import { getPolicy } from '../../db/stores/approvalPolicies.ts';
import { type Change, type ChangeSubject, requestChange } from '../../db/stores/changes.ts';
import { needsSecond } from '../../domain/changes/policy.ts';
import { ID_PREFIXES } from '../../domain/ids.ts';
import type { ApiDeps } from '../deps.ts';
import type { AuditDraft } from '../plugins/audit.ts';
import { callerOf } from '../plugins/auth.ts';
import { once } from '../plugins/idempotency.ts';
import { startChange } from '../workflowCalls.ts';
import type { Applier } from './applier.ts';
import { withoutSecrets } from './withoutSecrets.ts';

export interface Submission<P> { subject: ChangeSubject; payload: P; /** USD, for kinds with a limit. */ amount?: string }
interface Scene { deps: ApiDeps; request: FastifyRequest; tx: Tx; audit: AuditDraft }

/**
 * Applies a change at once, or asks for a second operator: then nothing is changed and the answer (202) is the change. What could not
 * be applied is refused now and not when somebody reviews it: it is tried and undone. Inside `once`'s effect; `afterSubmit` follows it.
 * Throws CHANGE_PENDING (409) and whatever applying it throws.
 */
export async function submitChange<P extends object, R extends object>({ deps, request, tx, audit }: Scene, applier: Applier<P, R>, { subject, payload, amount }: Submission<P>): Promise<R | Change> {
  const context = { subject, at: deps.now() };
  const before = await applier.before(tx, payload, context);
  audit.before ??= before ?? undefined;
  const policy = await getPolicy(tx.db, applier.kind);
  const second = needsSecond(policy, amount);
  if (!second || !deps.config.twoPeople) {
    if (second) audit.reason = 'TWO_PEOPLE is off: no second operator was asked.';
    return applier.apply(tx, payload, context);
  }
  await undone(tx, () => applier.apply(tx, payload, context));
  const { actor } = callerOf(request);
  const change = await requestChange(tx, policy, { kind: applier.kind, subject, payload, before, amount: amount ?? null, by: actor.principalId, at: context.at });
  Object.assign(audit, { status: 202, outcome: 'asked', subject, after: { change: change.id, kind: change.kind, payload } } satisfies AuditDraft);
  return withoutSecrets(change);
}

/** After the commit of a submission: starts the change's clock, or wakes what the change concerns. May be repeated. */
export async function afterSubmit<P extends object, R extends object>(deps: ApiDeps, applier: Applier<P, R>, subject: ChangeSubject, body: R | Change): Promise<void> {
  if (isChange(body)) await startChange(deps.client, body);
  else await applier.afterCommit?.(deps, body, { subject, at: deps.now() });
}

/** A whole route: `status` is the answer's where nobody else is asked. */
export const submitOnce = <P extends object, R extends object>(deps: ApiDeps, request: FastifyRequest, reply: FastifyReply, status: 200 | 201, applier: Applier<P, R>, submission: Submission<P>): Promise<R | Change> =>
  once<R | Change>(deps, request, reply, {
    status,
    effect: (tx, audit) => submitChange({ deps, request, tx, audit }, applier, submission),
    afterCommit: (body) => afterSubmit(deps, applier, submission.subject, body),
  });

export const isChange = (body: object): body is Change => 'id' in body && typeof body.id === 'string' && body.id.startsWith(`${ID_PREFIXES.change}_`);

async function undone({ client }: Tx, work: () => Promise<unknown>): Promise<void> {
  await client.query('SAVEPOINT tried');
  await work();
  await client.query('ROLLBACK TO SAVEPOINT tried');
}
