import { describe, expect, test } from 'vitest';
import { NOTIFICATION_KINDS } from '../../../domain/notifications/kinds.ts';
import { JITTER, nextTryAt, TRY_AFTER_SECONDS } from '../../../domain/webhooks/backOff.ts';
import { disableReason, type FailedTry } from '../../../domain/webhooks/disabling.ts';
import { EVENT_TYPE_OF, TEST_EVENT_TYPE, WEBHOOK_EVENT_TYPES } from '../../../domain/webhooks/eventTypes.ts';
import { payloadOf } from '../../../domain/webhooks/payload.ts';
import { DELIVERY_MOVES, DELIVERY_STATES, deliveryStatesBefore } from '../../../domain/webhooks/states.ts';
import { checkEndpointUrl } from '../../../domain/webhooks/url.ts';
import fc from '../../support/properties.ts';

const AT = '2026-11-20T10:00:00.000Z';
const after = (ms: number) => new Date(Date.parse(AT) + ms).toISOString();
const DAY = 86_400_000;

describe('back-off', () => {
  test('the schedule of the convention, each wait from the end of the try before', () => {
    expect(TRY_AFTER_SECONDS.map((_, tries) => nextTryAt(tries, AT, 0, null))).toEqual(
      [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400].map((seconds) => after(seconds * 1000)));
    expect(nextTryAt(10, AT, 0.5, null)).toBeNull();
    expect(nextTryAt(10, AT, 0.5, 60)).toBeNull();
  });
  test('chance lengthens a wait by up to a tenth and never shortens it', () => {
    fc.assert(fc.property(fc.nat(9), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (tries, chance) => {
      const wait = Date.parse(nextTryAt(tries, AT, chance, null)!) - Date.parse(AT);
      expect(wait).toBeGreaterThanOrEqual(TRY_AFTER_SECONDS[tries]! * 1000);
      expect(wait).toBeLessThanOrEqual(TRY_AFTER_SECONDS[tries]! * 1000 * (1 + JITTER) + 1);
    }));
  });
  test('Retry-After makes it later, by a day at most, never earlier', () => {
    expect(nextTryAt(1, AT, 0, 60)).toBe(after(60_000));
    expect(nextTryAt(2, AT, 0, 1)).toBe(after(300_000));
    expect(nextTryAt(1, AT, 0, 999_999)).toBe(after(DAY));
  });
});

describe('disabling', () => {
  const failed: FailedTry = { status: 500, usedUp: false, firstFailedAt: AT, failingSince: AT, asOf: after(DAY) };
  test('410 Gone: at once', () => { expect(disableReason({ ...failed, status: 410 })).toBe('GONE'); });
  test('a failed try alone does not', () => { expect([disableReason(failed), disableReason({ ...failed, status: null })]).toEqual([null, null]); });
  test('tries used up while nothing arrived', () => {
    expect(disableReason({ ...failed, usedUp: true })).toBe('TRIES_USED_UP');
    expect(disableReason({ ...failed, usedUp: true, failingSince: after(-1) })).toBe('TRIES_USED_UP');
  });
  test('tries used up, but others arrived meanwhile', () => { expect(disableReason({ ...failed, usedUp: true, failingSince: after(1) })).toBeNull(); });
  test('nothing for five days', () => {
    expect(disableReason({ ...failed, asOf: after(5 * DAY - 1) })).toBeNull();
    expect(disableReason({ ...failed, asOf: after(5 * DAY) })).toBe('FAILING_FOR_DAYS');
  });
});

describe('urls', () => {
  const strict = (url: string) => checkEndpointUrl(url, { allowPrivate: false });
  test.each([['https://hooks.program.com/cashback', 'https://hooks.program.com/cashback'], ['HTTPS://Hooks.Program.COM', 'https://hooks.program.com/'], ['https://a.co:8443/x?token=1', 'https://a.co:8443/x?token=1'],
    ['https://a.co:443/', 'https://a.co/'], ['https://bücher.example.com/', 'https://xn--bcher-kva.example.com/'], ['https://a.co./', 'https://a.co./']])('%s is kept as %s', (url, kept) => { expect(strict(url)).toBe(kept); });
  test.each(['', 'x', 'ftp://a.co/', 'http://a.co/', 'javascript:alert(1)', 'file:///etc/passwd', 'https://user:pw@a.co/', 'https://user@a.co/', 'https://a.co/#x', 'https://a.co:22/', 'https://a.co:25/', 'https://a.co:6379/',
    'https://localhost/', 'https://LOCALHOST/', 'https://localhost./', 'https://app.localhost/', 'https://db/', 'https://db.internal/', 'https://printer.local/', 'https://127.0.0.1/', 'https://127.1/', 'https://2130706433/',
    'https://0x7f000001/', 'https://0177.0.0.1/', 'https://0/', 'https://[::1]/', 'https://[::ffff:127.0.0.1]/', 'https://169.254.169.254/latest/meta-data/', 'https://8.8.8.8/', 'https://１２７.0.0.1/', 'https://127。0。0。1/'])('%s is refused', (url) => {
    expect(() => strict(url)).toThrow(expect.objectContaining({ code: 'WEBHOOK_URL_NOT_ALLOWED', at: { field: 'url' } }));
  });
  test('for development also http, any port and this machine, but still no user name', () => {
    expect(checkEndpointUrl('http://127.0.0.1:4000/x', { allowPrivate: true })).toBe('http://127.0.0.1:4000/x');
    expect(() => checkEndpointUrl('http://u:p@127.0.0.1/', { allowPrivate: true })).toThrow('user name');
    expect(() => checkEndpointUrl('ftp://127.0.0.1/', { allowPrivate: true })).toThrow('https://');
  });
});

describe('events', () => {
  test('every type comes from a kind of notification, in the form noun.past', () => {
    expect(WEBHOOK_EVENT_TYPES.length).toBeGreaterThan(3);
    expect(WEBHOOK_EVENT_TYPES).toContain('payout.paid');
    for (const type of WEBHOOK_EVENT_TYPES) expect(type).toMatch(/^[a-z_]+(\.[a-z_]+)+$/);
    expect(WEBHOOK_EVENT_TYPES).not.toContain(TEST_EVENT_TYPE);
    expect(EVENT_TYPE_OF.get('payout_paid')).toBe(NOTIFICATION_KINDS.payout_paid.webhook);
    expect(EVENT_TYPE_OF.has('webhook_endpoint_disabled')).toBe(false);
  });
  test('a payload is {type, timestamp, data} with texts as they are', () => {
    expect(payloadOf({ type: 'payout.paid', timestamp: AT, userId: 'usr_1', facts: { payoutId: 'pay_1', amount: '18.370000000000000001' } }))
      .toBe(`{"type":"payout.paid","timestamp":"${AT}","data":{"userId":"usr_1","payoutId":"pay_1","amount":"18.370000000000000001"}}`);
    expect(JSON.parse(payloadOf({ type: 'x.y', timestamp: AT, userId: null, facts: {} }))).toEqual({ type: 'x.y', timestamp: AT, data: {} });
  });
});

test('a delivery settles once and only a replay makes it pending again', () => {
  for (const from of DELIVERY_STATES) for (const to of DELIVERY_MOVES[from]) expect([from, to].filter((state) => state === 'pending')).toHaveLength(1);
  expect(deliveryStatesBefore('delivered')).toEqual(['pending']);
  expect(deliveryStatesBefore('pending')).toEqual(['delivered', 'failed', 'stopped']);
});
