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
import { idIn } from '../schemas/common.ts';
import { pageOf, pageQuery, readPage } from '../schemas/paging.ts';
import { ApiKey, CreatedApiKey, Me, NewApiKey } from '../schemas/users.ts';

/** Keys of programs, and who the caller is. */
export function apiKeyRoutes(app: Api, { pool, now }: ApiDeps): void {
  const db = drizzle(pool);
  const tag = 'Access';

  app.post('/v1/api-keys', operation('createApiKey', { tag, summary: 'Make a key; it is shown once', body: NewApiKey, response: { 201: CreatedApiKey } }), async (request, reply) => {
    const { role, scopes, expiresAt } = request.body;
    const allowed = scopesOf(role);
    const foreign = scopes.find((scope) => scope !== '*' && !allowed.includes(scope));
    if (foreign !== undefined) throw new Problem('SCOPE_UNKNOWN', `The role ${role} has no use for the scope "${foreign}"; it can have ${allowed.join(', ')}, or *.`, { at: { field: 'scopes' } });
    if (expiresAt !== undefined && normaliseInstant(expiresAt) <= now()) throw new Problem('API_KEY_EXPIRY', 'A key cannot expire in the past.', { at: { field: 'expiresAt' } });
    reply.code(201).header('cache-control', 'no-store');
    return createApiKey(db, { ...request.body, at: now() });
  });
  app.get('/v1/api-keys', operation('listApiKeys', { tag, summary: 'Keys, oldest first', querystring: z.object(pageQuery), response: { 200: pageOf(ApiKey) } }), (request) =>
    readPage(request.query, (key) => key.id, (page) => listApiKeys(db, page)));
  app.post('/v1/api-keys/:keyId/revoke', operation('revokeApiKey', { tag, summary: 'Revoke a key at once', params: z.object({ keyId: idIn('key') }), response: { 200: ApiKey } }), (request) =>
    revokeApiKey(db, request.params.keyId, now()));
  app.get('/v1/me', operation('getMe', { tag, summary: 'Who the key is and what it may do', response: { 200: Me } }), async (request) => {
    const { key } = callerOf(request);
    const allowed = scopesOf(key.role);
    return {
      apiKey: key, user: key.userId === null ? null : await getUser(db, key.userId),
      allowedScopes: key.scopes.includes('*') ? allowed : allowed.filter((scope) => key.scopes.includes(scope)),
    };
  });
}
