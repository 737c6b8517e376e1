import type { Tx } from '../../db/connection.ts';
import { changePerson, findPersonByMail, isOperator, lockPerson, mailIndexOf, type Person } from '../../db/stores/persons.ts';
import { openSession, seenBefore } from '../../db/stores/sessions.ts';
import { agentFamily } from '../../domain/identity/agent.ts';
import { Problem } from '../../domain/problem.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { addressGuard, attempt, codeGuard } from '../identity/attempts.ts';
import { limited } from '../identity/limited.ts';
import { hashPassword, isDated, passwordIs } from '../identity/passwords.ts';
import { takeCode } from '../identity/secondFactor.ts';
import { setSessionCookie } from '../identity/sessionCookie.ts';
import { actorOf } from '../identity/signedIn.ts';
import { tell } from '../identity/tell.ts';
import { personView, sessionView } from '../identity/views.ts';
import { operation } from '../operation.ts';
import { networkOf } from '../plugins/audit.ts';
import { once } from '../plugins/idempotency.ts';
import { SignedIn, SignIn } from '../schemas/identity.ts';

/** The same for an unknown address, a wrong password, an address not yet confirmed and a closed account. */
const failed = (): Problem => new Problem('SIGN_IN_FAILED', 'The mail address or the password is wrong, or the address is not confirmed yet.', { status: 401 });

/** Signing in: the password, then the second factor of who has one, in one request. */
export function signInRoutes(app: Api, deps: ApiDeps): void {
  const { pool, personal, now } = deps;

  app.post('/v1/sign-in', limited(operation('signIn', {
    tag: 'Sign in', summary: 'Open a session', body: SignIn, response: { 200: SignedIn },
    description: 'Sets the cookie `__Host-cashback`. Where the person has a second factor and no `code` is sent, the answer is 401 SECOND_FACTOR_NEEDED: send all again with it. An operator without one gets a session that can only enrol it.',
  })), async (request, reply) => {
    const { mail, password, code } = request.body;
    const mailIndex = mailIndexOf(personal, mail);
    const found = await findPersonByMail(pool, mailIndex);
    return attempt(deps, request, { subject: addressGuard(mailIndex), who: found, refusals: ['SIGN_IN_FAILED'] }, async () => {
      const right = await passwordIs(found?.state === 'active' ? found.passwordHash : null, password);
      if (found === null || !right) throw failed();
      if (found.totpSecret !== null && code === undefined) {
        throw new Problem('SECOND_FACTOR_NEEDED', 'Send the request again with `code`: what your authenticator app shows, or a recovery code.', { status: 401 });
      }
      const dearer = isDated(found.passwordHash!) ? await hashPassword(password) : null;
      let token = '';
      const enter = () => once(deps, request, reply, {
        status: 200,
        effect: async (tx, audit) => {
          const who = await lockPerson(tx, found.id);
          // The password may have been changed, or the person closed, while it was checked.
          if (who.state !== 'active' || who.passwordHash !== found.passwordHash) throw failed();
          if (who.totpSecret !== null) await takeCode(tx, deps, who, code ?? '');
          if (dearer !== null) await changePerson(tx, who.id, { passwordHash: dearer });
          const opened = await open(tx, who, { network: networkOf(request.ip), agent: agentFamily(request.headers['user-agent']) });
          token = opened.token;
          audit.actor = { ...actorOf(who), kind: 'session', id: opened.session.id };
          audit.subject = { type: 'session', id: opened.session.id };
          audit.userId = who.userId;
          const next = isOperator(who.role) && who.totpSecret === null ? 'enrol_second_factor' as const : null;
          return { session: sessionView(opened.session), person: await personView(tx, deps, who), next };
        },
      });
      const answer = found.totpSecret === null ? await enter() : await attempt(deps, request, { subject: codeGuard(found.id), who: found, refusals: ['CODE_WRONG'] }, enter);
      setSessionCookie(reply, token, answer.session.expiresAt);
      return answer;
    });
  });

  async function open(tx: Tx, who: Person, place: { network: string | null; agent: string }) {
    const known = await seenBefore(tx, who.id, place.network, place.agent);
    const opened = await openSession(tx, { person: who, secondFactor: who.totpSecret !== null, ...place, at: now() });
    if (known === false) await tell(tx, who, 'sign_in_new_place', { sessionId: opened.session.id, agent: place.agent, network: place.network ?? '' }, now(), opened.session.id);
    return opened;
  }
}
