import { z } from 'zod';
import { eraseUser } from '../../db/stores/eraseUser.ts';
import { decideScreening, getScreening, listScreenings } from '../../db/stores/screenings.ts';
import { latestVerification } from '../../db/stores/verifications.ts';
import { ERASURE_REMAINS } from '../../domain/verification/erasure.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { callerOf } from '../plugins/auth.ts';
import { once } from '../plugins/idempotency.ts';
import { idIn } from '../schemas/common.ts';
import { defined, pageOf, pageQuery, readPage } from '../schemas/paging.ts';
import { UserParams } from '../schemas/users.ts';
import { Erasure, NewErasure, NewScreeningDecision, Screening, ScreeningQuery } from '../schemas/verification.ts';
import { verificationTouched } from '../workflowCalls.ts';

/** For compliance: look-ups of users in lists, and the erasure of a user's personal data. */
export function screeningRoutes(app: Api, deps: ApiDeps): void {
  const { pool, personal, client } = deps;
  const tag = 'Screening';

  app.get('/v1/screenings', operation('listScreenings', { tag, summary: 'Screenings, oldest first', querystring: z.object({ ...pageQuery, ...ScreeningQuery }), response: { 200: pageOf(Screening) } }), (request) => {
    const { userId, state } = request.query;
    return readPage(request.query, (screening) => screening.id, (page) => listScreenings(pool, { ...defined({ userId, state }), ...page }));
  });
  app.get('/v1/screenings/:screeningId', operation('getScreening', { tag, summary: 'A screening', params: z.object({ screeningId: idIn('scr') }), response: { 200: Screening } }), (request) => getScreening(pool, request.params.screeningId));
  app.post('/v1/screenings/:screeningId/decide', operation('decideScreening', {
    tag, summary: 'Decide about a hit', description: 'The reason is kept encrypted under the user.', params: z.object({ screeningId: idIn('scr') }), body: NewScreeningDecision, response: { 200: Screening },
  }), (request, reply) =>
    once(deps, request, reply, {
      status: 200,
      effect: async (tx, audit) => {
        audit.before = { state: (await getScreening(tx, request.params.screeningId)).state };
        audit.reason = 'kept sealed with the screening';
        return decideScreening(tx, personal, { screeningId: request.params.screeningId, ...request.body, by: callerOf(request).actor.principalId, at: deps.now() });
      },
    }));

  app.post('/v1/users/:userId/erase', operation('erasePersonalData', {
    tag, summary: "Erase a user's personal data", description: 'For ever. Not while a payout is open, nor while money is owed unless said. The ledger is not touched; the answer lists what remains.', params: UserParams, body: NewErasure, response: { 200: Erasure },
  }), (request, reply) =>
    once(deps, request, reply, {
      status: 200,
      effect: async (tx, audit) => {
        audit.subject = { type: 'user', id: request.params.userId };
        const done = await eraseUser(tx, personal, { userId: request.params.userId, evenIfOwed: request.body.evenIfOwed, at: deps.now() });
        return { ...done, remains: [...ERASURE_REMAINS] };
      },
      afterCommit: async () => {
        const latest = await latestVerification(pool, request.params.userId);
        if (latest?.code === 'ERASED') await verificationTouched(client, latest);
      },
    }));
}
