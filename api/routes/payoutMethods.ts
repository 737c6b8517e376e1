import type { Change as ChangeRow } from '../../db/stores/changes.ts';
import { drizzle } from 'drizzle-orm/node-postgres';
import { z } from 'zod';
import type { Tx } from '../../db/connection.ts';
import { type OpenedMethod, openedMethods } from '../../db/stores/destinations.ts';
import { ownTradingAccount } from '../../db/stores/ownTradingAccount.ts';
import { getPayoutMethod, lockPayoutMethod, type PayoutMethod as StoredMethod, payoutMethodsPage, removePayoutMethod, renamePayoutMethod } from '../../db/stores/payoutMethods.ts';
import { payeeVerdict, sealDestination } from '../../db/stores/payees.ts';
import { readProfile } from '../../db/stores/userProfiles.ts';
import { getUser } from '../../db/stores/users.ts';
import { Problem } from '../../domain/problem.ts';
import { addMethod, type AddedPayload, PAYOUT_METHOD } from '../changes/payoutMethodChanges.ts';
import { afterSubmit, isChange, submitChange } from '../changes/submit.ts';
import type { Api, ApiDeps, DestinationVerdict } from '../deps.ts';
import { operation } from '../operation.ts';
import { callerOf, requireOwn } from '../plugins/auth.ts';
import { requireMatch } from '../plugins/etag.ts';
import { once } from '../plugins/idempotency.ts';
import { Change } from '../schemas/changes.ts';
import { text } from '../schemas/common.ts';
import { asFlag, pageOf, pageQuery, readPage } from '../schemas/paging.ts';
import { MethodParams, MethodRenaming, NewPayoutMethod, PayoutMethod, UserParams } from '../schemas/users.ts';

const user = (id: string) => ({ code: 'USER_UNKNOWN', sentence: `There is no user "${id}".` });
export const method = (id: string) => ({ code: 'PAYOUT_METHOD_UNKNOWN', sentence: `There is no payout method "${id}".` });

/** Where a user's payouts go: the newest that is confirmed and has cooled down. */
export function payoutMethodRoutes(app: Api, deps: ApiDeps): void {
  const { pool, personal } = deps;
  const db = drizzle(pool);
  const tag = 'Payout methods';
  // What is kept of an answer stays sealed: it is read for the caller alone.
  const opened = async (stored: StoredMethod): Promise<OpenedMethod> => (await openedMethods(personal, pool, [stored], deps.now()))[0]!;

  app.post('/v1/users/:userId/payout-methods', operation('addPayoutMethod', {
    tag, summary: 'Add a payout method',
    description: 'The user is told by mail, also at an address that was changed within the cool-down. It is used once he has confirmed it and the cool-down after that is over; until then the one before it is. For one that an operator adds, a second operator agrees first, instead of the confirmation.',
    params: UserParams, body: NewPayoutMethod, response: { 201: PayoutMethod, 202: Change },
  }), async (request, reply) => {
    const { userId } = request.params;
    requireOwn(request, userId, user(userId));
    const subject = { type: 'user', id: userId };
    const done = await once<StoredMethod | ChangeRow>(deps, request, reply, {
      status: 201,
      effect: async (tx, audit) => {
        await getUser(tx.db, userId);
        const { rail, name } = request.body;
        const verdict = deps.rails.checkDestination(rail, request.body.destination);
        if (!verdict.ok) throw new Problem(verdict.code, verdict.reason, { at: { field: `destination.${verdict.field}` } });
        const tradingAccountId = await ownAccount(tx, userId, verdict);
        const payeeName = verdict.payeeName ?? null;
        // Locked: a profile that changes at the same time judges this method too.
        const profile = await readProfile(tx, personal, userId, true);
        const payload: AddedPayload = {
          rail, destination: await sealDestination(personal, tx, userId, verdict.destination, payeeName), payee: payeeVerdict(profile?.identity?.fullName ?? null, payeeName),
          name: name === null ? null : await personal.seal(tx, userId, name), tradingAccountId, coolDownHours: deps.config.coolDownHours,
        };
        if (callerOf(request).ownUserId !== null) return addMethod(tx, userId, payload, deps.now(), 'unconfirmed');
        audit.userId = userId;
        return submitChange({ deps, request, tx, audit }, PAYOUT_METHOD, { subject, payload });
      },
      afterCommit: (body) => afterSubmit(deps, PAYOUT_METHOD, subject, body),
    });
    return isChange(done) ? done : opened(done);
  });
  app.get('/v1/users/:userId/payout-methods', operation('listPayoutMethods', { tag, summary: 'Methods, newest first', params: UserParams, querystring: z.object({ ...pageQuery, removed: z.enum(['true', 'false']).default('false').meta({ description: 'Those that are no longer used instead of those in use.' }), rail: text(60).optional() }), response: { 200: pageOf(PayoutMethod) } }), async (request) => {
    requireOwn(request, request.params.userId, user(request.params.userId));
    await getUser(db, request.params.userId);
    const { rail, removed } = request.query;
    const found = await readPage<StoredMethod>(request.query, (one) => one.id, (page) => payoutMethodsPage(db, request.params.userId, { rail, removed: asFlag(removed) }, page));
    return { ...found, items: await openedMethods(personal, pool, found.items, deps.now()) };
  });
  app.get('/v1/payout-methods/:methodId', operation('getPayoutMethod', { tag, summary: 'A method', params: MethodParams, etag: true, response: { 200: PayoutMethod } }), async (request) => {
    const found = await getPayoutMethod(db, request.params.methodId);
    requireOwn(request, found.userId, method(found.id));
    return opened(found);
  });
  app.patch('/v1/payout-methods/:methodId', operation('renamePayoutMethod', { tag, summary: 'Name a method', description: 'Nothing else of it can be changed: add another one instead.', params: MethodParams, body: MethodRenaming, etag: true, ifMatch: 'optional', response: { 200: PayoutMethod } }), async (request, reply) =>
    opened(await once<StoredMethod>(deps, request, reply, {
      status: 200,
      effect: async (tx, audit) => {
        const before = await lockPayoutMethod(tx.db, request.params.methodId);
        requireOwn(request, before.userId, method(before.id));
        requireMatch(request, (await openedMethods(personal, tx, [before], deps.now()))[0], { optional: true });
        audit.before = before;
        const { name } = request.body;
        return renamePayoutMethod(tx.db, before.id, name === null ? null : await personal.seal(tx, before.userId, name));
      },
    })));
  app.delete('/v1/payout-methods/:methodId', operation('removePayoutMethod', { tag, summary: 'Stop using a method', description: 'A payout that was planned with it keeps it.', params: MethodParams, response: { 200: PayoutMethod } }), async (request, reply) =>
    opened(await once<StoredMethod>(deps, request, reply, {
      status: 200,
      effect: async (tx, audit) => {
        const found = await getPayoutMethod(tx.db, request.params.methodId);
        requireOwn(request, found.userId, method(found.id));
        audit.before = found;
        return removePayoutMethod(tx.db, found.id, deps.now());
      },
    })));

  /** Of a rail that pays into trading accounts: the user's own, verified one. Throws DESTINATION_NOT_OWN (422). */
  async function ownAccount(tx: Tx, userId: string, { tradingAccountOf: brokerId, destination }: Extract<DestinationVerdict, { ok: true }>): Promise<string | null> {
    if (brokerId === undefined) return null;
    const own = await ownTradingAccount(tx, { userId, brokerId, server: destination['server'] ?? '', login: destination['account'] ?? '', asOf: deps.now() });
    if (!own.ok) throw new Problem('DESTINATION_NOT_OWN', `This is not a verified trading account of the user's own: ${own.reason}`, { at: { field: 'destination.account' } });
    return own.tradingAccountId;
  }
}
