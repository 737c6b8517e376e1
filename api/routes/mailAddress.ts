import { keepOldMail, useMailToken, voidMailTokens } from '../../db/stores/mailTokens.ts';
import { changePerson, findPersonByMail, lockMail, lockPerson, mailIndexOf } from '../../db/stores/persons.ts';
import { Problem } from '../../domain/problem.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { evenly } from '../identity/evenly.ts';
import { limited } from '../identity/limited.ts';
import { sendLink } from '../identity/links.ts';
import { actorOf, sessionOf } from '../identity/signedIn.ts';
import { tell } from '../identity/tell.ts';
import { personView } from '../identity/views.ts';
import { operation } from '../operation.ts';
import { once } from '../plugins/idempotency.ts';
import { LinkToken, Mailed, MailOnly, Person } from '../schemas/identity.ts';

/** Changing the address one signs in with: confirmed on the new one, told on the old one. */
export function mailAddressRoutes(app: Api, deps: ApiDeps): void {
  const { personal, now } = deps;
  const tag = 'Sign in';

  app.post('/v1/mail-address', limited(operation('changeMail', {
    tag, summary: 'Ask for another mail address', description: 'It counts once the link mailed to it is used; the present one is told at once. Answers the same for an address that somebody has.', body: MailOnly, response: { 202: Mailed },
  })), (request, reply) => evenly(() => once(deps, request, reply, {
    status: 202,
    effect: async (tx, audit) => {
      const { mail } = request.body;
      const who = await lockPerson(tx, sessionOf(request).personId);
      audit.subject = { type: 'person', id: who.id };
      const newMailIndex = mailIndexOf(personal, mail);
      const owner = await findPersonByMail(tx, newMailIndex);
      await tell(tx, who, 'mail_change_asked', {}, now());
      if (owner === null) await sendLink(tx, who, 'mail_confirmation', { purpose: 'change_mail', newMail: await personal.seal(tx, who.id, mail), newMailIndex, at: now() });
      else if (owner.id !== who.id) await tell(tx, owner, 'sign_up_known', {}, now(), now().slice(0, 13));
      return { mailed: true as const };
    },
  })));

  app.post('/v1/mail-address/confirm', limited(operation('confirmMailChange', { tag, summary: 'Confirm the new address by the mailed link', body: LinkToken, response: { 200: Person } })), (request, reply) =>
    once(deps, request, reply, {
      status: 200,
      effect: async (tx, audit) => {
        const used = await useMailToken(tx, personal, 'change_mail', request.body.token, now());
        await lockMail(tx, used.newMailIndex!);
        const who = await lockPerson(tx, used.personId);
        audit.actor = actorOf(who);
        // Who has clicked the link reads that mail box: he may know.
        if ((await findPersonByMail(tx, used.newMailIndex!)) !== null) throw new Problem('MAIL_TAKEN', 'Somebody signs in with this address already.', { status: 409 });
        if (who.state !== 'active') throw new Problem('LINK_INVALID', 'This account is closed.', { at: { field: 'token' } });
        await keepOldMail(tx, used.id, who.mail);
        // Links mailed to the old address must open nothing any more.
        await voidMailTokens(tx, who.id, ['change_mail', 'reset_password'], now());
        await tell(tx, who, 'mail_changed', { tokenId: used.id }, now());
        return personView(tx, deps, await changePerson(tx, who.id, { mail: used.newMail!, mailIndex: used.newMailIndex! }));
      },
    }));
}
