import { request, setGlobalProxyFromEnv } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Resolver, systemResolver } from '../../../activities/webhooks/addresses.ts';
import { send } from '../../../activities/webhooks/send.ts';
import { WEBHOOK_SETTINGS } from '../../../activities/webhooks/settings.ts';
import { freePort } from '../../../scripts/local/ports.ts';
import { webhookReceiver, type WebhookReceiver } from '../../support/webhook-receiver.ts';

// Waits are short here; how long they are in the product stands in settings.ts.
const settings = { ...WEBHOOK_SETTINGS, allowPrivate: true, connectTimeoutMs: 400, timeoutMs: 1_200 };
const strict = { ...settings, allowPrivate: false };
const post = (url: string, own = settings, resolve: Resolver = systemResolver) => send({ url, headers: { 'webhook-id': 'ntf_1' }, body: '{"type":"x"}' }, own, resolve);
const named = (...addresses: string[]): Resolver => async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

let receiver: WebhookReceiver;
beforeAll(async () => { receiver = await webhookReceiver(); });
beforeEach(() => { receiver.received.length = 0; });
afterAll(() => receiver.close());

test('posts the body as it is, once', async () => {
  expect(await post(receiver.url)).toMatchObject({ status: 200, failure: null });
  expect(receiver.received).toMatchObject([{ method: 'POST', path: '/hooks', body: '{"type":"x"}', headers: { 'webhook-id': 'ntf_1', host: `127.0.0.1:${receiver.port}`, 'content-length': '12' } }]);
});

test.each([200, 201, 202, 204])('%i has arrived', async (status) => {
  receiver.will({ status });
  expect(await post(receiver.url)).toMatchObject({ status, failure: null });
});

test.each([400, 401, 404, 410, 429, 500, 503])('%i has not', async (status) => {
  receiver.will({ status, body: 'no' });
  expect(await post(receiver.url)).toMatchObject({ status, failure: 'STATUS', answer: 'no' });
});

test.each([301, 302, 303, 307, 308])('a redirect (%i) is a failure, and nobody goes where it leads', async (status) => {
  receiver.will({ status, headers: { location: `${receiver.url}/inner` } });
  expect(await post(receiver.url)).toMatchObject({ status, failure: 'REDIRECT' });
  expect(receiver.received).toHaveLength(1);
});

test('never answering ends after the whole time-out', async () => {
  receiver.will('silent');
  const sent = await post(receiver.url);
  expect(sent).toMatchObject({ status: null, failure: 'TIMEOUT', answer: null });
  expect(sent.durationMs).toBeGreaterThanOrEqual(settings.timeoutMs - 5);
  expect(sent.durationMs).toBeLessThan(settings.timeoutMs + 2_000);
});

test('an answer whose body never ends has arrived by its status, within the time-out', async () => {
  receiver.will('slow body');
  const sent = await post(receiver.url);
  expect(sent).toMatchObject({ status: 200, failure: null, answer: 'begun' });
  expect(sent.durationMs).toBeLessThan(settings.timeoutMs + 2_000);
});

test('of a body without end no more is read than some buffers, at once', async () => {
  receiver.will('huge body');
  const sent = await post(receiver.url);
  expect(sent).toMatchObject({ status: 200, failure: null });
  expect(sent.answer).toHaveLength(1024);
  expect(sent.durationMs).toBeLessThan(settings.timeoutMs);
  await expect.poll(() => { const before = receiver.written(); return new Promise((resolve) => { setTimeout(() => resolve(receiver.written() - before), 20); }); }).toBe(0);
  expect(receiver.written()).toBeLessThan(50_000_000);
});

test.each([['cut', 'CONNECTION_CLOSED'], ['no http', 'ANSWER_UNREADABLE'], ['huge headers', 'ANSWER_UNREADABLE']] as const)('%s → %s', async (behaviour, failure) => {
  receiver.will(behaviour);
  expect(await post(receiver.url)).toMatchObject({ status: null, failure });
});

test('cut in the middle of the body: the status was given', async () => {
  receiver.will('cut body');
  expect(await post(receiver.url)).toMatchObject({ status: 200, failure: null, answer: 'a part' });
});

test('the answer is kept as text that Postgres can hold', async () => {
  receiver.will({ status: 500, body: 'a\u0000b\u001b[31m\nc' });
  expect((await post(receiver.url)).answer).toBe('a\uFFFDb\uFFFD[31m\nc');
});

test('Retry-After is read where it means something', async () => {
  receiver.will({ status: 429, headers: { 'retry-after': '120' } }, { status: 503, headers: { 'retry-after': 'tomorrow' } }, { status: 500, headers: { 'retry-after': '120' } });
  expect([(await post(receiver.url)).retryAfterSeconds, (await post(receiver.url)).retryAfterSeconds, (await post(receiver.url)).retryAfterSeconds]).toEqual([120, null, null]);
});

test('nobody listens, nobody is found, nobody takes the connection', async () => {
  expect(await post(`http://127.0.0.1:${await freePort()}/`)).toMatchObject({ failure: 'CONNECTION_REFUSED' });
  expect(await post('http://nowhere.example.com/', settings, named())).toMatchObject({ failure: 'DNS_FAILED' });
  expect(await post('http://nowhere.example.com/', settings, async () => { throw new Error('ENOTFOUND'); })).toMatchObject({ failure: 'DNS_FAILED' });
  expect(await post('http://slow-dns.example.com/', settings, () => new Promise(() => undefined))).toMatchObject({ failure: 'CONNECT_TIMEOUT' });
});

test('TLS that never comes to be ends after the connection time-out; plain text is no TLS', async () => {
  const mute = createTcpServer(() => undefined);
  await new Promise<void>((listening) => mute.listen(0, '127.0.0.1', listening));
  const { port } = mute.address() as { port: number };
  const sent = await post(`https://127.0.0.1:${port}/`);
  expect(sent).toMatchObject({ failure: 'CONNECT_TIMEOUT' });
  expect(sent.durationMs).toBeLessThan(settings.timeoutMs);
  mute.close();
  expect(await post(receiver.url.replace('http:', 'https:'))).toMatchObject({ status: null, failure: 'TLS_FAILED' });
});

describe('no request into private networks', () => {
  const here = (host: string, scheme = 'http') => `${scheme}://${host}:${receiver.port}/hooks`;

  test.each(['127.0.0.1', 'localhost', '2130706433', '0x7f000001', '0177.0.0.1', '127.1', '0', '[::1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '169.254.169.254', '10.0.0.1', '[fd00::1]'])('%s is refused however it is written', async (host) => {
    expect(await post(here(host), strict)).toMatchObject({ status: null, failure: 'URL_NOT_ALLOWED' });
    expect(await post(here(host, 'https'), strict)).toMatchObject({ status: null, failure: 'URL_NOT_ALLOWED' });
    expect(receiver.received).toEqual([]);
  });

  const name = 'https://hooks.program.com:8443/';
  test.each(['127.0.0.1', '::1', '::ffff:127.0.0.1', '169.254.169.254', '192.168.1.1', '100.64.0.1', '64:ff9b::7f00:1', '2002:7f00:1::'])('a name that leads to %s', async (address) => {
    expect(await post(name, strict, named(address))).toMatchObject({ status: null, failure: 'ADDRESS_NOT_PUBLIC' });
  });

  test('a single private address among public ones is enough to refuse', async () => {
    expect(await post(name, strict, named('93.184.216.34', '127.0.0.1'))).toMatchObject({ failure: 'ADDRESS_NOT_PUBLIC' });
    expect(await post(name, strict, named('2606:2800:220:1:248:1893:25c8:1946', '::1'))).toMatchObject({ failure: 'ADDRESS_NOT_PUBLIC' });
  });

  test('the address that was vetted is the one that is connected to: a name is asked once, and a later answer changes nothing', async () => {
    const inner = await webhookReceiver('127.0.0.2', receiver.port);
    const asked: string[] = [];
    const rebinding: Resolver = async (host) => {
      asked.push(host);
      return [{ address: asked.length === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }];
    };
    expect(await post(here('rebinding.example.com'), settings, rebinding)).toMatchObject({ status: 200, failure: null });
    expect([asked, receiver.received.length, inner.received.length]).toEqual([['rebinding.example.com'], 1, 0]);
    expect(receiver.received[0]!.headers.host).toBe(`rebinding.example.com:${receiver.port}`);
    await inner.close();
  });

  test('no proxy of the environment is used', async () => {
    const proxy = await webhookReceiver();
    const restore = setGlobalProxyFromEnv({ http_proxy: new URL(proxy.url).origin });
    try {
      expect(await post(receiver.url)).toMatchObject({ status: 200 });
      expect([receiver.received.length, proxy.received.length]).toEqual([1, 0]);
      // Control: whoever uses node's own agent goes there.
      await new Promise((answered, failed) => { request(receiver.url, answered).on('error', failed).end(); });
      expect([receiver.received.length, proxy.received.length]).toEqual([1, 1]);
    } finally {
      restore();
      await proxy.close();
    }
  });
});
