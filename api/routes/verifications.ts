import { z } from 'zod';
import type { Change as ChangeRow } from '../../db/stores/changes.ts';
import { decideVerification } from '../../db/stores/decideVerification.ts';
import { submitVerification } from '../../db/stores/submitVerification.ts';
import { findProfileState, putProfile, readProfile } from '../../db/stores/userProfiles.ts';
import { getUser, lockUser } from '../../db/stores/users.ts';
import { getVerification, latestVerification, listVerifications, type Verification as VerificationRow } from '../../db/stores/verifications.ts';
import { payoutReadiness } from '../../db/stores/payoutReadiness.ts';
import { VERIFICATION_TERMS } from '../../domain/verification/terms.ts';
import { Problem } from '../../domain/problem.ts';
import { drizzle } from 'drizzle-orm/node-postgres';
import { afterSubmit, submitChange } from '../changes/submit.ts';
import { VERIFICATION_OVERRIDE } from '../changes/verificationChanges.ts';
import { type Api, type ApiDeps, railTerms } from '../deps.ts';
import { operation } from '../operation.ts';
import { callerOf, requireOwn } from '../plugins/auth.ts';
import { etagOf, requireMatch } from '../plugins/etag.ts';
import { once } from '../plugins/idempotency.ts';
import { Change } from '../schemas/changes.ts';
import { idIn } from '../schemas/common.ts';
import { asFlag, defined, pageOf, pageQuery, readPage } from '../schemas/paging.ts';
import { UserParams } from '../schemas/users.ts';
import { NewSubmission, NewUserProfile, NewVerificationDecision, ProfileState, Readiness, UserProfile, Verification, VerificationQuery } from '../schemas/verification.ts';
import { verificationTouched } from '../workflowCalls.ts';

const unknownUser = (id: string) => ({ code: 'USER_UNKNOWN', sentence: `There is no user "${id}".` });

/** Who a user is. No answer that is kept, and no audit entry, holds his data: it is in the answers to GET alone. */
export function verificationRoutes(app: Api, deps: ApiDeps): void {
  const { pool, personal, client } = deps;
  const tag = 'Verification';

  app.put('/v1/users/:userId/profile', operation('putUserProfile', {
    tag, summary: 'Say who a user is', description: 'Kept encrypted. A change ends what was verified: the next payout waits for a new verification.', params: UserParams, body: NewUserProfile, etag: true, ifMatch: 'optional', response: { 200: ProfileState },
  }), (request, reply) => {
    const { userId } = request.params;
    requireOwn(request, userId, unknownUser(userId));
    return once(deps, request, reply, {
      status: 200,
      effect: async (tx, audit) => {
        await lockUser(tx.db, userId);
        const before = await findProfileState(tx, userId);
        requireMatch(request, before, { optional: true });
        audit.subject = { type: 'user', id: userId };
        audit.before = before;
        return putProfile(tx, personal, userId, request.body, deps.now());
      },
      // What ran for the old data looks at its row and ends.
      afterCommit: async () => {
        const latest = await latestVerification(pool, userId);
        if (latest?.state === 'expired' && latest.code === 'PROFILE_CHANGED') await verificationTouched(client, latest);
      },
    });
  });
  app.get('/v1/users/:userId/profile', operation('getUserProfile', { tag, summary: 'Who a user is', params: UserParams, etag: true, response: { 200: UserProfile } }), async (request, reply) => {
    const { userId } = request.params;
    requireOwn(request, userId, unknownUser(userId));
    await getUser(drizzle(pool), userId);
    const profile = await readProfile(pool, personal, userId);
    if (profile === null) throw new Problem('PROFILE_UNKNOWN', 'This user has no profile yet.', { status: 404 });
    // What a change answers and compares: never the personal data themselves.
    reply.header('etag', etagOf(profile.identity === null ? { ...profile.state, erased: true } : profile.state)).header('cache-control', 'private, no-cache');
    return { ...profile.state, ...(profile.identity ?? { fullName: null, country: null, dateOfBirth: null }) };
  });

  app.post('/v1/users/:userId/verification', operation('submitVerification', { tag, summary: 'Submit documents', params: UserParams, body: NewSubmission, response: { 201: Verification } }), (request, reply) => {
    const { userId } = request.params;
    requireOwn(request, userId, unknownUser(userId));
    return once(deps, request, reply, {
      status: 201,
      effect: async (tx) => {
        await getUser(tx.db, userId);
        return submitVerification(tx, personal, { userId, documents: request.body.documents, provider: deps.verification.providerId, at: deps.now() }, VERIFICATION_TERMS);
      },
      afterCommit: (verification) => verificationTouched(client, verification),
    });
  });
  app.get('/v1/users/:userId/verification', operation('getUserVerification', { tag, summary: "A user's newest verification", params: UserParams, response: { 200: Verification } }), async (request) => {
    const { userId } = request.params;
    requireOwn(request, userId, unknownUser(userId));
    const latest = await latestVerification(pool, userId);
    if (latest === null) throw new Problem('VERIFICATION_UNKNOWN', 'This user was never asked who he is.', { status: 404 });
    return latest;
  });
  app.get('/v1/verifications', operation('listVerifications', { tag, summary: 'Verifications, oldest first', querystring: z.object({ ...pageQuery, ...VerificationQuery }), response: { 200: pageOf(Verification) } }), (request) => {
    const { userId, state, open } = request.query;
    return readPage(request.query, (verification) => verification.id, (page) => listVerifications(pool, { ...defined({ userId, state, open: asFlag(open) }), ...page }));
  });
  app.get('/v1/verifications/:verificationId', operation('getVerification', { tag, summary: 'A verification', params: z.object({ verificationId: idIn('ver') }), response: { 200: Verification } }), (request) =>
    getVerification(pool, request.params.verificationId));
  app.post('/v1/verifications/:verificationId/decide', operation('decideVerification', {
    tag, summary: 'Approve or reject by hand', description: 'A second operator agrees to an approval; rejecting counts at once, also of an approved one. The reason is kept encrypted under the user.', params: z.object({ verificationId: idIn('ver') }), body: NewVerificationDecision, response: { 200: Verification, 202: Change },
  }), (request, reply) => {
    const subject = { type: 'verification', id: request.params.verificationId };
    return once<VerificationRow | ChangeRow>(deps, request, reply, {
      status: 200,
      effect: async (tx, audit) => {
        const row = await getVerification(tx, subject.id);
        const { decision, reason } = request.body;
        const by = callerOf(request).actor.principalId;
        audit.before = { state: row.state };
        audit.userId = row.userId;
        // His words may be about a person: they are sealed, not in the entry that is kept for ever.
        audit.reason = 'kept sealed with the verification';
        if (decision === 'rejected') return decideVerification(tx, personal, { verificationId: row.id, decision, reason, by, at: deps.now() });
        return submitChange({ deps, request, tx, audit }, VERIFICATION_OVERRIDE, { subject, payload: { decision, by, sealedReason: await personal.seal(tx, row.userId, reason) } });
      },
      afterCommit: (body) => afterSubmit(deps, VERIFICATION_OVERRIDE, subject, body),
    });
  });

  app.get('/v1/users/:userId/payout-readiness', operation('getPayoutReadiness', { tag, summary: 'Why a user would not be paid, and what to do', params: UserParams, response: { 200: Readiness } }), async (request) => {
    const { userId } = request.params;
    requireOwn(request, userId, unknownUser(userId));
    await getUser(drizzle(pool), userId);
    return payoutReadiness(pool, userId, deps.now(), callerOf(request).ownUserId === null ? 'operator' : 'user', railTerms(deps.rails));
  });
}
