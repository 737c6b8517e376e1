import type { Change as ChangeRow } from '../../db/stores/changes.ts';
import { drizzle } from 'drizzle-orm/node-postgres';
import { z } from 'zod';
import { addPayoutMethod, getPayoutMethod, type PayoutMethod as StoredMethod, payoutMethodsPage, removePayoutMethod } from '../../db/stores/payoutMethods.ts';
import { payeeVerdict, sealDestination } from '../../db/stores/payees.ts';
import { withDestinations } from '../../db/stores/sealedFields.ts';
import { readProfile } from '../../db/stores/userProfiles.ts';
import { getUser } from '../../db/stores/users.ts';
import { Problem } from '../../domain/problem.ts';
import { PAYOUT_METHOD } from '../changes/payoutMethodChanges.ts';
import { afterSubmit, isChange, submitChange } from '../changes/submit.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { callerOf, requireOwn } from '../plugins/auth.ts';
import { once } from '../plugins/idempotency.ts';
import { Change } from '../schemas/changes.ts';
import { idIn, text } from '../schemas/common.ts';
import { asFlag, pageOf, pageQuery, readPage } from '../schemas/paging.ts';
import { NewPayoutMethod, PayoutMethod, UserParams } from '../schemas/users.ts';

const user = (id: string) => ({ code: 'USER_UNKNOWN', sentence: `There is no user "${id}".` });

/** Where a user's payouts go; the newest is used. */
export function payoutMethodRoutes(app: Api, deps: ApiDeps): void {
  const { pool, personal } = deps;
  const db = drizzle(pool);
  const tag = 'Payout methods';
  // What is kept of an answer stays sealed: it is read for the caller alone.
  const opened = async <T extends { userId: string; destination: Record<string, string> }>(method: T) => (await withDestinations(personal, pool, [method]))[0]!;

  app.post('/v1/users/:userId/payout-methods', operation('addPayoutMethod', {
    tag, summary: 'Add a payout method', description: 'The newest is used. For one that an operator adds, a second operator agrees first.', params: UserParams, body: NewPayoutMethod, response: { 201: PayoutMethod, 202: Change },
  }), async (request, reply) => {
    const { userId } = request.params;
    requireOwn(request, userId, user(userId));
    const subject = { type: 'user', id: userId };
    const done = await once<StoredMethod | ChangeRow>(deps, request, reply, {
      status: 201,
      effect: async (tx, audit) => {
        await getUser(tx.db, userId);
        const verdict = deps.rails.checkDestination(request.body.rail, request.body.destination);
        if (!verdict.ok) throw new Problem(verdict.code, verdict.reason, { at: { field: `destination.${verdict.field}` } });
        const payeeName = verdict.payeeName ?? null;
        // Locked: a profile that changes at the same time judges this method too.
        const profile = await readProfile(tx, personal, userId, true);
        const destination = await sealDestination(personal, tx, userId, verdict.destination, payeeName);
        const method = { rail: request.body.rail, destination, payee: payeeVerdict(profile?.identity?.fullName ?? null, payeeName) };
        if (callerOf(request).ownUserId !== null) return addPayoutMethod(tx.db, { userId, ...method, at: deps.now() });
        audit.userId = userId;
        return submitChange({ deps, request, tx, audit }, PAYOUT_METHOD, { subject, payload: method });
      },
      afterCommit: (body) => afterSubmit(deps, PAYOUT_METHOD, subject, body),
    });
    return isChange(done) ? done : opened(done);
  });
  app.get('/v1/users/:userId/payout-methods', operation('listPayoutMethods', { tag, summary: 'Methods, newest first', params: UserParams, querystring: z.object({ ...pageQuery, removed: z.enum(['true', 'false']).default('false').meta({ description: 'Those that are no longer used instead of those in use.' }), rail: text(60).optional() }), response: { 200: pageOf(PayoutMethod) } }), async (request) => {
    requireOwn(request, request.params.userId, user(request.params.userId));
    await getUser(db, request.params.userId);
    const { rail, removed } = request.query;
    const found = await readPage<StoredMethod>(request.query, (method) => method.id, (page) => payoutMethodsPage(db, request.params.userId, { rail, removed: asFlag(removed) }, page));
    return { ...found, items: await withDestinations(personal, pool, found.items) };
  });
  app.delete('/v1/payout-methods/:methodId', operation('removePayoutMethod', { tag, summary: 'Stop using a method', params: z.object({ methodId: idIn('pmt') }), response: { 200: PayoutMethod } }), async (request, reply) =>
    opened(await once(deps, request, reply, {
      status: 200,
      effect: async (tx, audit) => {
        const method = await getPayoutMethod(tx.db, request.params.methodId);
        requireOwn(request, method.userId, { code: 'PAYOUT_METHOD_UNKNOWN', sentence: `There is no payout method "${method.id}".` });
        audit.before = method;
        return removePayoutMethod(tx.db, method.id, deps.now());
      },
    })));
}
