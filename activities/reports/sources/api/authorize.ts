import { createHash, createHmac } from 'node:crypto';
import { Problem } from '../../../../domain/problem.ts';
import type { ApiAuth, SignedAuth } from '../../../../domain/reports/sourceSettings.ts';

/** What is to be sent; `now`: epoch milliseconds, for signatures alone. */
export interface ToAuthorize { method: string; url: URL; body: string; now: number }

/** The headers that prove who asks. Throws SOURCE_SECRET_MISSING. */
export function authorization(auth: ApiAuth, secret: string | null, request: ToAuthorize): Record<string, string> {
  if (auth.kind === 'none') return {};
  if (secret === null) throw new Problem('SOURCE_SECRET_MISSING', 'The source has no secret to prove itself with; set one.');
  if (auth.kind === 'bearer') return { authorization: `Bearer ${secret}` };
  if (auth.kind === 'basic') return { authorization: `Basic ${Buffer.from(`${auth.user}:${secret}`).toString('base64')}` };
  if (auth.kind === 'header') return { [auth.name]: `${auth.prefix}${secret}` };
  return signed(auth, secret, request);
}

function signed(auth: SignedAuth, secret: string, { method, url, body, now }: ToAuthorize): Record<string, string> {
  const timestamp = auth.timestamp === 'iso' ? new Date(now).toISOString() : String(auth.timestamp === 'epochMillis' ? now : Math.floor(now / 1000));
  const parts: Record<string, string> = { method, path: url.pathname + url.search, timestamp, bodyHash: createHash('sha256').update(body).digest('hex'), body, keyId: auth.keyId };
  const text = auth.canonical.replace(/\{(method|path|timestamp|bodyHash|body|keyId)\}/g, (_, name: string) => parts[name]!);
  const key = auth.secretEncoding === 'text' ? secret : Buffer.from(secret, auth.secretEncoding);
  return {
    [auth.headers.signature]: auth.prefix + createHmac('sha256', key).update(text).digest(auth.encoding),
    ...(auth.headers.timestamp === undefined ? {} : { [auth.headers.timestamp]: timestamp }),
    ...(auth.headers.keyId === undefined ? {} : { [auth.headers.keyId]: auth.keyId }),
  };
}
