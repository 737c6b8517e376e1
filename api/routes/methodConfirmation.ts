import { drizzle } from 'drizzle-orm/node-postgres';
import type { Tx } from '../../db/connection.ts';
import { openedMethods } from '../../db/stores/destinations.ts';
import { useMailToken } from '../../db/stores/mailTokens.ts';
import { notify } from '../../db/stores/notifications.ts';
import { confirmPayoutMethod, disownPayoutMethod, getPayoutMethod, lockPayoutMethod, type PayoutMethod as StoredMethod } from '../../db/stores/payoutMethods.ts';
import { getPerson, lockPerson, personsOfUser } from '../../db/stores/persons.ts';
import { usableAfter } from '../../domain/payouts/destinations.ts';
import { Problem } from '../../domain/problem.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { attempt, personGuard } from '../identity/attempts.ts';
import { limited } from '../identity/limited.ts';
import { takeCode } from '../identity/secondFactor.ts';
import { actorOf } from '../identity/signedIn.ts';
import { operation } from '../operation.ts';
import { callerOf, requireOwn, type SignedInSession } from '../plugins/auth.ts';
import { once } from '../plugins/idempotency.ts';
import { LinkToken } from '../schemas/identity.ts';
import { DisownedMethod, MethodConfirmation, MethodParams, PayoutMethod } from '../schemas/users.ts';
import { method } from './payoutMethods.ts';

/** The user says that a payout method is his, or, by the link in the mail about it, that it is not. */
export function methodConfirmationRoutes(app: Api, deps: ApiDeps): void {
  const { pool, personal, now } = deps;
  const tag = 'Payout methods';

  app.post('/v1/payout-methods/:methodId/confirm', limited(operation('confirmPayoutMethod', {
    tag, summary: 'Confirm a method', description: 'By the link that was mailed, or with a code of the second factor. It is used once the cool-down is over; confirming it again changes nothing.', params: MethodParams, body: MethodConfirmation, response: { 200: PayoutMethod },
  })), async (request, reply) => {
    const { methodId } = request.params;
    const { token, code } = request.body;
    const { session } = callerOf(request);
    const found = await getPayoutMethod(drizzle(pool), methodId);
    requireOwn(request, found.userId, method(methodId));
    const confirm = () => once<StoredMethod>(deps, request, reply, {
      status: 200,
      effect: async (tx, audit) => {
        const before = await lockPayoutMethod(tx.db, methodId);
        audit.before = before;
        if (before.confirmedAt === null && before.removedAt === null) await proven(tx, before, { token, code, session });
        return confirmPayoutMethod(tx.db, methodId, { at: now(), usableFrom: usableAfter(now(), deps.config.coolDownHours) });
      },
    });
    const done = token !== undefined || code === undefined || session === null ? await confirm() : await attempt(deps, request, { subject: personGuard(session.personId), who: await getPerson(pool, session.personId), refusals: ['CODE_WRONG'] }, confirm);
    return (await openedMethods(personal, pool, [done], now()))[0]!;
  });

  app.post('/v1/payout-methods/disown', limited(operation('disownPayoutMethod', {
    tag, summary: 'Say by the mailed link that a method is not mine', description: 'It is removed at once, what was planned for it and has not left is given back instead, and operators are told. Works without signing in, for whoever reads the mail box.', body: LinkToken, response: { 200: DisownedMethod },
  })), (request, reply) => once(deps, request, reply, {
    status: 200,
    effect: async (tx, audit) => {
      const used = await useMailToken(tx, personal, 'disown_destination', request.body.token, now());
      const before = await lockPayoutMethod(tx.db, used.methodId!);
      audit.actor = actorOf(await getPerson(tx, used.personId));
      audit.subject = { type: 'payoutMethod', id: before.id };
      audit.userId = before.userId;
      audit.before = before;
      const after = await disownPayoutMethod(tx.db, before.id, now());
      await notify(tx, [{ eventId: `destination-disowned:${before.id}`, userId: null, kind: 'destination_disowned', at: now(), facts: { userId: before.userId, methodId: before.id, rail: before.rail } }]);
      return { id: after.id, removedAt: after.removedAt! };
    },
  }));

  /** Throws LINK_INVALID (422), CODE_WRONG (401), CONFIRMATION_NEEDED (422). */
  async function proven(tx: Tx, { id, userId }: StoredMethod, { token, code, session }: { token: string | undefined; code: string | undefined; session: SignedInSession | null }): Promise<void> {
    if (token !== undefined) {
      const used = await useMailToken(tx, personal, 'confirm_destination', token, now());
      if (used.methodId !== id) throw new Problem('LINK_INVALID', 'This link is about another payout method.', { at: { field: 'token' } });
    } else if (code !== undefined && session !== null) {
      await takeCode(tx, deps, await lockPerson(tx, session.personId), code);
    } else if (session !== null || (await personsOfUser(tx, userId)).some(({ state }) => state === 'active')) {
      throw new Problem('CONFIRMATION_NEEDED', 'Send `token`, of the link that was mailed when the method was added, or, signed in, `code` of your second factor.', { at: { field: 'token' } });
    }
  }
}
