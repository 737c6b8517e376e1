import { z } from 'zod';
import { decisionsOf } from '../../db/stores/payoutDecisions.ts';
import { readPayout } from '../../db/stores/payouts.ts';
import { normaliseInstant } from '../../domain/instant.ts';
import { contradicts } from '../../domain/payouts/decidable.ts';
import { Problem } from '../../domain/problem.ts';
import { PAYOUT_OUTCOME } from '../changes/payoutChanges.ts';
import { afterSubmit, submitChange } from '../changes/submit.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { callerOf } from '../plugins/auth.ts';
import { once } from '../plugins/idempotency.ts';
import { Change } from '../schemas/changes.ts';
import { idIn } from '../schemas/common.ts';
import { pageOf, pageQuery, readPage } from '../schemas/paging.ts';
import { NewPayoutDecision, PayoutDecision } from '../schemas/rails.ts';

/** What operators decide, with proof, about payouts that nobody knows the outcome of. */
export function payoutDecisionRoutes(app: Api, deps: ApiDeps): void {
  const { pool, personal, rails } = deps;
  const tag = 'Payouts';
  const params = z.object({ payoutId: idIn('pay') });

  app.post('/v1/payouts/:payoutId/decision', operation('decidePayout', {
    tag, summary: 'Say, with proof, what became of a payout of unknown outcome', params, body: NewPayoutDecision, response: { 201: PayoutDecision, 202: Change },
    description: 'A second operator agrees. The rail is asked first: what it says itself is never overruled. `not_executed` only where what was sent can no longer be executed by what the rail guarantees.',
  }), async (request, reply) => {
    const { payoutId } = request.params;
    const { executedAt, ...said } = request.body;
    if ((said.outcome === 'executed') !== (executedAt !== null)) throw new Problem('PAYOUT_DECISION_INVALID', 'Give executedAt for an executed payout, and only for one.', { status: 422, at: { field: 'executedAt' } });
    const { payout } = await readPayout(pool, payoutId);
    const guarantees = rails.guarantees(payout.rail);
    if (guarantees === null) throw new Problem('RAIL_UNKNOWN', `The rail ${payout.rail} is not configured here, so what it guarantees is not known.`, { status: 409 });
    // Asked while no connection is held; a rail that is away says nothing, which is what the decision is for.
    const answer = await rails.askAbout({ pool, personal }, payoutId).catch(() => null);
    const subject = { type: 'payout', id: payoutId };
    return once<PayoutDecision | Change>(deps, request, reply, {
      status: 201,
      effect: async (tx, audit) => {
        const { attempt } = await readPayout(tx, payoutId, true);
        const by = callerOf(request).actor.principalId;
        const { honoursKeysForSeconds, provesNonExecution, settlesWithinSeconds } = guarantees;
        // Of one that it executed after it had said that it would not, that it has not is no longer believed.
        const isBelieved = (attempt?.reopenedAt ?? null) === null || said.outcome === 'not_executed';
        const why = answer === null || !isBelieved ? null : contradicts(answer, said.outcome, guarantees);
        if (why !== null) throw new Problem('RAIL_CONTRADICTS', `This contradicts the rail's own word: ${why}. Its answer is taken up by itself.`, { status: 409, facts: { answer: answer!.kind } });
        return submitChange({ deps, request, tx, audit: Object.assign(audit, { userId: payout.userId, subject }) }, PAYOUT_OUTCOME, {
          subject, payload: { attemptId: attempt?.id ?? '', ...said, executedAt: executedAt === null ? null : normaliseInstant(executedAt), by, terms: { honoursKeysForSeconds, provesNonExecution, settlesWithinSeconds } },
        });
      },
      afterCommit: (body) => afterSubmit(deps, PAYOUT_OUTCOME, subject, body as never),
    });
  });
  app.get('/v1/payouts/:payoutId/decisions', operation('listPayoutDecisions', { tag, summary: 'What operators decided about a payout', params, querystring: z.object(pageQuery), response: { 200: pageOf(PayoutDecision) } }), async (request) => {
    await readPayout(pool, request.params.payoutId);
    return readPage(request.query, ({ id }) => id, async ({ after, limit }) => (await decisionsOf(pool, request.params.payoutId)).filter(({ id }) => after === undefined || id > after).slice(0, limit));
  });
}

type PayoutDecision = z.output<typeof PayoutDecision>;
type Change = z.output<typeof Change>;
