import { drizzle } from 'drizzle-orm/node-postgres';
import { z } from 'zod';
import { createApiKey, listApiKeys, revokeApiKey } from '../../db/stores/apiKeys.ts';
import { getUser } from '../../db/stores/users.ts';
import { normaliseInstant } from '../../domain/instant.ts';
import { Problem } from '../../domain/problem.ts';
import { scopesOf } from '../access.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { callerOf } from '../plugins/auth.ts';
import { once } from '../plugins/idempotency.ts';
import { idIn } from '../schemas/common.ts';
import { pageOf, pageQuery, readPage } from '../schemas/paging.ts';
import { ApiKey, CreatedApiKey, Me, NewApiKey } from '../schemas/users.ts';

/** Keys of programs, and who the caller is. */
export function apiKeyRoutes(app: Api, deps: ApiDeps): void {
  const { pool } = deps;
  const db = drizzle(pool);
  const tag = 'Access';

  app.post('/v1/api-keys', operation('createApiKey', { tag, summary: 'Make a key; it is shown once', body: NewApiKey, response: { 201: CreatedApiKey } }), (request, reply) => {
    const { role, scopes, expiresAt } = request.body;
    const allowed = scopesOf(role);
    const foreign = scopes.find((scope) => scope !== '*' && !allowed.includes(scope));
    if (foreign !== undefined) throw new Problem('SCOPE_UNKNOWN', `The role ${role} has no use for the scope "${foreign}"; it can have ${allowed.join(', ')}, or *.`, { at: { field: 'scopes' } });
    if (expiresAt !== undefined && normaliseInstant(expiresAt) <= deps.now()) throw new Problem('API_KEY_EXPIRY', 'A key cannot expire in the past.', { at: { field: 'expiresAt' } });
    reply.header('cache-control', 'no-store');
    return once(deps, request, reply, { status: 201, effect: (tx) => createApiKey(tx.db, { ...request.body, at: deps.now() }) });
  });
  app.get('/v1/api-keys', operation('listApiKeys', { tag, summary: 'Keys, oldest first', querystring: z.object(pageQuery), response: { 200: pageOf(ApiKey) } }), (request) =>
    readPage(request.query, (key) => key.id, (page) => listApiKeys(db, page)));
  app.post('/v1/api-keys/:keyId/revoke', operation('revokeApiKey', { tag, summary: 'Revoke a key at once', params: z.object({ keyId: idIn('key') }), response: { 200: ApiKey } }), (request, reply) =>
    once(deps, request, reply, { status: 200, effect: (tx) => revokeApiKey(tx.db, request.params.keyId, deps.now()) }));
  app.get('/v1/me', operation('getMe', { tag, summary: 'Who the key is and what it may do', response: { 200: Me } }), async (request) => {
    const { key, role, scopes, userId } = callerOf(request);
    const allowed = scopesOf(role);
    return {
      apiKey: key, role, user: userId === null ? null : await getUser(db, userId),
      allowedScopes: scopes.includes('*') ? allowed : allowed.filter((scope) => scopes.includes(scope)),
    };
  });
}
