import { Webhook } from 'standardwebhooks';

/**
 * The headers of one try by the Standard Webhooks convention: one signature (`v1`, HMAC-SHA256 over `id.timestamp.body`) for every secret that
 * is valid, parted by spaces. `now` is this machine's clock, which receivers compare with theirs; no rule of ours reads it.
 */
export function signedHeaders(eventId: string, body: string, secrets: readonly string[], now: Date): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': 'cashback-webhooks/1',
    'webhook-id': eventId,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(eventId, now, body)).join(' '),
  };
}
