import type { z } from 'zod';
import { requireRealToken, useMailToken, voidMailTokens } from '../../db/stores/mailTokens.ts';
import { changePerson, findPersonByMail, getPerson, lockPerson, mailIndexOf } from '../../db/stores/persons.ts';
import { revokeSessions } from '../../db/stores/sessions.ts';
import { clearAttempts } from '../../db/stores/signInGuards.ts';
import { checkPassword } from '../../domain/identity/passwordRules.ts';
import { Problem } from '../../domain/problem.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { addressGuard, attempt, personGuard } from '../identity/attempts.ts';
import { evenly } from '../identity/evenly.ts';
import { limited } from '../identity/limited.ts';
import { sendLink } from '../identity/links.ts';
import { hashPassword, passwordIs } from '../identity/passwords.ts';
import { actorOf, sessionOf } from '../identity/signedIn.ts';
import { tell } from '../identity/tell.ts';
import { personView, withoutMail } from '../identity/views.ts';
import { operation } from '../operation.ts';
import { once } from '../plugins/idempotency.ts';
import { Mailed, MailOnly, NewPassword, PasswordChange, Person } from '../schemas/identity.ts';

/** Passwords: forgotten, set by a mailed link, changed. A second factor stays what it is: a mail box alone opens no account that has one. */
export function passwordRoutes(app: Api, deps: ApiDeps): void {
  const { pool, personal, now } = deps;
  const tag = 'Sign in';

  app.post('/v1/passwords/forgot', limited(operation('forgotPassword', { tag, summary: 'Have a link mailed that sets a new password', body: MailOnly, response: { 202: Mailed } })), (request, reply) => evenly(() =>
    once(deps, request, reply, {
      status: 202,
      effect: async (tx, audit) => {
        audit.subject = { type: 'person', id: 'unknown' };
        const found = await findPersonByMail(tx, mailIndexOf(personal, request.body.mail));
        if (found?.state !== 'active') return { mailed: true as const };
        const who = await lockPerson(tx, found.id);
        audit.actor = actorOf(who);
        audit.subject = { type: 'person', id: who.id };
        await sendLink(tx, who, 'password_reset', { purpose: 'reset_password', at: now() });
        return { mailed: true as const };
      },
    })));

  app.post('/v1/passwords/reset', limited(operation('resetPassword', {
    tag, summary: 'Set a new password by the mailed link', description: 'Ends every session and lifts a lock. Sign in again, with the second factor if there is one.', body: NewPassword, response: { 200: Person },
  })), async (request, reply) => {
    const { token, password } = request.body;
    requireRealToken(personal, 'reset_password', token);
    const passwordHash = await hashPassword(password);
    return once(deps, request, reply, {
      status: 200,
      effect: async (tx, audit) => {
        const { personId } = await useMailToken(tx, personal, 'reset_password', token, now());
        const who = await lockPerson(tx, personId);
        if (who.state !== 'active') throw new Problem('LINK_INVALID', 'This account is closed.', { at: { field: 'token' } });
        audit.actor = actorOf(who);
        const view = await personView(tx, deps, who);
        checkPassword(password, view.mail ?? '');
        await voidMailTokens(tx, who.id, ['reset_password'], now());
        await changePerson(tx, who.id, { passwordHash, passwordAt: now() });
        await revokeSessions(tx, who.id, 'password_reset', now());
        await clearAttempts(tx, [...(who.mailIndex === null ? [] : [addressGuard(who.mailIndex)]), personGuard(who.id)]);
        await tell(tx, who, 'password_changed', {}, now());
        return view;
      },
    });
  });

  app.post('/v1/passwords/change', limited(operation('changePassword', { tag, summary: 'Change my password', description: 'Ends my other sessions.', body: PasswordChange, response: { 200: Person } })), async (request, reply) => {
    const { id, personId } = sessionOf(request);
    const { password, newPassword } = request.body;
    const found = await getPerson(pool, personId);
    checkPassword(newPassword, (await personView(pool, deps, found)).mail ?? '');
    return attempt(deps, request, { subject: personGuard(personId), who: found, refusals: ['PASSWORD_WRONG'] }, async () => {
      if (!(await passwordIs(found.passwordHash, password))) throw passwordWrong();
      const passwordHash = await hashPassword(newPassword);
      return once<z.output<typeof Person>>(deps, request, reply, {
        status: 200,
        kept: withoutMail,
        effect: async (tx) => {
          const who = await lockPerson(tx, personId);
          if (who.passwordHash !== found.passwordHash) throw passwordWrong();
          await voidMailTokens(tx, who.id, ['reset_password'], now());
          await revokeSessions(tx, who.id, 'password_changed', now(), id);
          await tell(tx, who, 'password_changed', {}, now());
          return personView(tx, deps, await changePerson(tx, who.id, { passwordHash, passwordAt: now() }));
        },
      });
    });
  });
}

export const passwordWrong = (): Problem => new Problem('PASSWORD_WRONG', 'This is not your present password.', { status: 401, at: { field: 'password' } });
