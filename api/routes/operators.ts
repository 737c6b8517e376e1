import { z } from 'zod';
import type { SqlSource, Tx } from '../../db/connection.ts';
import type { Change } from '../../db/stores/changes.ts';
import { keysMadeBy, revokeKeysOf } from '../../db/stores/apiKeys.ts';
import { voidMailTokens } from '../../db/stores/mailTokens.ts';
import { addPerson, anotherOperator, changePerson, everAnotherOperator, findPersonByMail, getPerson, isOperator, listOperators, lockMail, lockPerson, mailIndexOf, type Person } from '../../db/stores/persons.ts';
import { voidRecoveryCodes } from '../../db/stores/recoveryCodes.ts';
import { removeTotp } from '../../db/stores/secondFactors.ts';
import { revokeSessions } from '../../db/stores/sessions.ts';
import { lockedUntil } from '../../db/stores/signInGuards.ts';
import { Problem } from '../../domain/problem.ts';
import { type AppointedOperator, OPERATOR_ROLE, requireAnotherAdmin } from '../changes/operatorChanges.ts';
import { afterSubmit, isChange, submitChange } from '../changes/submit.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { addressGuard } from '../identity/attempts.ts';
import { tell } from '../identity/tell.ts';
import { personView, withoutMail } from '../identity/views.ts';
import { operation } from '../operation.ts';
import { callerOf } from '../plugins/auth.ts';
import { requireMatch } from '../plugins/etag.ts';
import { once } from '../plugins/idempotency.ts';
import { Change as ChangeBody } from '../schemas/changes.ts';
import { pageOf, pageQuery, readPage } from '../schemas/paging.ts';
import { ClosedOperator, NewOperator, Operator, OperatorChange, OperatorClosing, OperatorParams } from '../schemas/identity.ts';

type Scene = Parameters<typeof submitChange>[0];
type Shown = z.output<typeof Operator>;
type OperatorRole = z.output<typeof NewOperator>['role'];

/** The staff: invited by mail, given a role, closed. They are never removed: their acts bear their ids. */
export function operatorRoutes(app: Api, deps: ApiDeps): void {
  const { pool, personal, now } = deps;
  const tag = 'Operators';
  const view = async (source: SqlSource, who: Person) =>
    ({ ...await personView(source, deps, who), lockedUntil: who.mailIndex === null ? null : await lockedUntil(source, addressGuard(who.mailIndex), now()) });

  app.post('/v1/operators', operation('inviteOperator', {
    tag, summary: 'Invite an operator by mail', body: NewOperator, response: { 201: Operator, 202: ChangeBody },
    description: 'The link in the mail sets the password; the first sign-in enrols the second factor. A second operator agrees before the mail is sent, once there is one. Inviting an address again that has not accepted sends a new link. An API key may invite the first admin only.',
  }), (request, reply) => once<Shown | Change>(deps, request, reply, {
    status: 201,
    kept: withoutMail,
    effect: async (tx, audit) => {
      const { mail, role } = request.body;
      const caller = callerOf(request);
      if (caller.session === null && (role !== 'admin' || await anotherOperator(tx, '', ['admin']))) {
        throw new Problem('SESSION_NEEDED', 'An API key can invite the first admin only; from then on operators are invited by one who has signed in.', { status: 403 });
      }
      const mailIndex = mailIndexOf(personal, mail);
      await lockMail(tx, mailIndex);
      const known = await findPersonByMail(tx, mailIndex);
      if (known !== null && (known.state !== 'unconfirmed' || known.invitedBy === null)) throw new Problem('MAIL_TAKEN', 'Somebody signs in with this address already.', { status: 409, at: { field: 'mail' } });
      const who = known ?? (await addPerson(tx, personal, { mail, role, invitedBy: caller.actor.principalId, at: now() }))!;
      return appoint({ deps, request, tx, audit }, who, role);
    },
    afterCommit: (body) => afterSubmit<{ role: OperatorRole }, object>(deps, OPERATOR_ROLE, { type: 'person', id: body.id }, body),
  }));
  app.get('/v1/operators', operation('listOperators', { tag, summary: 'Operators, oldest first; also closed ones', querystring: z.object(pageQuery), response: { 200: pageOf(Operator) } }), async (request) => {
    const page = await readPage<Person>(request.query, (who) => who.id, (one) => listOperators(pool, one));
    return { ...page, items: await Promise.all(page.items.map((who) => view(pool, who))) };
  });
  app.get('/v1/operators/:personId', operation('getOperator', { tag, summary: 'An operator', params: OperatorParams, etag: true, response: { 200: Operator } }), async (request) =>
    view(pool, operator(await getPerson(pool, request.params.personId))));
  app.patch('/v1/operators/:personId', operation('changeOperator', {
    tag, summary: "Change an operator's role", description: 'A second operator agrees, once there is one. Counts from his next request; keys he made keep the role they have.', params: OperatorParams, body: OperatorChange, etag: true, ifMatch: 'required', response: { 200: Operator, 202: ChangeBody },
  }), (request, reply) => once<Shown | Change>(deps, request, reply, {
    status: 200,
    kept: withoutMail,
    effect: async (tx, audit) => {
      const who = await openOperator(tx, request.params.personId);
      requireMatch(request, await view(tx, who));
      audit.before = { role: who.role };
      return appoint({ deps, request, tx, audit }, who, request.body.role);
    },
    afterCommit: (body) => afterSubmit<{ role: OperatorRole }, object>(deps, OPERATOR_ROLE, { type: 'person', id: request.params.personId }, body),
  }));
  app.post('/v1/operators/:personId/close', operation('closeOperator', { tag, summary: "Close an operator's account", description: 'Ends his sessions and, unless they are to be kept, the keys he made.', params: OperatorParams, body: OperatorClosing, response: { 200: ClosedOperator } }), (request, reply) =>
    once<z.output<typeof ClosedOperator>>(deps, request, reply, {
      status: 200,
      kept: (body) => ({ ...body, operator: withoutMail(body.operator) }),
      effect: async (tx, audit) => {
        const who = await openOperator(tx, request.params.personId);
        audit.subject = { type: 'person', id: who.id };
        audit.before = { state: who.state, role: who.role };
        await requireAnotherAdmin(tx, who);
        await revokeSessions(tx, who.id, 'closed', now());
        await voidMailTokens(tx, who.id, ['invitation', 'reset_password', 'change_mail'], now());
        const revokedKeys = request.body.keys === 'revoke' ? await revokeKeysOf(tx.db, who.id, now()) : [];
        const keptKeys = await keysMadeBy(tx.db, who.id, now());
        return { operator: await view(tx, await changePerson(tx, who.id, { state: 'closed', closedAt: now(), mailIndex: null })), revokedKeys, keptKeys };
      },
    }));
  app.post('/v1/operators/:personId/reset-second-factor', operation('resetOperatorSecondFactor', { tag, summary: 'Take away a second factor that was lost', description: 'Ends his sessions; he enrols a new one when he signs in next. Not for oneself.', params: OperatorParams, response: { 200: Operator } }), (request, reply) =>
    once<Shown>(deps, request, reply, {
      status: 200,
      kept: withoutMail,
      effect: async (tx, audit) => {
        const who = await openOperator(tx, request.params.personId);
        audit.before = { secondFactor: who.totpSecret !== null };
        if (who.id === callerOf(request).session?.personId) throw new Problem('SECOND_FACTOR_OWN', 'Replace your own by POST /v1/second-factor.', { status: 422 });
        await removeTotp(tx, who.id);
        await voidRecoveryCodes(tx, who.id, now());
        await revokeSessions(tx, who.id, 'second_factor_reset', now());
        await tell(tx, who, 'second_factor_off', {}, now());
        return view(tx, await getPerson(tx, who.id));
      },
    }));

  /** At once where nobody else ever was here: the first operators of an installation. Whoever has closed the others asks for a key of `npm run operator-key`. */
  async function appoint(scene: Scene, who: Person, role: OperatorRole) {
    const { tx, audit, request } = scene;
    const subject = { type: 'person', id: who.id };
    const { session } = callerOf(request);
    // A key comes as far as this only where nobody is an admin yet.
    if (session !== null && await everAnotherOperator(tx, await getPerson(tx, session.personId))) {
      const done = await submitChange<{ role: OperatorRole }, AppointedOperator>(scene, OPERATOR_ROLE, { subject, payload: { role } });
      if (isChange(done)) return done;
    } else {
      audit.reason = 'There never was another operator who could have agreed.';
      await OPERATOR_ROLE.apply(tx, { role }, { subject, at: now() });
    }
    return view(tx, await getPerson(tx, who.id));
  }
}

/** Users' people are none of the operators' list. */
function operator(who: Person): Person {
  if (!isOperator(who.role)) throw new Problem('PERSON_UNKNOWN', `There is no person "${who.id}".`, { status: 404 });
  return who;
}

async function openOperator(tx: Tx, id: string): Promise<Person> {
  const who = operator(await lockPerson(tx, id));
  if (who.state === 'closed') throw new Problem('PERSON_CLOSED', 'This account is closed.', { status: 409 });
  return who;
}
