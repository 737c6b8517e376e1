import { getAccrual } from '../../db/stores/accruals.ts';
import { placeHold, releaseHold } from '../../db/stores/holds.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { callerOf } from '../plugins/auth.ts';
import { once } from '../plugins/idempotency.ts';
import { Hold, NewHold, Release } from '../schemas/money.ts';
import { accrualTouched } from '../workflowCalls.ts';
import { AccrualParams } from './accruals.ts';

/** Stopping an accrual and letting it go on. */
export function holdRoutes(app: Api, deps: ApiDeps): void {
  const tag = 'Accruals';

  app.post('/v1/accruals/:accrualId/hold', operation('placeHold', { tag, summary: 'Hold an accrual', description: 'Pending money does not clear; of available money, what is still there moves to held.', params: AccrualParams, body: NewHold, response: { 201: Hold } }), (request, reply) =>
    once(deps, request, reply, {
      status: 201,
      effect: (tx) => placeHold(tx, { accrualId: request.params.accrualId, ...request.body, placedBy: callerOf(request).actor.principalId, at: deps.now() }),
      afterCommit: async (hold) => accrualTouched(deps.client, await getAccrual(deps.pool, hold.accrualId), { placed: { holdId: hold.id, reason: hold.reason } }),
    }));
  app.post('/v1/accruals/:accrualId/release', operation('releaseHold', { tag, summary: 'Lift a hold', description: 'After the last one the accrual clears at its time, or held money is available again.', params: AccrualParams, body: Release, response: { 200: Hold } }), (request, reply) =>
    once(deps, request, reply, {
      status: 200,
      effect: (tx) => releaseHold(tx, { accrualId: request.params.accrualId, holdId: request.body.holdId, releasedBy: callerOf(request).actor.principalId, at: deps.now() }),
      afterCommit: async (hold) => accrualTouched(deps.client, await getAccrual(deps.pool, hold.accrualId), { released: { holdId: hold.id } }),
    }));
}
