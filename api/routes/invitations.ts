import { requireRealToken, useMailToken, voidMailTokens } from '../../db/stores/mailTokens.ts';
import { changePerson, lockPerson } from '../../db/stores/persons.ts';
import { checkPassword } from '../../domain/identity/passwordRules.ts';
import { Problem } from '../../domain/problem.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { limited } from '../identity/limited.ts';
import { hashPassword } from '../identity/passwords.ts';
import { actorOf } from '../identity/signedIn.ts';
import { personView } from '../identity/views.ts';
import { operation } from '../operation.ts';
import { once } from '../plugins/idempotency.ts';
import { NewPassword, Person } from '../schemas/identity.ts';

/** What an invited operator does with the link. */
export function invitationRoutes(app: Api, deps: ApiDeps): void {
  const { personal, now } = deps;

  app.post('/v1/operators/accept', limited(operation('acceptInvitation', { tag: 'Operators', summary: 'Accept an invitation by setting a password', body: NewPassword, response: { 200: Person } })), async (request, reply) => {
    const { token, password } = request.body;
    requireRealToken(personal, 'invitation', token);
    const passwordHash = await hashPassword(password);
    return once(deps, request, reply, {
      status: 200,
      effect: async (tx, audit) => {
        const { personId } = await useMailToken(tx, personal, 'invitation', token, now());
        const who = await lockPerson(tx, personId);
        if (who.state !== 'unconfirmed') throw new Problem('LINK_INVALID', 'This invitation was accepted or withdrawn.', { at: { field: 'token' } });
        audit.actor = actorOf(who);
        checkPassword(password, (await personal.open(tx, who.id, who.mail)) ?? '');
        await voidMailTokens(tx, who.id, ['invitation'], now());
        return personView(tx, deps, await changePerson(tx, who.id, { state: 'active', passwordHash, passwordAt: now(), confirmedAt: now() }));
      },
    });
  });
}
