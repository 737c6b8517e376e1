import { drizzle } from 'drizzle-orm/node-postgres';
import { z } from 'zod';
import { APPROVAL_POLICY } from '../changes/otherChanges.ts';
import { afterSubmit, submitChange } from '../changes/submit.ts';
import { getPolicy, listPolicies } from '../../db/stores/approvalPolicies.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { requireMatch } from '../plugins/etag.ts';
import { once } from '../plugins/idempotency.ts';
import { ApprovalPolicy, Change, NewApprovalPolicy, PolicyParams } from '../schemas/changes.ts';
import { pageOf, pageQuery, readPage } from '../schemas/paging.ts';

/** What needs a second operator, above which amount, and who that may be. */
export function approvalPolicyRoutes(app: Api, deps: ApiDeps): void {
  const db = drizzle(deps.pool);
  const tag = 'Changes';

  app.get('/v1/approval-policies', operation('listApprovalPolicies', { tag, summary: 'The policy of each kind of change', querystring: z.object(pageQuery), response: { 200: pageOf(ApprovalPolicy) } }), (request) =>
    readPage(request.query, (policy) => policy.kind, (page) => listPolicies(db, page)));
  app.get('/v1/approval-policies/:kind', operation('getApprovalPolicy', { tag, summary: 'The policy of one kind of change', params: PolicyParams, etag: true, response: { 200: ApprovalPolicy } }), (request) => getPolicy(db, request.params.kind));
  app.put('/v1/approval-policies/:kind', operation('putApprovalPolicy', {
    tag, summary: 'Set a policy whole', description: 'Itself a change that a second operator agrees to. Changes that wait already keep their expiry.', params: PolicyParams, body: NewApprovalPolicy, etag: true, ifMatch: 'required', response: { 200: ApprovalPolicy, 202: Change },
  }), (request, reply) => {
    const subject = { type: 'approvalPolicy', id: request.params.kind };
    return once(deps, request, reply, {
      status: 200,
      effect: async (tx, audit) => {
        const policy = await getPolicy(tx.db, subject.id, true);
        requireMatch(request, policy);
        return submitChange({ deps, request, tx, audit }, APPROVAL_POLICY, { subject, payload: { kind: policy.kind, ...request.body } });
      },
      afterCommit: (body) => afterSubmit(deps, APPROVAL_POLICY, subject, body),
    });
  });
}
