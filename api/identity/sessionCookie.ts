import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * `__Host-`: browsers take it only with Secure, Path=/ and no Domain, so no other host can set it. Over plain http they send it to
 * localhost only, and so does curl (from 7.79, also to 127.0.0.1).
 */
export const SESSION_COOKIE = '__Host-cashback';
const OPTIONS = { secure: true, httpOnly: true, sameSite: 'strict', path: '/' } as const;

export function setSessionCookie(reply: FastifyReply, token: string, expiresAt: string): void {
  reply.setCookie(SESSION_COOKIE, token, { ...OPTIONS, expires: new Date(expiresAt) });
}

export function clearSessionCookie(reply: FastifyReply): void {
  reply.clearCookie(SESSION_COOKIE, OPTIONS);
}

/** The token that came, if one that could be ours. */
export function sessionToken(request: FastifyRequest): string | null {
  const token = request.cookies[SESSION_COOKIE];
  return token === undefined || token === '' ? null : token;
}
