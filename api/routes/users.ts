import { drizzle } from 'drizzle-orm/node-postgres';
import { z } from 'zod';
import type { Change as ChangeRow } from '../../db/stores/changes.ts';
import { createUser, getUser, listUsers, lockUser, type User as UserRow } from '../../db/stores/users.ts';
import { Problem } from '../../domain/problem.ts';
import { USER_SUSPENSION, USER_TIER } from '../changes/otherChanges.ts';
import { afterSubmit, submitChange } from '../changes/submit.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { requireOwn } from '../plugins/auth.ts';
import { requireMatch } from '../plugins/etag.ts';
import { once } from '../plugins/idempotency.ts';
import { text } from '../schemas/common.ts';
import { pageOf, pageQuery, readPage, timeQuery } from '../schemas/paging.ts';
import { Change } from '../schemas/changes.ts';
import { NewUser, User, UserChange, UserParams } from '../schemas/users.ts';

/** Traders and partners. */
export function userRoutes(app: Api, deps: ApiDeps): void {
  const { pool } = deps;
  const db = drizzle(pool);
  const tag = 'Users';
  /** What is kept of an answer outlives the user's erasure, so his name with the customer is read again for whoever repeats the request. */
  const nameless = <T extends object>(body: T): T => ('externalId' in body ? { ...body, externalId: '' } : body);
  const named = async <T extends { id: string }>(body: T): Promise<T> => ('externalId' in body ? { ...body, externalId: (await getUser(db, body.id)).externalId } : body);

  app.post('/v1/users', operation('createUser', { tag, summary: 'Add a user', body: NewUser, response: { 201: User } }), async (request, reply) =>
    named(await once(deps, request, reply, {
      status: 201,
      kept: nameless,
      effect: (tx) => {
        if (request.body.pinnedTier !== null && deps.config.twoPeople) throw new Problem('TIER_NEEDS_CHANGE', 'A pinned tier needs a second operator: add the user without it, then change him.', { at: { field: 'pinnedTier' } });
        return createUser(tx.db, { ...request.body, at: deps.now() });
      },
    })));
  app.get('/v1/users', operation('listUsers', { tag, summary: 'Users, oldest first', querystring: z.object({ ...pageQuery, externalId: text(200).optional(), status: User.shape.status.optional(), ...timeQuery('added') }), response: { 200: pageOf(User) } }), (request) =>
    readPage(request.query, (user) => user.id, (page) => listUsers(db, request.query, page)));
  app.get('/v1/users/:userId', operation('getUser', { tag, summary: 'A user', params: UserParams, etag: true, response: { 200: User } }), (request) => {
    requireOwn(request, request.params.userId, { code: 'USER_UNKNOWN', sentence: `There is no user "${request.params.userId}".` });
    return getUser(db, request.params.userId);
  });
  app.patch('/v1/users/:userId', operation('changeUser', { tag, summary: 'Suspend, reactivate or pin a tier', description: 'A suspended user is not paid; accruals go on.', params: UserParams, body: UserChange, etag: true, ifMatch: 'required', response: { 200: User, 202: Change } }), async (request, reply) => {
    const subject = { type: 'user', id: request.params.userId };
    return named(await once<UserRow | ChangeRow>(deps, request, reply, {
      status: 200,
      kept: nameless,
      effect: async (tx, audit) => {
        const user = await lockUser(tx.db, request.params.userId);
        requireMatch(request, user);
        audit.before = user;
        audit.userId = request.params.userId;
        const { status, pinnedTier } = request.body;
        const suspends = status !== undefined && status !== user.status;
        const pins = pinnedTier !== undefined && pinnedTier !== user.pinnedTier;
        if (suspends && pins && deps.config.twoPeople) throw new Problem('CHANGE_ONE_AT_A_TIME', 'A second operator decides about the suspension and about the tier one by one; send them as two requests.');
        const scene = { deps, request, tx, audit };
        const pinned = pins ? await submitChange(scene, USER_TIER, { subject, payload: { pinnedTier } }) : user;
        return suspends ? submitChange(scene, USER_SUSPENSION, { subject, payload: { status } }) : pinned;
      },
      afterCommit: (body) => afterSubmit<{ status: UserRow['status'] }, UserRow>(deps, USER_SUSPENSION, subject, body),
    }));
  });
}
