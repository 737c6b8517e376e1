import { drizzle } from 'drizzle-orm/node-postgres';
import type { FastifyRequest } from 'fastify';
import { findApiKey, type ApiKey } from '../../db/stores/apiKeys.ts';
import { Problem } from '../../domain/problem.ts';
import { accessOf } from '../access.ts';
import type { Api, ApiDeps } from '../deps.ts';

export interface Caller {
  key: ApiKey;
  /** The only user whose objects this request may see; null where it may see everybody's. */
  ownUserId: string | null;
}

declare module 'fastify' {
  interface FastifyRequest { caller: Caller | null }
}

/** Judges every request by its key and the access table; a route without an entry in the table cannot be registered. */
export function installAuth(app: Api, deps: ApiDeps): void {
  const db = drizzle(deps.pool);
  app.decorateRequest('caller', null);
  app.addHook('onRoute', (route) => {
    const schema = route.schema as { operationId?: string; hide?: boolean } | undefined;
    if (schema?.hide) return;
    if (schema?.operationId === undefined || accessOf(schema.operationId) === undefined) {
      throw new Error(`The route ${String(route.method)} ${route.url} (${schema?.operationId ?? 'no operationId'}) has no entry in api/access.ts`);
    }
  });
  app.addHook('onRequest', async (request) => {
    const access = accessOf(request.routeOptions.schema?.operationId ?? '');
    if (access === undefined || access === 'public') return;
    const key = await authenticate(request, (text) => findApiKey(db, text), deps.now());
    const own = access.own.includes(key.role);
    if (!own && !access.any.includes(key.role)) {
      throw new Problem('ROLE_NOT_ALLOWED', `The role ${key.role} may not do this.`, { status: 403 });
    }
    if (access.scope !== '' && !key.scopes.includes('*') && !key.scopes.includes(access.scope)) {
      throw new Problem('SCOPE_MISSING', `This key lacks the scope ${access.scope}.`, { status: 403, facts: { scope: access.scope } });
    }
    request.caller = { key, ownUserId: own ? key.userId : null };
  });
}

async function authenticate(request: FastifyRequest, find: (key: string) => Promise<ApiKey | null>, now: string): Promise<ApiKey> {
  const text = /^Bearer ([\x21-\x7e]{1,200})$/i.exec(request.headers.authorization ?? '')?.[1];
  if (text === undefined) throw new Problem('API_KEY_MISSING', 'Send an API key as "Authorization: Bearer …".', { status: 401 });
  const key = await find(text);
  if (key === null) throw new Problem('API_KEY_INVALID', 'This API key is not known.', { status: 401 });
  if (key.revokedAt !== null) throw new Problem('API_KEY_REVOKED', 'This API key was revoked.', { status: 401 });
  if (key.expiresAt !== null && key.expiresAt <= now) throw new Problem('API_KEY_EXPIRED', 'This API key has expired.', { status: 401 });
  return key;
}

/** Who calls; only for operations that are not public. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null) throw new Error('A public operation has no caller');
  return request.caller;
}

/**
 * Answers as for an id that does not exist where the object belongs to somebody else: nobody learns that it is there.
 * `unknown` is what the store throws for such an id.
 */
export function requireOwn(request: FastifyRequest, ownerId: string, unknown: { code: string; sentence: string }): void {
  const { ownUserId } = callerOf(request);
  if (ownUserId !== null && ownUserId !== ownerId) throw new Problem(unknown.code, unknown.sentence, { status: 404 });
}
