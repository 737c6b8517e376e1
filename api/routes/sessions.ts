import { getPerson, isOperator, lockPerson } from '../../db/stores/persons.ts';
import { openSessions, type Session as OpenSession, revokeSession, revokeSessions, stepUpSession } from '../../db/stores/sessions.ts';
import { Problem } from '../../domain/problem.ts';
import { z } from 'zod';
import type { Api, ApiDeps } from '../deps.ts';
import { attempt, personGuard } from '../identity/attempts.ts';
import { limited } from '../identity/limited.ts';
import { takeCode } from '../identity/secondFactor.ts';
import { clearSessionCookie } from '../identity/sessionCookie.ts';
import { sessionOf } from '../identity/signedIn.ts';
import { personView, sessionView } from '../identity/views.ts';
import { operation } from '../operation.ts';
import { once } from '../plugins/idempotency.ts';
import { pageOf, pageQuery, readPage } from '../schemas/paging.ts';
import { CodeOnly, Ended, Session, SessionParams, SignedIn } from '../schemas/identity.ts';

/** The sessions of who is signed in. */
export function sessionRoutes(app: Api, deps: ApiDeps): void {
  const { pool, now } = deps;
  const tag = 'Sign in';

  app.get('/v1/session', operation('getSession', { tag, summary: 'The session of this request', response: { 200: SignedIn } }), async (request) => {
    const session = sessionOf(request);
    const who = await getPerson(pool, session.personId);
    const next = isOperator(who.role) && !session.secondFactor ? 'enrol_second_factor' as const : null;
    return { session: sessionView(session), person: await personView(pool, deps, who), next };
  });
  app.post('/v1/session/sign-out', operation('signOut', { tag, summary: 'End this session', response: { 200: Session } }), async (request, reply) => {
    const { id, personId } = sessionOf(request);
    clearSessionCookie(reply);
    return once(deps, request, reply, { status: 200, effect: async (tx) => sessionView(await revokeSession(tx, personId, id, 'signed_out', now())) });
  });
  app.post('/v1/session/step-up', limited(operation('stepUp', {
    tag, summary: 'Give the second factor once more, for sensitive acts', description: 'Counts for ten minutes.', body: CodeOnly, response: { 200: Session },
  })), async (request, reply) => {
    const { id, personId } = sessionOf(request);
    const found = await getPerson(pool, personId);
    return attempt(deps, request, { subject: personGuard(personId), who: found, refusals: ['CODE_WRONG'] }, () => once(deps, request, reply, {
      status: 200,
      effect: async (tx) => {
        const who = await lockPerson(tx, personId);
        if (who.totpSecret === null) throw new Problem('SECOND_FACTOR_REQUIRED', 'You have no second factor yet: enrol one by POST /v1/second-factor.', { status: 403 });
        await takeCode(tx, deps, who, request.body.code);
        return sessionView(await stepUpSession(tx, id, now()));
      },
    }));
  });
  app.get('/v1/sessions', operation('listSessions', { tag, summary: 'My open sessions, latest first', querystring: z.object(pageQuery), response: { 200: pageOf(Session) } }), async (request) => {
    const page = await readPage<OpenSession>(request.query, (one) => one.id, (part) => openSessions(pool, sessionOf(request).personId, now(), part));
    return { ...page, items: page.items.map(sessionView) };
  });
  app.delete('/v1/sessions/:sessionId', operation('revokeSession', { tag, summary: 'End one of my sessions', params: SessionParams, response: { 200: Session } }), (request, reply) =>
    once(deps, request, reply, { status: 200, effect: async (tx) => sessionView(await revokeSession(tx, sessionOf(request).personId, request.params.sessionId, 'revoked', now())) }));
  app.post('/v1/sessions/revoke-others', operation('revokeOtherSessions', { tag, summary: 'End all my sessions but this one', response: { 200: Ended } }), (request, reply) =>
    once(deps, request, reply, {
      status: 200,
      effect: async (tx, audit) => {
        const { id, personId } = sessionOf(request);
        audit.subject = { type: 'person', id: personId };
        return { ended: await revokeSessions(tx, personId, 'revoked', now(), id) };
      },
    }));
}
