import type { Tx } from '../../db/connection.ts';
import { pendingSignUp, useMailToken, voidMailTokens } from '../../db/stores/mailTokens.ts';
import { addPerson, changePerson, findPersonByMail, lockMail, lockPerson, mailIndexOf, type Person } from '../../db/stores/persons.ts';
import { createUser } from '../../db/stores/users.ts';
import { checkPassword } from '../../domain/identity/passwordRules.ts';
import { newId } from '../../domain/ids.ts';
import { Problem } from '../../domain/problem.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { evenly } from '../identity/evenly.ts';
import { limited } from '../identity/limited.ts';
import { sendLink } from '../identity/links.ts';
import { hashPassword } from '../identity/passwords.ts';
import { actorOf } from '../identity/signedIn.ts';
import { tell } from '../identity/tell.ts';
import { personView } from '../identity/views.ts';
import { operation } from '../operation.ts';
import { once } from '../plugins/idempotency.ts';
import { LinkToken, Mailed, MailOnly, Person as PersonBody, SignUp } from '../schemas/identity.ts';

const MAILED = { mailed: true } as const;

/** Signing up, and confirming the address by the mailed link. No answer here tells whether an address is known. */
export function signUpRoutes(app: Api, deps: ApiDeps): void {
  const { personal, now } = deps;
  const tag = 'Sign in';

  app.post('/v1/sign-up', limited(operation('signUp', {
    tag, summary: 'Sign up as a trader or partner', description: 'The link in the mail confirms the address; then the password works. Answers the same for an address that is known: its owner gets a mail instead.',
    body: SignUp, response: { 202: Mailed },
  })), (request, reply) => evenly(async () => {
    const { mail, password, role } = request.body;
    checkPassword(password, mail);
    const passwordHash = await hashPassword(password);
    return once(deps, request, reply, {
      status: 202,
      effect: async (tx, audit) => {
        const mailIndex = mailIndexOf(personal, mail);
        await lockMail(tx, mailIndex);
        const known = await findPersonByMail(tx, mailIndex);
        const who = known ?? await newUserPerson(tx, mail, role);
        audit.actor = actorOf(who);
        audit.subject = { type: 'person', id: who.id };
        // At most once an hour: nobody's mail box is filled by somebody who types his address.
        if (who.state === 'active' || known?.invitedBy != null) await tell(tx, who, 'sign_up_known', {}, now(), now().slice(0, 13));
        else await sendLink(tx, who, 'sign_up', { purpose: 'confirm_mail', passwordHash, at: now() });
        return MAILED;
      },
    });
  }));

  app.post('/v1/sign-up/confirm', limited(operation('confirmSignUp', { tag, summary: 'Confirm the address by the mailed link', body: LinkToken, response: { 200: PersonBody } })), (request, reply) =>
    once(deps, request, reply, {
      status: 200,
      effect: async (tx, audit) => {
        const used = await useMailToken(tx, personal, 'confirm_mail', request.body.token, now());
        const who = await lockPerson(tx, used.personId);
        if (who.state !== 'unconfirmed') throw new Problem('LINK_INVALID', 'This account was confirmed already, or is closed.', { at: { field: 'token' } });
        audit.actor = actorOf(who);
        await voidMailTokens(tx, who.id, ['confirm_mail'], now());
        // The password of the same sign-up: somebody else who typed this address has set nothing.
        return personView(tx, deps, await changePerson(tx, who.id, { state: 'active', passwordHash: used.passwordHash, passwordAt: now(), confirmedAt: now() }));
      },
    }));

  app.post('/v1/sign-up/resend', limited(operation('resendConfirmation', { tag, summary: 'Send the link of a sign-up again', body: MailOnly, response: { 202: Mailed } })), (request, reply) => evenly(() =>
    once(deps, request, reply, {
      status: 202,
      effect: async (tx, audit) => {
        audit.subject = { type: 'person', id: 'unknown' };
        const found = await findPersonByMail(tx, mailIndexOf(personal, request.body.mail));
        if (found?.state !== 'unconfirmed') return MAILED;
        const who = await lockPerson(tx, found.id);
        audit.actor = actorOf(who);
        audit.subject = { type: 'person', id: who.id };
        const passwordHash = await pendingSignUp(tx, who.id, now());
        if (passwordHash !== null) await sendLink(tx, who, 'mail_confirmation', { purpose: 'confirm_mail', passwordHash, at: now() });
        return MAILED;
      },
    })));

  /** The user a trader or partner is, made with him; programs know him by the person's id. */
  async function newUserPerson(tx: Tx, mail: string, role: 'trader' | 'partner'): Promise<Person> {
    const id = newId('person');
    const user = await createUser(tx.db, { externalId: id, at: now() });
    return (await addPerson(tx, personal, { id, mail, role, userId: user.id, at: now() }))!;
  }
}
