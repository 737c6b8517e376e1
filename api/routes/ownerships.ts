import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { getLink } from '../../db/stores/accountLinks.ts';
import { openFields, sealFields } from '../../db/stores/sealedFields.ts';
import { getOwnership, giveEvidence, listEvidence, listOwnerships, type Ownership as OwnershipRow, requestOwnership } from '../../db/stores/ownership.ts';
import { EVIDENCE_KINDS } from '../../domain/ownership/evidenceKinds.ts';
import { Problem } from '../../domain/problem.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { expanded, expandQuery } from '../expansion.ts';
import { OWNERSHIP_EXPANSIONS } from '../expansions.ts';
import { operation } from '../operation.ts';
import { callerOf, requireOwn } from '../plugins/auth.ts';
import { once } from '../plugins/idempotency.ts';
import { idIn } from '../schemas/common.ts';
import { ExpandedOwnership } from '../schemas/expanded.ts';
import { asFlag, defined, pageOf, pageQuery, readPage } from '../schemas/paging.ts';
import { GivenEvidence, NewDecision, NewEvidence, NewOwnership, Ownership, OwnershipQuery, OwnershipWithEvidence } from '../schemas/payouts.ts';
import { startOwnership } from '../workflowCalls.ts';
import { decideOwnershipInWorkflow, tellEvidence, updateId } from '../workflowUpdates.ts';

const OwnershipParams = z.object({ ownershipId: idIn('own') });

/** Proof that a broker account is the user's own; the first payout waits for it. */
export function ownershipRoutes(app: Api, deps: ApiDeps): void {
  const { pool, client, personal } = deps;
  const tag = 'Ownership';
  /** An operator's words may be about a person: stored and sent to the workflow they are sealed. Those of old rows are as they were written. */
  const readable = async (found: readonly OwnershipRow[]): Promise<OwnershipRow[]> => {
    const reasons = await openFields(personal, pool, found.map(({ userId, decisionReason }) => ({ userId, fields: decisionReason?.startsWith('v1.') ? { sealed: decisionReason } : {} })));
    return found.map((one, index) => (one.decisionReason?.startsWith('v1.') ? { ...one, decisionReason: reasons[index]!['reason'] ?? null } : one));
  };
  const seen = async (request: FastifyRequest, id: string) => {
    const ownership = await getOwnership(pool, id);
    requireOwn(request, ownership.userId, { code: 'OWNERSHIP_UNKNOWN', sentence: `There is no ownership verification "${id}".` });
    return ownership;
  };

  app.post('/v1/ownerships', operation('openOwnership', { tag, summary: 'Begin to verify the ownership of a linked account', body: NewOwnership, response: { 201: Ownership } }), (request, reply) =>
    once(deps, request, reply, {
      status: 201,
      effect: async (tx) => {
        const link = await getLink(tx.db, request.body.accountLinkId);
        requireOwn(request, link.userId, { code: 'LINK_UNKNOWN', sentence: `There is no account link "${link.id}".` });
        return requestOwnership(tx, { accountLinkId: link.id, asOf: deps.now() });
      },
      afterCommit: (ownership) => startOwnership(client, ownership),
    }));
  app.get('/v1/ownerships', operation('listOwnerships', { tag, summary: 'Verifications, oldest first', querystring: z.object({ ...pageQuery, ...OwnershipQuery, ...expandQuery(OWNERSHIP_EXPANSIONS) }), response: { 200: pageOf(ExpandedOwnership) } }), async (request) => {
    const { userId, accountLinkId, state, open, from, to } = request.query;
    const filter = defined({ userId: callerOf(request).ownUserId ?? userId, accountLinkId, state, open: asFlag(open), from, to });
    const page = await readPage<OwnershipRow>(request.query, (ownership) => ownership.id, (page) => listOwnerships(pool, { ...filter, ...page }));
    return { ...page, items: await expanded(request, pool, OWNERSHIP_EXPANSIONS, await readable(page.items)) };
  });
  app.get('/v1/ownerships/:ownershipId', operation('getOwnership', { tag, summary: 'A verification with its evidence', params: OwnershipParams, response: { 200: OwnershipWithEvidence } }), async (request) => {
    const ownership = await seen(request, request.params.ownershipId);
    const evidence = await listEvidence(pool, ownership.id);
    const contents = await openFields(deps.personal, pool, evidence.map(({ content }) => ({ userId: ownership.userId, fields: content })));
    return { ...(await readable([ownership]))[0]!, evidence: evidence.map((one, index) => ({ ...one, content: contents[index]! })) };
  });
  app.post('/v1/ownerships/:ownershipId/evidence', operation('giveEvidence', { tag, summary: 'Give evidence', params: OwnershipParams, body: NewEvidence, response: { 201: GivenEvidence } }), async (request, reply) => {
    const { kind, content } = request.body;
    const ownership = await seen(request, request.params.ownershipId);
    if (callerOf(request).ownUserId !== null && EVIDENCE_KINDS[kind].givenBy === 'operator') throw new Problem('EVIDENCE_BY_OPERATOR', `Evidence of kind ${kind} comes from an operator, not from the user.`, { status: 403 });
    return once(deps, request, reply, {
      status: 201,
      effect: (tx) => giveEvidence(tx, deps.personal, { ownershipId: ownership.id, kind, content, givenAt: deps.now() }),
      // It is stored: a workflow that cannot be told now finds it when it next looks at the row.
      afterCommit: (given) => startOwnership(client, given.ownership).then(() => tellEvidence(client, given.ownership.accountLinkId, { evidenceId: given.evidenceId, kind }))
        .catch((error: unknown) => request.log.warn({ err: error, ownershipId: ownership.id }, 'the workflow could not be told of evidence')),
    });
  });
  app.post('/v1/ownerships/:ownershipId/decide', operation('decideOwnership', { tag, summary: 'Confirm or reject', params: OwnershipParams, body: NewDecision, response: { 200: Ownership } }), async (request, reply) =>
    (await readable([await once(deps, request, reply, {
      status: 200,
      beforehand: async (asked) => {
        const ownership = await getOwnership(pool, request.params.ownershipId);
        const operatorId = callerOf(request).actor.principalId;
        await asked({ subject: { type: 'ownership', id: ownership.id }, before: ownership, userId: ownership.userId });
        if (ownership.decidedAt === null) await startOwnership(client, ownership);
        const { decision } = request.body;
        const { sealed } = await sealFields(personal, pool, ownership.userId, { reason: request.body.reason });
        await decideOwnershipInWorkflow(client, ownership.accountLinkId, { decision, reason: sealed!, operatorId, ownershipId: ownership.id }, updateId(operatorId, request.headers['idempotency-key'] as string));
      },
      effect: (tx) => getOwnership(tx, request.params.ownershipId),
    })]))[0]!);
}
