import { beforeAll, expect, test } from 'vitest';
import { later, operatorOf, signedUp, told, type Visitor } from './people.ts';
import { testApi, type TestApi } from './support.ts';

let api: TestApi;
let trader: Visitor;
let traderId: string;
let userId: string;
beforeAll(async () => {
  api = await testApi();
  ({ visitor: trader, personId: traderId, userId } = await signedUp(api, 'ann@example.org'));
  await trader.enrol();
});
const make = (visitor: Visitor, body: object) => visitor.send('POST', '/v1/api-keys', { body: { name: 'mine', role: 'trader', scopes: ['balances:read'], ...body } });
const principal = async (key: string) => {
  const { apiKey } = (await api.call('GET', '/v1/me', { key })).json();
  const { rows } = await api.pool.query('SELECT principal_id FROM api_key WHERE id = $1', [apiKey.id]);
  return rows[0].principal_id as string | null;
};

test('a trader makes a key for himself, with a part of his rights, and is told', async () => {
  const made = (await make(trader, {})).json();
  expect(made.apiKey).toMatchObject({ role: 'trader', userId, personId: traderId, scopes: ['balances:read'], lastUsedAt: null });
  expect((await api.call('GET', `/v1/users/${userId}/balances`, { key: made.key })).statusCode).toBe(200);
  expect((await api.call('GET', `/v1/users/${userId}/payout-methods`, { key: made.key })).json().code).toBe('SCOPE_MISSING');
  expect(await told(api, traderId)).toContain('api_key_created');
  expect((await make(trader, { role: 'admin', scopes: ['*'] })).json()).toMatchObject({ status: 403, code: 'ROLE_NOT_ALLOWED' });
  const { userId: other } = await signedUp(api, 'bob@example.org');
  expect((await make(trader, { userId: other })).json()).toMatchObject({ status: 404, code: 'USER_UNKNOWN' });
  expect((await make(trader, { scopes: ['accruals:hold'] })).json().code).toBe('SCOPE_UNKNOWN');
  later(api, { minutes: 10 });
  expect((await make(trader, {})).json().code).toBe('STEP_UP_NEEDED');
  await trader.send('POST', '/v1/session/step-up', { body: { code: trader.code() } });
});

test('he sees, revokes and rotates his own only', async () => {
  const { visitor: bob } = await signedUp(api, 'bob2@example.org');
  await bob.enrol();
  const mine = (await make(trader, {})).json().apiKey.id as string;
  expect((await bob.send('GET', '/v1/api-keys')).json().items).toEqual([]);
  for (const act of ['revoke', 'rotate']) {
    const send = (id: string) => bob.send('POST', `/v1/api-keys/${id}/${act}`, { body: {} });
    const told = async (id: string) => { const { code, detail } = (await send(id)).json(); return [code, detail.replace(id, '…')]; };
    expect([act, await told(mine)]).toEqual([act, await told('key_00000000000000000000000000000000')]);
  }
  expect((await trader.send('GET', '/v1/api-keys')).json().items.map((key: { id: string }) => key.id)).toContain(mine);
  expect((await trader.send('POST', `/v1/api-keys/${mine}/revoke`)).json().revokedAt).toBe(api.clock.now);
});

test('a key gives nobody more than it has', async () => {
  const keyMaker = (await make(trader, { scopes: ['keys:write', 'balances:read'] })).json().key;
  const by = (scopes: string[]) => api.call('POST', '/v1/api-keys', { key: keyMaker, body: { name: 'x', role: 'trader', scopes } });
  expect((await by(['*'])).json()).toMatchObject({ status: 403, code: 'SCOPE_MISSING' });
  expect((await by(['payout-methods:write'])).json().code).toBe('SCOPE_MISSING');
  expect((await by(['balances:read'])).statusCode).toBe(201);
});

test('however many keys, one person is one: through keys made by keys and by rotating', async () => {
  const { visitor: admin, personId } = await operatorOf(api, 'admin@example.org', 'admin');
  const first = (await admin.send('POST', '/v1/api-keys', { body: { name: 'a', role: 'admin', scopes: ['*'] } })).json();
  const second = (await api.call('POST', '/v1/api-keys', { key: first.key, body: { name: 'b', role: 'finance', scopes: ['*'] } })).json();
  const third = (await api.call('POST', `/v1/api-keys/${second.apiKey.id}/rotate`, { key: first.key, body: {} })).json();
  expect([await principal(first.key), await principal(second.key), await principal(third.key)]).toEqual([personId, personId, personId]);
  const loose = await api.key('admin');
  const { id } = (await api.call('GET', '/v1/me', { key: loose })).json().apiKey;
  const child = (await api.call('POST', '/v1/api-keys', { key: loose, body: { name: 'c', role: 'finance', scopes: ['*'] } })).json();
  const successor = (await api.call('POST', `/v1/api-keys/${id}/rotate`, { key: loose, body: {} })).json();
  expect([await principal(loose), await principal(child.key), await principal(successor.key)]).toEqual([null, id, id]);
  expect((await api.call('POST', '/v1/session/step-up', { body: { code: '123456' } })).json()).toMatchObject({ status: 403, code: 'SESSION_NEEDED' });
});

test('a rotated key works on for the overlap, and its successor lives as long as it was given', async () => {
  const expiresAt = new Date(Date.parse(api.clock.now) + 30 * 86_400_000).toISOString();
  const old = (await api.call('POST', '/v1/api-keys', { body: { name: 'rotated', role: 'support', scopes: ['users:read'], expiresAt } })).json();
  const rotate = (body: object, headers = {}) => api.call('POST', `/v1/api-keys/${old.apiKey.id}/rotate`, { body, headers });
  const made = (await rotate({ overlapHours: 2 }, { 'idempotency-key': 'rotate-1' })).json();
  expect(made).toMatchObject({ apiKey: { name: 'rotated', role: 'support', scopes: ['users:read'], expiresAt }, replaced: { replacedBy: made.apiKey.id, expiresAt: new Date(Date.parse(api.clock.now) + 7_200_000).toISOString() } });
  expect((await rotate({ overlapHours: 2 }, { 'idempotency-key': 'rotate-1' })).json()).toEqual({ ...made, key: null });
  expect((await rotate({})).json()).toMatchObject({ status: 409, code: 'API_KEY_ROTATED' });
  for (const key of [old.key, made.key]) expect((await api.call('GET', '/v1/users', { key })).statusCode).toBe(200);
  later(api, { minutes: 120 });
  expect((await api.call('GET', '/v1/users', { key: old.key })).json().code).toBe('API_KEY_EXPIRED');
  expect((await api.call('GET', '/v1/users', { key: made.key })).statusCode).toBe(200);
  expect((await api.call('GET', '/v1/api-keys?limit=200')).body).not.toContain(made.key);
});

test('the last use is known to the minute', async () => {
  const { key, apiKey } = (await api.call('POST', '/v1/api-keys', { body: { name: 'used', role: 'support', scopes: ['*'] } })).json();
  const lastUsed = async () => (await api.pool.query('SELECT last_used_at FROM api_key WHERE id = $1', [apiKey.id])).rows[0].last_used_at?.toISOString() ?? null;
  const use = () => api.call('GET', '/v1/users', { key });
  await use();
  const first = api.clock.now;
  await expect.poll(lastUsed).toBe(first);
  later(api, { seconds: 59 });
  await use();
  expect((await api.call('GET', '/v1/me', { key })).json().apiKey.lastUsedAt).toBe(first);
  later(api, { seconds: 1 });
  await use();
  await expect.poll(lastUsed).toBe(api.clock.now);
});
