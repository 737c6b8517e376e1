import { drizzle } from 'drizzle-orm/node-postgres';
import type { FastifyRequest, RouteOptions } from 'fastify';
import { type ApiKey, apiKeyUsed, findApiKey, type Role } from '../../db/stores/apiKeys.ts';
import type { Actor } from '../../db/stores/audit.ts';
import { isOperator } from '../../db/stores/persons.ts';
import { endsAt, findSession, type Session, sessionSeen } from '../../db/stores/sessions.ts';
import { Problem } from '../../domain/problem.ts';
import { type Access, accessOf } from '../access.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { requireSameOrigin } from '../identity/sameOrigin.ts';
import { sessionToken } from '../identity/sessionCookie.ts';
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
  /** Null where a program sends a key. */
  session: SignedInSession | null;
}
export interface SignedInSession extends Session {
  /** The person has a second factor. */
  enrolled: boolean;
}

declare module 'fastify' {
  interface FastifyRequest { caller: Caller | null }
}

/** Judges every request by its key and the access table; a route without an entry in the table cannot be registered. */
export function installAuth(app: Api, deps: ApiDeps): void {
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
    const caller = await authenticate(request, deps);
    const own = access.own.includes(caller.role);
    if (!own && !access.any.includes(caller.role)) {
      throw new Problem('ROLE_NOT_ALLOWED', `The role ${caller.role} may not do this.`, { status: 403 });
    }
    if (access.scope !== '' && !caller.scopes.includes('*') && !caller.scopes.includes(access.scope)) {
      throw new Problem('SCOPE_MISSING', `This key lacks the scope ${access.scope}.`, { status: 403, facts: { scope: access.scope } });
    }
    if (caller.session === null) requireNoSession(access);
    else requireFactor(access, caller.role, caller.session, deps.now());
    request.caller = { ...caller, ownUserId: own ? caller.userId : null };
  });
}

/** Every change can be repeated safely where the caller sends a key; routes that move money demand one (operation.ts). */
function offerIdempotency(route: RouteOptions): void {
  const schema = route.schema as { operationId?: string; headers?: unknown } | undefined;
  if (route.method === 'GET' || schema?.operationId === undefined || schema.headers !== undefined || accessOf(schema.operationId) === 'public') return;
  schema.headers = OptionalIdempotencyHeaders;
}

/** A key acts for a program: it may not sign in as, or manage, people. */
function requireNoSession(access: Access): void {
  if (access.session) throw new Problem('SESSION_NEEDED', 'This is for people who have signed in (POST /v1/sign-in); an API key cannot do it.', { status: 403 });
}

/** Operators work with a second factor only; sensitive acts need one given a short while ago. */
function requireFactor(access: Access, role: Role, session: SignedInSession, now: string): void {
  if (isOperator(role) && !session.secondFactor && !access.enrolling) {
    throw new Problem('SECOND_FACTOR_REQUIRED', 'Operators work with a second factor: enrol it by POST /v1/second-factor.', { status: 403 });
  }
  if (!access.stepUp) return;
  if (!session.enrolled) throw new Problem('SECOND_FACTOR_REQUIRED', 'This needs a second factor: enrol one by POST /v1/second-factor.', { status: 403 });
  if (session.stepUpUntil === null || session.stepUpUntil <= now) {
    throw new Problem('STEP_UP_NEEDED', 'This needs your second factor once more: send a code by POST /v1/session/step-up, then this request again.', { status: 403 });
  }
}

type Known = Omit<Caller, 'ownUserId'>;

/** A key where one is sent, else a session. */
async function authenticate(request: FastifyRequest, deps: ApiDeps): Promise<Known> {
  const token = request.headers.authorization === undefined ? sessionToken(request) : null;
  return token === null ? byKey(request, deps) : bySession(request, token, deps);
}

async function byKey(request: FastifyRequest, { pool, now, log }: ApiDeps): Promise<Known> {
  const text = /^Bearer ([\x21-\x7e]{1,200})$/i.exec(request.headers.authorization ?? '')?.[1];
  if (text === undefined) throw new Problem('API_KEY_MISSING', 'Send an API key as "Authorization: Bearer …", or sign in by POST /v1/sign-in.', { status: 401 });
  const key = await findApiKey(drizzle(pool), text);
  const at = now();
  if (key === null) throw new Problem('API_KEY_INVALID', 'This API key is not known.', { status: 401 });
  if (key.revokedAt !== null) throw new Problem('API_KEY_REVOKED', 'This API key was revoked.', { status: 401 });
  if (key.expiresAt !== null && key.expiresAt <= at) throw new Problem('API_KEY_EXPIRED', 'This API key has expired.', { status: 401 });
  if (aMinuteAgo(key.lastUsedAt, at)) background(log, apiKeyUsed(pool, key.id, at));
  const { principalId, ...shown } = key;
  return {
    actor: { kind: 'api_key', id: key.id, principalId: principalId ?? key.id, role: key.role },
    role: key.role, scopes: key.scopes, userId: key.userId, key: { ...shown, principalId }, session: null,
  };
}

async function bySession(request: FastifyRequest, token: string, { pool, now, log, config }: ApiDeps): Promise<Known> {
  requireSameOrigin(request, config.publicUrl);
  const found = await findSession(pool, token);
  const at = now();
  if (found === null) throw new Problem('SESSION_INVALID', 'This session is not known; sign in again.', { status: 401 });
  const { session, role, userId, personState, enrolled } = found;
  if (session.revokedAt !== null || personState !== 'active') throw new Problem('SESSION_ENDED', 'This session was ended; sign in again.', { status: 401 });
  if (endsAt(session) <= at) throw new Problem('SESSION_EXPIRED', 'This session has expired; sign in again.', { status: 401 });
  if (aMinuteAgo(session.seenAt, at)) background(log, sessionSeen(pool, session.id, at));
  return { actor: { kind: 'session', id: session.id, principalId: session.personId, role }, role, scopes: ['*'], userId, key: null, session: { ...session, enrolled } };
}

const aMinuteAgo = (used: string | null, at: string): boolean => used === null || Date.parse(at) - Date.parse(used) >= 60_000;
/** Nobody waits for a note about use, and nothing fails with it. */
function background(log: ApiDeps['log'], work: Promise<unknown>): void {
  work.catch((error: unknown) => log.warn({ err: error }, 'the time of last use was not written'));
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
