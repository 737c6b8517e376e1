import type { FastifyReply, FastifyRequest } from 'fastify';
import { drizzle } from 'drizzle-orm/node-postgres';
import { afterFailure, approve, reject, withdraw } from '../changes/decide.ts';
import { PAYOUT_METHOD } from '../changes/payoutMethodChanges.ts';
import { applierOf, APPLIED_KINDS } from '../changes/registry.ts';
import { hidden, withoutSecrets } from '../changes/withoutSecrets.ts';
import { getPolicy } from '../../db/stores/approvalPolicies.ts';
import { partiesTo } from '../../db/stores/changeParties.ts';
import { type Change as ChangeRow, getChange, listChanges } from '../../db/stores/changes.ts';
import { withDestinations } from '../../db/stores/sealedFields.ts';
import { humanBehind } from '../../db/stores/persons.ts';
import { difference } from '../../domain/changes/difference.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { callerOf } from '../plugins/auth.ts';
import { once } from '../plugins/idempotency.ts';
import { Change, ChangeParams, ChangeQuery, ChangeReason, ChangeToReview } from '../schemas/changes.ts';
import { defined, pageOf, pageQuery, readPage } from '../schemas/paging.ts';
import { startChange } from '../workflowCalls.ts';
import { z } from 'zod';

/** What waits for a second operator, and what became of it. */
export function changeRoutes(app: Api, deps: ApiDeps): void {
  const { pool } = deps;
  const db = drizzle(pool);
  const tag = 'Changes';

  app.get('/v1/changes', operation('listChanges', { tag, summary: 'Changes that needed a second operator, newest first', querystring: z.object({ ...pageQuery, ...ChangeQuery }), response: { 200: pageOf(Change) } }), (request) =>
    readPage(request.query, (change) => change.id, async ({ after, limit }) => (await listChanges(pool, defined(request.query), { before: after ?? null, limit })).map(withoutSecrets)));
  app.get('/v1/changes/:changeId', operation('getChange', { tag, summary: 'A change, with what it would change, for review', params: ChangeParams, response: { 200: ChangeToReview } }), async (request) => {
    const change = await getChange(pool, request.params.changeId);
    const { deciders } = await getPolicy(db, change.kind);
    const { role, actor } = callerOf(request);
    const mayDecide = change.state === 'requested' && deps.now() < change.expiresAt && (deciders as readonly string[]).includes(role)
      && !(await partiesTo(pool, change)).includes(await humanBehind(pool, actor.principalId));
    const payload = await readable(change);
    return { ...withoutSecrets({ ...change, payload }), difference: difference(change.before, payload).map(hidden), deciders, mayDecide };
  });
  app.post('/v1/changes/:changeId/approve', operation('approveChange', {
    tag, summary: 'Agree to a change, as a second operator', description: 'It is applied at once, against the state of now. One that cannot be applied any more becomes `failed`, and the answer says why.', params: ChangeParams, response: { 200: Change },
  }), (request, reply) => deciding(request, reply, (scene) => approve(scene, request.params.changeId)));
  app.post('/v1/changes/:changeId/reject', operation('rejectChange', { tag, summary: 'Say no to a change, as a second operator', params: ChangeParams, body: ChangeReason, response: { 200: Change } }), (request, reply) =>
    deciding(request, reply, (scene) => reject(scene, request.params.changeId, request.body.reason)));
  app.post('/v1/changes/:changeId/withdraw', operation('withdrawChange', { tag, summary: 'Take back what you have asked for', params: ChangeParams, response: { 200: Change } }), (request, reply) =>
    deciding(request, reply, (scene) => withdraw(scene, request.params.changeId)));

  /** Where money would go is stored sealed; who decides about it must see it. */
  async function readable({ kind, subject, payload }: ChangeRow): Promise<Record<string, unknown>> {
    if (kind !== PAYOUT_METHOD.kind) return payload;
    const [method] = await withDestinations(deps.personal, pool, [{ ...PAYOUT_METHOD.payload.parse(payload), userId: subject.id }]);
    return { ...payload, destination: method!.destination };
  }

  function deciding(request: FastifyRequest, reply: FastifyReply, decide: (scene: Parameters<typeof approve>[0]) => Promise<ChangeRow>): Promise<ChangeRow> {
    return once(deps, request, reply, {
      status: 200,
      effect: async (tx, audit) => withoutSecrets(await decide({ deps, request, tx, audit })),
      afterCommit: async (change) => {
        await startChange(deps.client, change);
        if (change.state === 'approved' && change.result !== null && APPLIED_KINDS.includes(change.kind)) {
          await applierOf(change.kind).afterCommit(deps, change.result, { subject: change.subject, at: deps.now() });
        }
      },
    }).catch((error: unknown) => afterFailure(deps, request, error));
  }
}
