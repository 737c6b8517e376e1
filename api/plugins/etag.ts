import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../../domain/problem.ts';
import type { Api } from '../deps.ts';

declare module 'fastify' {
  interface FastifyContextConfig { etag?: boolean }
}

/**
 * A strong ETag of a thing as its GET answers it: whatever changes in it changes the tag. The order of its fields does not matter, so
 * what a store reads under a lock and what a GET answered compare equal.
 */
export function etagOf(thing: unknown): string {
  return `"${createHash('sha256').update(JSON.stringify(thing, sorted) ?? '').digest('base64url').slice(0, 27)}"`;
}

const sorted = (_name: string, value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;

/**
 * Refuses a change of something that the caller has not seen as it is. `current` is what the GET of the same thing would answer now,
 * read in the transaction of the change with the row locked. With `optional`, a request without If-Match passes.
 * Throws PRECONDITION_NEEDED (428, without If-Match) or PRECONDITION_FAILED (412, it has changed since).
 */
export function requireMatch(request: FastifyRequest, current: unknown, { optional = false }: { optional?: boolean } = {}): void {
  const sent = request.headers['if-match'];
  if (sent === undefined || sent === '') {
    if (optional) return;
    throw new Problem('PRECONDITION_NEEDED', 'Send the ETag of what you read as If-Match, so that nobody overwrites what somebody else has changed meanwhile.', { status: 428, at: { field: 'if-match' } });
  }
  if (!matches(sent, etagOf(current), { weakly: false })) {
    throw new Problem('PRECONDITION_FAILED', 'It has changed since you read it: read it again, and send its new ETag as If-Match if you still want the change.', { status: 412, at: { field: 'if-match' } });
  }
}

/** Operations declared with `etag` answer with the tag, and a GET that brings it again in If-None-Match gets 304 without a body. */
export function installEtags(app: Api): void {
  app.addHook('preSerialization', async (request, reply, payload) => {
    if (request.routeOptions.config.etag !== true || reply.statusCode >= 300 || reply.hasHeader('etag')) return payload;
    reply.header('etag', etagOf(payload));
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'private, no-cache');
    return payload;
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const tag = reply.getHeader('etag');
    const sent = request.headers['if-none-match'];
    if (request.method !== 'GET' || reply.statusCode !== 200 || request.routeOptions.config.etag !== true || typeof tag !== 'string' || sent === undefined || !matches(sent, tag, { weakly: true })) return payload;
    reply.code(304).removeHeader('content-type').removeHeader('content-length');
    return '';
  });
}

/** Whether a header's list of tags names this one. A weak tag is good enough for not sending something again, not for changing it. */
function matches(header: string, tag: string, { weakly }: { weakly: boolean }): boolean {
  return header.trim() === '*' || header.split(',').map((part) => part.trim()).some((part) => part === tag || (weakly && part === `W/${tag}`));
}
