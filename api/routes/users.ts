import { drizzle } from 'drizzle-orm/node-postgres';
import { z } from 'zod';
import { changeUser, createUser, getUser, listUsers, lockUser } from '../../db/stores/users.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { requireOwn } from '../plugins/auth.ts';
import { requireMatch } from '../plugins/etag.ts';
import { once } from '../plugins/idempotency.ts';
import { text } from '../schemas/common.ts';
import { pageOf, pageQuery, readPage, timeQuery } from '../schemas/paging.ts';
import { NewUser, User, UserChange, UserParams } from '../schemas/users.ts';

/** Traders and partners. */
export function userRoutes(app: Api, deps: ApiDeps): void {
  const { pool } = deps;
  const db = drizzle(pool);
  const tag = 'Users';

  app.post('/v1/users', operation('createUser', { tag, summary: 'Add a user', body: NewUser, response: { 201: User } }), (request, reply) =>
    once(deps, request, reply, { status: 201, effect: (tx) => createUser(tx.db, { ...request.body, at: deps.now() }) }));
  app.get('/v1/users', operation('listUsers', { tag, summary: 'Users, oldest first', querystring: z.object({ ...pageQuery, externalId: text(200).optional(), status: User.shape.status.optional(), ...timeQuery('added') }), response: { 200: pageOf(User) } }), (request) =>
    readPage(request.query, (user) => user.id, (page) => listUsers(db, request.query, page)));
  app.get('/v1/users/:userId', operation('getUser', { tag, summary: 'A user', params: UserParams, etag: true, response: { 200: User } }), (request) => {
    requireOwn(request, request.params.userId, { code: 'USER_UNKNOWN', sentence: `There is no user "${request.params.userId}".` });
    return getUser(db, request.params.userId);
  });
  app.patch('/v1/users/:userId', operation('changeUser', { tag, summary: 'Suspend, reactivate or pin a tier', description: 'A suspended user is not paid; accruals go on.', params: UserParams, body: UserChange, etag: true, ifMatch: 'required', response: { 200: User } }), (request, reply) =>
    once(deps, request, reply, {
      status: 200,
      effect: async (tx, audit) => {
        const user = await lockUser(tx.db, request.params.userId);
        requireMatch(request, user);
        audit.before = user;
        audit.userId = request.params.userId;
        return changeUser(tx.db, request.params.userId, request.body);
      },
    }));
}
