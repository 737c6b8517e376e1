import { drizzle } from 'drizzle-orm/node-postgres';
import type { FastifyRequest, RouteOptions } from 'fastify';
import { type ApiKey, findApiKey, type Role } from '../../db/stores/apiKeys.ts';
import type { Actor } from '../../db/stores/audit.ts';
import { Problem } from '../../domain/problem.ts';
import { accessOf } from '../access.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { OptionalIdempotencyHeaders } from '../operation.ts';

/** Who calls, by an API key or by a session. */
export interface Caller {
  actor: Actor;
  role: Role;
  scopes: readonly string[];
  /** The user that a trader or partner is. */
  userId: string | null;
  /** The only user whose objects this request may see; null where it may see everybody's. */
  ownUserId: string | null;
  /** Null where a person has signed in. */
  key: ApiKey | null;
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
    offerIdempotency(route);
    if (schema?.operationId === undefined || accessOf(schema.operationId) === undefined) {
      throw new Error(`The route ${String(route.method)} ${route.url} (${schema?.operationId ?? 'no operationId'}) has no entry in api/access.ts`);
    }
  });
  app.addHook('onRequest', async (request) => {
    const access = accessOf(request.routeOptions.schema?.operationId ?? '');
    if (access === undefined || access === 'public') return;
    const caller = await authenticate(request, (text) => findApiKey(db, text), deps.now());
    const own = access.own.includes(caller.role);
    if (!own && !access.any.includes(caller.role)) {
      throw new Problem('ROLE_NOT_ALLOWED', `The role ${caller.role} may not do this.`, { status: 403 });
    }
    if (access.scope !== '' && !caller.scopes.includes('*') && !caller.scopes.includes(access.scope)) {
      throw new Problem('SCOPE_MISSING', `This key lacks the scope ${access.scope}.`, { status: 403, facts: { scope: access.scope } });
    }
    request.caller = { ...caller, ownUserId: own ? caller.userId : null };
  });
}

/** Every change can be repeated safely where the caller sends a key; routes that move money demand one (operation.ts). */
function offerIdempotency(route: RouteOptions): void {
  const schema = route.schema as { operationId?: string; headers?: unknown } | undefined;
  if (route.method === 'GET' || schema?.operationId === undefined || schema.headers !== undefined || accessOf(schema.operationId) === 'public') return;
  schema.headers = OptionalIdempotencyHeaders;
}

async function authenticate(request: FastifyRequest, find: (key: string) => Promise<ApiKey | null>, now: string): Promise<Omit<Caller, 'ownUserId'>> {
  const text = /^Bearer ([\x21-\x7e]{1,200})$/i.exec(request.headers.authorization ?? '')?.[1];
  if (text === undefined) throw new Problem('API_KEY_MISSING', 'Send an API key as "Authorization: Bearer …".', { status: 401 });
  const key = await find(text);
  if (key === null) throw new Problem('API_KEY_INVALID', 'This API key is not known.', { status: 401 });
  if (key.revokedAt !== null) throw new Problem('API_KEY_REVOKED', 'This API key was revoked.', { status: 401 });
  if (key.expiresAt !== null && key.expiresAt <= now) throw new Problem('API_KEY_EXPIRED', 'This API key has expired.', { status: 401 });
  return { actor: { kind: 'api_key', id: key.id, principalId: key.id, role: key.role }, role: key.role, scopes: key.scopes, userId: key.userId, key };
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
