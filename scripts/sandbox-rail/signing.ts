import { createHmac, timingSafeEqual } from 'node:crypto';

/*
 * Written apart from the product's adapter on purpose: the two sides of the wire agree by the documented convention, so a
 * mistake in one of them shows. One configured secret gives a key for each purpose, so that none can be used for another.
 */

/** The key for `requests`, `look-ups` (a bearer token) or `webhooks`. */
export function purposeKey(secret: string, purpose: 'requests' | 'look-ups' | 'webhooks'): Buffer {
  return createHmac('sha256', secret).update(`sandbox-rail ${purpose}`).digest();
}

/** JSON with sorted keys and no blanks; values are texts and objects of texts. */
export function canonical(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, part]) => `${JSON.stringify(key)}:${canonical(part)}`).join(',')}}`;
}

/** Whether `body.signature` is the base64 HMAC-SHA256 of the canonical JSON of everything else in the body. */
export function bodyIsSigned(body: Record<string, unknown>, secret: string): boolean {
  const { signature, ...signed } = body;
  const expected = createHmac('sha256', purposeKey(secret, 'requests')).update(canonical(signed)).digest();
  const given = Buffer.from(typeof signature === 'string' ? signature : '', 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** The three headers of the Standard Webhooks convention (v1, HMAC-SHA256 over `id.timestamp.body`). */
export function webhookHeaders(id: string, timestamp: number, body: string, key: Buffer): Record<string, string> {
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': `v1,${signature}` };
}
