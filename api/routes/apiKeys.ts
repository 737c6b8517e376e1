import { drizzle } from 'drizzle-orm/node-postgres';
import { z } from 'zod';
import { type ApiKey as Key, createApiKey, getApiKey, listApiKeys, revokeApiKey, rotateApiKey } from '../../db/stores/apiKeys.ts';
import { getPerson } from '../../db/stores/persons.ts';
import { getUser } from '../../db/stores/users.ts';
import { hoursAfter } from '../../domain/identity/instants.ts';
import { normaliseInstant } from '../../domain/instant.ts';
import { Problem } from '../../domain/problem.ts';
import { scopesOf } from '../access.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { requireGrantable } from '../identity/grantable.ts';
import { tellKeyMade } from '../identity/keyMade.ts';
import { personView, sessionView } from '../identity/views.ts';
import { operation } from '../operation.ts';
import { type Caller, callerOf } from '../plugins/auth.ts';
import { once } from '../plugins/idempotency.ts';
import { idIn } from '../schemas/common.ts';
import { pageOf, pageQuery, readPage } from '../schemas/paging.ts';
import { ApiKey, CreatedApiKey, Me, NewApiKey, RotatedApiKey, Rotation } from '../schemas/users.ts';

interface Made { key: string | null; apiKey: Key }
const KeyParams = z.object({ keyId: idIn('key') });
/** A key stands for whoever made it, also through a chain of keys: two keys of one person are one person. */
const makerOf = ({ actor, session, key }: Caller) => ({ personId: session?.personId ?? key?.personId ?? null, principalId: actor.principalId });

/** Keys of programs, and who the caller is. */
export function apiKeyRoutes(app: Api, deps: ApiDeps): void {
  const { pool } = deps;
  const db = drizzle(pool);
  const tag = 'Access';

  app.post('/v1/api-keys', operation('createApiKey', { tag, summary: 'Make a key; it is shown once', description: 'An admin for anybody; a trader or partner for himself. Nobody gives a key more than he has.', body: NewApiKey, response: { 201: CreatedApiKey } }), (request, reply) => {
    const { role, scopes, expiresAt } = request.body;
    const caller = callerOf(request);
    const allowed = scopesOf(role);
    const foreign = scopes.find((scope) => scope !== '*' && !allowed.includes(scope));
    if (foreign !== undefined) throw new Problem('SCOPE_UNKNOWN', `The role ${role} has no use for the scope "${foreign}"; it can have ${allowed.join(', ')}, or *.`, { at: { field: 'scopes' } });
    requireGrantable(caller, request.body);
    if (expiresAt !== undefined && normaliseInstant(expiresAt) <= deps.now()) throw new Problem('API_KEY_EXPIRY', 'A key cannot expire in the past.', { at: { field: 'expiresAt' } });
    reply.header('cache-control', 'no-store');
    return once<Made>(deps, request, reply, {
      status: 201,
      kept: ({ apiKey }) => ({ key: null, apiKey }),
      effect: async (tx) => {
        const made = await createApiKey(tx.db, { ...request.body, userId: request.body.userId ?? caller.ownUserId, maker: makerOf(caller), at: deps.now() });
        await tellKeyMade(tx, made.apiKey, deps.now());
        return made;
      },
    });
  });
  app.get('/v1/api-keys', operation('listApiKeys', { tag, summary: 'Keys, oldest first', querystring: z.object(pageQuery), response: { 200: pageOf(ApiKey) } }), (request) =>
    readPage(request.query, (key) => key.id, (page) => listApiKeys(db, page, callerOf(request).ownUserId)));
  app.post('/v1/api-keys/:keyId/revoke', operation('revokeApiKey', { tag, summary: 'Revoke a key at once', params: KeyParams, response: { 200: ApiKey } }), (request, reply) =>
    once(deps, request, reply, { status: 200, effect: (tx) => revokeApiKey(tx.db, request.params.keyId, deps.now(), callerOf(request).ownUserId) }));
  app.post('/v1/api-keys/:keyId/rotate', operation('rotateApiKey', {
    tag, summary: 'Make a successor with the same rights', description: 'The old key goes on working for a while, so that programs can change over. The successor of a key that expires lives as long as that one was given.', params: KeyParams, body: Rotation, response: { 201: RotatedApiKey },
  }), (request, reply) => {
    const caller = callerOf(request);
    reply.header('cache-control', 'no-store');
    return once<Made & { replaced: Key }>(deps, request, reply, {
      status: 201,
      kept: (made) => ({ ...made, key: null }),
      effect: async (tx, audit) => {
        audit.subject = { type: 'apiKey', id: request.params.keyId };
        const old = await getApiKey(tx.db, request.params.keyId, caller.ownUserId);
        audit.before = old;
        requireGrantable(caller, old);
        const overlapUntil = hoursAfter(deps.now(), request.body.overlapHours);
        const made = await rotateApiKey(tx.db, old.id, { userId: caller.ownUserId, overlapUntil, at: deps.now(), maker: makerOf(caller) });
        await tellKeyMade(tx, made.apiKey, deps.now());
        return made;
      },
    });
  });
  app.get('/v1/me', operation('getMe', { tag, summary: 'Who the caller is and what he may do', response: { 200: Me } }), async (request) => {
    const { key, session, role, scopes, userId } = callerOf(request);
    const allowed = scopesOf(role);
    return {
      apiKey: key, session: session === null ? null : sessionView(session), person: session === null ? null : await personView(pool, deps, await getPerson(pool, session.personId)),
      role, user: userId === null ? null : await getUser(db, userId),
      allowedScopes: scopes.includes('*') ? allowed : allowed.filter((scope) => scopes.includes(scope)),
    };
  });
}
