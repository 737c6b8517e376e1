import { beforeAll, expect, test } from 'vitest';
import { testApi, type TestApi } from './support.ts';

let api: TestApi;
const ids = {} as Record<'ann' | 'bob', string>;
const keys = {} as Record<'ann' | 'bob', string>;
let account: string;

beforeAll(async () => {
  api = await testApi();
  await api.call('POST', '/v1/brokers', { body: { id: 'alpha', name: 'Alpha', servers: ['A'] } });
  await api.call('POST', '/v1/brokers/alpha/terms', { body: { effectiveFrom: '2026-01-01T00:00:00Z', accountTypes: { standard: { eligible: true, lotFactor: '1' }, cent: { eligible: true, lotFactor: '0.01' } } } });
  for (const name of ['ann', 'bob'] as const) {
    ids[name] = (await api.call('POST', '/v1/users', { body: { externalId: name } })).json().id;
    keys[name] = (await api.call('POST', '/v1/api-keys', { body: { name, role: 'trader', scopes: ['*'], userId: ids[name] } })).json().key;
  }
  account = (await api.call('POST', '/v1/accounts', { key: keys.ann, body: { brokerId: 'alpha', server: 'A', login: '1', type: 'standard' } })).json().id;
});

test('a trader links his account; the instant is the server\'s; another sees nothing of it', async () => {
  const link = await api.call('POST', '/v1/links', { key: keys.ann, body: { tradingAccountId: account } });
  expect([link.statusCode, link.json()]).toMatchObject([201, { userId: ids.ann, status: 'requested', requestedAt: api.clock.now }]);
  const { id } = link.json<{ id: string }>();
  expect((await api.call('GET', `/v1/links/${id}`, { key: keys.ann })).statusCode).toBe(200);
  expect((await api.call('GET', `/v1/accounts/${account}`, { key: keys.ann })).statusCode).toBe(200);
  for (const url of [`/v1/links/${id}`, `/v1/accounts/${account}`, `/v1/users/${ids.ann}`, `/v1/users/${ids.ann}/payout-methods`, `/v1/users/${ids.ann}/balances`, `/v1/users/${ids.ann}/statement`]) {
    const foreign = await api.call('GET', url, { key: keys.bob });
    const missing = await api.call('GET', url.replace(/[0-9a-f]{32}/, '0'.repeat(32)), { key: keys.bob });
    expect([url, foreign.statusCode, missing.statusCode]).toEqual([url, 404, 404]);
    const told = (body: { code: string; detail: string }) => [body.code, body.detail.replace(/[0-9a-f]{32}/, '…')];
    expect(told(foreign.json())).toEqual(told(missing.json()));
  }
  expect((await api.call('POST', `/v1/links/${id}/end`, { key: keys.bob })).statusCode).toBe(404);
  expect((await api.call('GET', '/v1/links', { key: keys.bob })).json().items).toEqual([]);
  expect((await api.call('GET', `/v1/links?userId=${ids.ann}`, { key: keys.bob })).json().items).toEqual([]);
  expect((await api.call('GET', `/v1/links?userId=${ids.ann}`)).json().items).toHaveLength(1);
});

test('a back-dated request and one for another user are refused', async () => {
  expect((await api.call('POST', '/v1/links', { key: keys.bob, body: { tradingAccountId: account, requestedAt: '2026-01-01T00:00:00Z' } })).json()).toMatchObject({ status: 400, code: 'REQUEST_INVALID' });
  expect((await api.call('POST', '/v1/links', { key: keys.bob, body: { tradingAccountId: account, userId: ids.ann } })).json()).toMatchObject({ status: 404, code: 'USER_UNKNOWN' });
  expect((await api.call('POST', '/v1/links', { body: { tradingAccountId: account } })).json()).toMatchObject({ status: 422, code: 'REQUEST_REFUSED' });
});

test('competing claims: the second cannot be verified while the first is', async () => {
  const [mine] = (await api.call('GET', '/v1/links', { key: keys.ann })).json<{ items: { id: string }[] }>().items;
  const claim = (await api.call('POST', '/v1/links', { key: keys.bob, body: { tradingAccountId: account } })).json<{ id: string }>();
  expect((await api.call('POST', `/v1/links/${mine!.id}/verify`, { body: { accountType: 'standard' } })).json().status).toBe('verified');
  expect((await api.call('POST', `/v1/links/${claim.id}/verify`, { body: { accountType: 'standard' } })).json()).toMatchObject({ status: 409, code: 'LINK_CLAIMED' });
  expect((await api.call('POST', `/v1/links/${claim.id}/reject`)).json().status).toBe('rejected');
  expect((await api.call('POST', `/v1/links/${mine!.id}/end`, { key: keys.ann })).json()).toMatchObject({ status: 'ended', endedAt: api.clock.now });
});

test('the type a trader names is a claim: it blocks nobody, and the operator who verifies says what it is', async () => {
  const register = (key: string | undefined, type: string) => api.call('POST', '/v1/accounts', { ...(key === undefined ? {} : { key }), body: { brokerId: 'alpha', server: 'A', login: '2', type } });
  const squatted = (await register(keys.bob, 'standard')).json<{ id: string }>();
  const registered = await register(keys.ann, 'cent');
  expect([registered.statusCode, registered.json().id]).toEqual([200, squatted.id]);
  expect((await register(undefined, 'cent')).json()).toMatchObject({ status: 409, code: 'ACCOUNT_TYPE_DIFFERS' });
  const link = (await api.call('POST', '/v1/links', { key: keys.ann, body: { tradingAccountId: squatted.id } })).json<{ id: string }>();
  const verify = async (body?: object) => (await api.call('POST', `/v1/links/${link.id}/verify`, { body })).json();
  expect(await verify({})).toMatchObject({ status: 400, code: 'REQUEST_INVALID' });
  expect(await verify({ accountType: 'vip' })).toMatchObject({ status: 422, code: 'ACCOUNT_TYPE_UNKNOWN' });
  expect(await verify({ accountType: 'cent' })).toMatchObject({ status: 'verified' });
  expect((await api.call('GET', `/v1/accounts/${squatted.id}`)).json().type).toBe('cent');
  expect(await verify({ accountType: 'cent' })).toMatchObject({ status: 'verified' });
  expect(await verify({ accountType: 'standard' })).toMatchObject({ status: 409, code: 'ACCOUNT_TYPE_DIFFERS' });
  expect((await api.call('GET', `/v1/accounts/${squatted.id}`)).json().type).toBe('cent');
});

test('payout methods are the user\'s own, checked by their rail, removed once', async () => {
  const add = (key: string, userId: string, idempotency: string, account: string) => api.call('POST', `/v1/users/${userId}/payout-methods`, { key, headers: { 'idempotency-key': idempotency }, body: { rail: 'sandbox', destination: { account } } });
  expect((await add(keys.bob, ids.ann, 'b-1', 'X')).statusCode).toBe(404);
  const method = await add(keys.ann, ids.ann, 'a-1', 'ANN-1');
  expect([method.statusCode, method.json().destination]).toEqual([201, { account: 'ANN-1' }]);
  const wrong = await api.call('POST', `/v1/users/${ids.ann}/payout-methods`, { key: keys.ann, headers: { 'idempotency-key': 'a-2' }, body: { rail: 'sandbox', destination: { iban: 'X' } } });
  expect(wrong.json()).toMatchObject({ status: 422, code: 'DESTINATION_REFUSED', at: { field: 'destination.account' } });
  expect((await api.call('DELETE', `/v1/payout-methods/${method.json().id}`, { key: keys.bob })).statusCode).toBe(404);
  expect((await api.call('DELETE', `/v1/payout-methods/${method.json().id}`, { key: keys.ann })).json().removedAt).toBe(api.clock.now);
  expect((await api.call('GET', `/v1/users/${ids.ann}/payout-methods`, { key: keys.ann })).json().items).toEqual([]);
});

test('a user without money has zeros and an empty statement', async () => {
  const balances = await api.call('GET', `/v1/users/${ids.ann}/balances`, { key: keys.ann });
  expect(balances.json()).toEqual({ userId: ids.ann, total: { pending: '0', available: '0', held: '0', reserved: '0', paid: '0' }, parts: [] });
  expect((await api.call('GET', `/v1/users/${ids.ann}/statement`, { key: keys.ann })).json()).toMatchObject({ parts: [], totals: [], items: [], nextCursor: null });
  for (const list of ['accruals', 'payouts', 'ownerships']) expect((await api.call('GET', `/v1/${list}`, { key: keys.ann })).json()).toEqual({ items: [], nextCursor: null });
});

test('a user\'s status and tier are changed by compliance, not by himself', async () => {
  expect((await api.call('PATCH', `/v1/users/${ids.ann}`, { key: keys.ann, body: { pinnedTier: 'gold' } })).statusCode).toBe(403);
  expect((await api.call('PATCH', `/v1/users/${ids.ann}`, { key: await api.key('compliance'), body: { status: 'suspended' }, headers: { 'if-match': '*' } })).json().status).toBe('suspended');
  expect((await api.call('GET', '/v1/me', { key: keys.ann })).json().user).toMatchObject({ id: ids.ann, status: 'suspended', pinnedTier: null });
});
