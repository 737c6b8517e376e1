import type { Client } from '@temporalio/client';
import { beforeAll, describe, expect, test } from 'vitest';
import { deliver } from '../../activities/webhooks/deliver.ts';
import { WEBHOOK_SETTINGS } from '../../activities/webhooks/settings.ts';
import { readApiConfig } from '../../api/config.ts';
import { notify } from '../../db/stores/notifications.ts';
import { createUser } from '../../db/stores/users.ts';
import { createDeliveries } from '../../db/stores/webhookDeliveries.ts';
import { workflowIds } from '../../workflows/contracts.ts';
import { testPersonalData } from '../support/personal.ts';
import { testApi, type TestApi } from './support.ts';

const URL_1 = 'https://hooks.program.com/cashback';
interface Endpoint { id: string; userId: string | null; url: string; eventTypes: string[] | null; description: string; state: string; reason: string | null; secrets: { no: number; expiresAt: string | null }[] }
interface Delivery { id: string; state: string; type: string; eventId: string; round: number }

let api: TestApi;
let mine: string;
let other: string;
let userId: string;
let otherId: string;
/** Ids of the workflows that were woken. */
const woken: string[] = [];
const temporal = { workflow: { signalWithStart: async (_type: string, { workflowId }: { workflowId: string }) => { woken.push(workflowId); } } } as unknown as Client;

beforeAll(async () => {
  api = await testApi({ client: temporal });
  userId = (await createUser(api.db, { externalId: 'mine', at: api.clock.now })).id;
  otherId = (await createUser(api.db, { externalId: 'other', at: api.clock.now })).id;
  mine = await api.key('trader', { userId });
  other = await api.key('trader', { userId: otherId });
});

async function add(key?: string, body: object = {}): Promise<{ endpoint: Endpoint; secret: string }> {
  const response = await api.call('POST', '/v1/webhook-endpoints', { ...(key && { key }), body: { url: URL_1, ...body } });
  expect([response.statusCode, response.body]).toEqual([201, expect.any(String)]);
  return response.json();
}
const get = async (id: string, key?: string) => api.call('GET', `/v1/webhook-endpoints/${id}`, key ? { key } : {});
const code = (response: { statusCode: number; json(): { code: string } }) => [response.statusCode, response.json().code];
let events = 0;
/** Something happened to a user: answers the delivery to an endpoint of his own, or the notification where he has none that is told. */
async function happened(of: string): Promise<string> {
  const eventId = `api:${++events}`;
  await notify(api.pool, [{ eventId, userId: of, kind: 'payout_paid', facts: { payoutId: `pay_${events}` }, at: api.clock.now }]);
  const { rows: [row] } = await api.pool.query<{ id: string }>('SELECT id FROM notification WHERE event_id = $1', [eventId]);
  await createDeliveries(api.pool, [row!.id]);
  const { rows: [made] } = await api.pool.query<{ id: string }>('SELECT d.id FROM webhook_delivery d JOIN webhook_endpoint e ON e.id = d.endpoint_id WHERE d.event_id = $1 AND e.user_id = $2', [row!.id, of]);
  return made?.id ?? row!.id;
}

describe('making one', () => {
  test('a trader\'s is for his own events; the secret is in the answer and nowhere else', async () => {
    const { endpoint, secret } = await add(mine, { eventTypes: ['payout.paid', 'payout.paid', 'payout.failed'], description: 'phone' });
    expect(endpoint).toMatchObject({ userId, url: URL_1, eventTypes: ['payout.paid', 'payout.failed'], description: 'phone', state: 'enabled', reason: null, secrets: [{ no: 1, expiresAt: null }] });
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect((await get(endpoint.id, mine)).json()).toEqual(endpoint);
    const { rows } = await api.pool.query(`SELECT row_to_json(a)::text AS entry FROM audit_entry a WHERE subject_id = $1 UNION ALL SELECT row_to_json(i)::text FROM idempotency_record i`, [endpoint.id]);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows) + api.logged.join('')).not.toContain(secret.slice(6));
    expect(rows[0].entry).toContain('"createWebhookEndpoint"');
  });
  test('an operator\'s is for everybody, or for the user he names', async () => {
    expect((await add()).endpoint).toMatchObject({ userId: null, eventTypes: null });
    expect((await add(undefined, { userId })).endpoint).toMatchObject({ userId });
    expect(code(await api.call('POST', '/v1/webhook-endpoints', { body: { url: URL_1, userId: 'usr_nobody' } }))).toEqual([404, 'USER_UNKNOWN']);
    expect(code(await api.call('POST', '/v1/webhook-endpoints', { key: mine, body: { url: URL_1, userId: otherId } }))).toEqual([403, 'WEBHOOK_ENDPOINT_OWNER']);
  });
  test('with an Idempotency-Key it is made once, and the secret is the same and not kept in the answer', async () => {
    const headers = { 'idempotency-key': 'hook-1' };
    const [first, again] = [await api.call('POST', '/v1/webhook-endpoints', { key: mine, headers, body: { url: URL_1 } }), await api.call('POST', '/v1/webhook-endpoints', { key: mine, headers, body: { url: URL_1 } })];
    expect([again.json(), again.headers['idempotent-replayed'], again.headers['cache-control']]).toEqual([first.json(), 'true', 'no-store']);
    const { rows } = await api.pool.query('SELECT body FROM idempotency_record');
    expect(JSON.stringify(rows)).not.toContain('whsec_');
    await api.call('DELETE', `/v1/webhook-endpoints/${first.json<{ endpoint: Endpoint }>().endpoint.id}`, { key: mine });
    expect(code(await api.call('POST', '/v1/webhook-endpoints', { key: mine, headers, body: { url: URL_1 } }))).toEqual([409, 'WEBHOOK_ENDPOINT_DELETED']);
  });
  test.each(['http://hooks.program.com/', 'https://localhost/', 'https://127.0.0.1/', 'https://2130706433/', 'https://[::1]/', 'https://hooks.program.com:6379/', 'https://u:p@hooks.program.com/'])('%s is refused', async (url) => {
    expect(code(await api.call('POST', '/v1/webhook-endpoints', { key: mine, body: { url } }))).toEqual([422, 'WEBHOOK_URL_NOT_ALLOWED']);
  });
  test('an event type that does not exist is refused', async () => {
    expect(code(await api.call('POST', '/v1/webhook-endpoints', { key: mine, body: { url: URL_1, eventTypes: ['payout.exploded'] } }))).toEqual([400, 'REQUEST_INVALID']);
    expect(code(await api.call('POST', '/v1/webhook-endpoints', { key: mine, body: { url: URL_1, eventTypes: [] } }))).toEqual([400, 'REQUEST_INVALID']);
  });
  test('a user has 20 at most', async () => {
    const user = await createUser(api.db, { externalId: 'many', at: api.clock.now });
    const key = await api.key('trader', { userId: user.id });
    const { endpoint } = await add(key);
    await Promise.all(Array.from({ length: 19 }, () => add(key)));
    expect(code(await api.call('POST', '/v1/webhook-endpoints', { key, body: { url: URL_1 } }))).toEqual([409, 'WEBHOOK_ENDPOINT_LIMIT']);
    await api.call('DELETE', `/v1/webhook-endpoints/${endpoint.id}`, { key });
    await add(key);
  });
});

test('for development http and this machine are allowed by a setting', async () => {
  const open = await testApi({ config: readApiConfig({ API_MAX_EVENT_LOOP_DELAY: '0', WEBHOOKS_ALLOW_PRIVATE: 'true' }) });
  expect((await open.call('POST', '/v1/webhook-endpoints', { body: { url: 'http://127.0.0.1:4000/' } })).statusCode).toBe(201);
});

test('somebody else\'s endpoint and deliveries are as ones that do not exist; an operator sees all', async () => {
  const { endpoint: { id } } = await add(mine);
  const program = (await add()).endpoint.id;
  const deliveryId = await happened(userId);
  const calls = (endpointId: string): [('GET' | 'POST' | 'DELETE' | 'PATCH'), string, object?][] => [['GET', `/v1/webhook-endpoints/${endpointId}`], ['PATCH', `/v1/webhook-endpoints/${endpointId}`, { description: 'x' }], ['DELETE', `/v1/webhook-endpoints/${endpointId}`],
    ...['enable', 'disable', 'test'].map((act): ['POST', string] => ['POST', `/v1/webhook-endpoints/${endpointId}/${act}`]), ['POST', `/v1/webhook-endpoints/${endpointId}/rotate-secret`, {}],
    ['POST', `/v1/webhook-endpoints/${endpointId}/replay`, { since: '2026-11-01T00:00:00Z' }], ['GET', `/v1/webhook-endpoints/${endpointId}/deliveries`]];
  for (const endpointId of [id, program]) {
    for (const [method, url, body] of calls(endpointId)) {
      expect([url, ...code(await api.call(method, url, { key: other, body, headers: { 'if-match': '*' } }))]).toEqual([url, 404, 'WEBHOOK_ENDPOINT_UNKNOWN']);
    }
  }
  expect(code(await api.call('GET', `/v1/webhook-deliveries/${deliveryId}`, { key: other }))).toEqual([404, 'WEBHOOK_DELIVERY_UNKNOWN']);
  expect(code(await api.call('POST', `/v1/webhook-deliveries/${deliveryId}/replay`, { key: other }))).toEqual([404, 'WEBHOOK_DELIVERY_UNKNOWN']);
  const ids = async (key?: string, query = '') => (await api.call('GET', `/v1/webhook-endpoints?limit=200${query}`, key ? { key } : {})).json<{ items: Endpoint[] }>().items.map((endpoint) => endpoint.userId);
  expect(new Set(await ids(mine))).toEqual(new Set([userId]));
  expect(new Set(await ids(mine, `&userId=${otherId}`))).toEqual(new Set([userId]));
  expect(await ids(other)).toEqual([]);
  expect(new Set(await ids())).toEqual(expect.objectContaining(new Set([null, userId])));
  expect((await get(id)).statusCode).toBe(200);
});

test('a change needs the ETag of what was read, and is in the audit with what was before', async () => {
  const { endpoint: { id } } = await add(mine);
  const read = await get(id, mine);
  const patch = (headers: Record<string, string>, body: object) => api.call('PATCH', `/v1/webhook-endpoints/${id}`, { key: mine, headers, body });
  expect(code(await patch({}, { description: 'x' }))).toEqual([428, 'PRECONDITION_NEEDED']);
  const tag = read.headers.etag as string;
  const changed = await patch({ 'if-match': tag }, { url: 'https://other.program.com/x', eventTypes: ['payout.paid'] });
  expect([changed.statusCode, changed.json()]).toEqual([200, expect.objectContaining({ url: 'https://other.program.com/x', eventTypes: ['payout.paid'], version: 2, description: '' })]);
  expect(code(await patch({ 'if-match': tag }, { description: 'late' }))).toEqual([412, 'PRECONDITION_FAILED']);
  expect((await patch({ 'if-match': changed.headers.etag as string }, { eventTypes: null })).json()).toMatchObject({ eventTypes: null, version: 3 });
  expect(code(await patch({ 'if-match': '*' }, { url: 'https://10.0.0.1/' }))).toEqual([422, 'WEBHOOK_URL_NOT_ALLOWED']);
  const { rows } = await api.pool.query<{ before: { url: string }; after: { url: string } }>(`SELECT before, after FROM audit_entry WHERE subject_id = $1 AND operation = 'changeWebhookEndpoint' ORDER BY id`, [id]);
  expect(rows.map(({ before, after }) => [before.url, after.url])).toEqual([[URL_1, 'https://other.program.com/x'], ['https://other.program.com/x', 'https://other.program.com/x']]);
});

test('rotation: a new secret, the old one valid for the overlap', async () => {
  const { endpoint: { id }, secret } = await add(mine);
  const rotate = (body: object) => api.call('POST', `/v1/webhook-endpoints/${id}/rotate-secret`, { key: mine, body });
  const rotated = (await rotate({})).json<{ endpoint: Endpoint; secret: string }>();
  expect(rotated.secret).not.toBe(secret);
  expect(rotated.endpoint.secrets).toMatchObject([{ no: 2, expiresAt: null }, { no: 1, expiresAt: '2026-11-17T10:00:00.000Z' }]);
  expect((await rotate({ overlapHours: 168 })).statusCode).toBe(200);
  expect(code(await rotate({}))).toEqual([409, 'WEBHOOK_SECRETS_TOO_MANY']);
  expect((await rotate({ overlapHours: 0 })).json<{ endpoint: Endpoint }>().endpoint.secrets).toMatchObject([{ no: 4, expiresAt: null }]);
  expect(code(await rotate({ overlapHours: 200 }))).toEqual([400, 'REQUEST_INVALID']);
});

test('disable, enable, delete: what waits is stopped, a deleted one stays away and its log stays', async () => {
  const user = await createUser(api.db, { externalId: 'ends', at: api.clock.now });
  const key = await api.key('trader', { userId: user.id });
  const { endpoint: { id } } = await add(key);
  const act = (name: string) => api.call('POST', `/v1/webhook-endpoints/${id}/${name}`, { key });
  const deliveryId = await happened(user.id);
  expect((await act('disable')).json()).toMatchObject({ state: 'disabled', reason: 'BY_OWNER' });
  expect((await api.call('GET', `/v1/webhook-deliveries/${deliveryId}`, { key })).json()).toMatchObject({ state: 'stopped', attempts: [] });
  expect(code(await act('test'))).toEqual([409, 'WEBHOOK_ENDPOINT_DISABLED']);
  expect(code(await api.call('POST', `/v1/webhook-deliveries/${deliveryId}/replay`, { key }))).toEqual([409, 'WEBHOOK_ENDPOINT_DISABLED']);
  expect((await act('enable')).json()).toMatchObject({ state: 'enabled', reason: null });
  expect((await act('enable')).statusCode).toBe(200);
  expect((await api.call('DELETE', `/v1/webhook-endpoints/${id}`, { key })).json()).toMatchObject({ state: 'deleted' });
  expect((await api.call('DELETE', `/v1/webhook-endpoints/${id}`, { key })).json()).toMatchObject({ state: 'deleted' });
  expect(code(await act('enable'))).toEqual([409, 'WEBHOOK_ENDPOINT_DELETED']);
  expect(code(await api.call('POST', `/v1/webhook-endpoints/${id}/rotate-secret`, { key, body: {} }))).toEqual([409, 'WEBHOOK_ENDPOINT_DELETED']);
  expect((await api.call('GET', '/v1/webhook-endpoints', { key })).json()).toMatchObject({ items: [] });
  expect((await api.call('GET', '/v1/webhook-endpoints?state=deleted', { key })).json()).toMatchObject({ items: [{ id }] });
  expect((await api.call('GET', `/v1/webhook-endpoints/${id}/deliveries`, { key })).json()).toMatchObject({ items: [{ id: deliveryId, state: 'stopped' }] });
});

test('the log in pages and by filters; a replay and a test event wake their workflows', async () => {
  const user = await createUser(api.db, { externalId: 'log', at: api.clock.now });
  const key = await api.key('trader', { userId: user.id });
  const { endpoint: { id } } = await add(key);
  const ids = [await happened(user.id), await happened(user.id), await happened(user.id)].toSorted();
  const page = async (query: string) => (await api.call('GET', `/v1/webhook-endpoints/${id}/deliveries?${query}`, { key })).json<{ items: Delivery[]; nextCursor: string | null }>();
  const first = await page('limit=2');
  expect(first.items.map((delivery) => delivery.id)).toEqual(ids.slice(0, 2));
  expect((await page(`limit=2&cursor=${first.nextCursor}`)).items.map((delivery) => delivery.id)).toEqual(ids.slice(2));

  await deliver({ pool: api.pool, personal: testPersonalData(), settings: WEBHOOK_SETTINGS, resolve: async () => [], chance: () => 0 }, { deliveryId: ids[0]!, asOf: api.clock.now });
  const one = (await api.call('GET', `/v1/webhook-deliveries/${ids[0]}`, { key })).json<Delivery & { payload: string }>();
  expect(one).toMatchObject({ state: 'pending', type: 'payout.paid', tries: 1, attempts: [{ no: 1, errorCode: 'DNS_FAILED', status: null }] });
  expect(JSON.parse(one.payload)).toMatchObject({ type: 'payout.paid', data: { userId: user.id } });
  expect((await page('state=delivered')).items).toEqual([]);
  expect((await page(`eventId=${one.eventId}`)).items.map((delivery) => delivery.id)).toEqual([ids[0]]);
  expect((await page('type=payout.failed')).items).toEqual([]);
  expect((await page(`from=2026-11-16T10:00:00Z&to=2026-11-16T10:00:01Z`)).items).toHaveLength(3);
  expect((await page(`to=2026-11-16T10:00:00Z`)).items).toEqual([]);

  woken.length = 0;
  expect((await api.call('POST', `/v1/webhook-deliveries/${ids[0]}/replay`, { key })).json()).toMatchObject({ state: 'pending', round: 2, tries: 0 });
  const tested = (await api.call('POST', `/v1/webhook-endpoints/${id}/test`, { key })).json<Delivery>();
  expect(tested).toMatchObject({ type: 'webhook_endpoint.test', state: 'pending' });
  await api.call('POST', `/v1/webhook-endpoints/${id}/disable`, { key });
  const { rows: [missed] } = await api.pool.query<{ id: string }>('SELECT id FROM notification WHERE id = $1', [await happened(user.id)]);
  await api.call('POST', `/v1/webhook-endpoints/${id}/enable`, { key });
  const replayed = (await api.call('POST', `/v1/webhook-endpoints/${id}/replay`, { key, body: { since: '2026-11-16T10:00:00Z' } })).json<{ deliveryIds: string[]; more: boolean }>();
  expect(replayed).toEqual({ deliveryIds: [...ids, expect.stringMatching(/^whd_/)], more: false });
  expect((await page(`eventId=${missed!.id}`)).items.map((delivery) => delivery.id)).toEqual(replayed.deliveryIds.slice(3));
  expect(woken).toEqual([ids[0], tested.id, ...replayed.deliveryIds].map((deliveryId) => workflowIds.webhookDelivery(deliveryId!)));
});
