import { expect, it } from 'vitest';
import { verifyStandardWebhook } from '../../../../activities/payouts/rails/standard-webhooks.ts';

// The example that the convention's own libraries are tested with.
const key = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
const body = Buffer.from('{"test": 2432232314}');
const headers = { 'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek', 'webhook-timestamp': '1614265330', 'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=' };
const then = new Date(1614265330_000);

it('accepts the published example, also among other signatures', () => {
  expect(verifyStandardWebhook(headers, body, key, then)).toBe('msg_p5jXN8AQM9LWM0D4loKWxJek');
  const among = { ...headers, 'webhook-signature': `v1a,AAAA v1,AAAA ${headers['webhook-signature']}` };
  expect(verifyStandardWebhook(among, body, key, then)).toBe('msg_p5jXN8AQM9LWM0D4loKWxJek');
});

it('refuses another body, key, version, and a time outside five minutes', () => {
  const refused = (code: string, run: () => unknown) => expect(run).toThrow(expect.objectContaining({ code }));
  refused('RAIL_EVENT_FORGED', () => verifyStandardWebhook(headers, Buffer.from('{}'), key, then));
  refused('RAIL_EVENT_FORGED', () => verifyStandardWebhook(headers, body, Buffer.from('other'), then));
  refused('RAIL_EVENT_FORGED', () => verifyStandardWebhook({ ...headers, 'webhook-signature': headers['webhook-signature'].replace('v1,', 'v2,') }, body, key, then));
  refused('RAIL_EVENT_STALE', () => verifyStandardWebhook(headers, body, key, new Date(then.getTime() + 301_000)));
  refused('RAIL_EVENT_UNSIGNED', () => verifyStandardWebhook({ ...headers, 'webhook-timestamp': 'yesterday' }, body, key, then));
  expect(verifyStandardWebhook(headers, body, key, new Date(then.getTime() + 300_000))).toBe(headers['webhook-id']);
});
