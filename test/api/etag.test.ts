import { beforeAll, expect, test } from 'vitest';
import { etagOf } from '../../api/plugins/etag.ts';
import { documentOf } from './operations.ts';
import { testApi, type TestApi } from './support.ts';

let api: TestApi;
let user: { id: string };
beforeAll(async () => {
  api = await testApi();
  user = (await api.call('POST', '/v1/users', { body: { externalId: 'ann' } })).json();
  await api.call('POST', '/v1/brokers', { body: { id: 'alpha', name: 'Alpha', servers: ['A'] } });
});
const read = (url: string, headers: Record<string, string> = {}) => api.call('GET', url, { headers });
const tagOf = async (url: string): Promise<string> => String((await read(url)).headers['etag']);
const change = (body: object, headers: Record<string, string> = {}) => api.call('PATCH', `/v1/users/${user.id}`, { body, headers });

test('the tag is the thing itself: another order of fields is the same, another value is not', () => {
  expect(etagOf({ a: 1, b: { c: [1, 2], d: null } })).toBe(etagOf({ b: { d: null, c: [1, 2] }, a: 1 }));
  expect(etagOf({ a: [1, 2] })).not.toBe(etagOf({ a: [2, 1] }));
  expect(etagOf({ a: 1 })).toMatch(/^"[\w-]{27}"$/);
});

test('what one has is not sent again until it changes', async () => {
  const url = `/v1/users/${user.id}`;
  const tag = await tagOf(url);
  for (const sent of [tag, `W/${tag}`, `"x", ${tag}`, '*']) {
    const same = await read(url, { 'if-none-match': sent });
    expect([sent, same.statusCode, same.body, same.headers['etag'], same.headers['content-type']]).toEqual([sent, 304, '', tag, undefined]);
  }
  expect((await read(url, { 'if-none-match': '"other"' })).json()).toMatchObject(user);
  const changed = await change({ pinnedTier: 'gold' }, { 'if-match': tag });
  expect([changed.statusCode, changed.headers['etag']]).toEqual([200, await tagOf(url)]);
  expect((await read(url, { 'if-none-match': tag })).statusCode).toBe(200);
});

test('a change without the tag is 428, with an old or a weak one 412, and neither changes anything', async () => {
  const before = (await read(`/v1/users/${user.id}`)).json();
  const tag = await tagOf(`/v1/users/${user.id}`);
  expect((await change({ status: 'suspended' })).json()).toMatchObject({ status: 428, code: 'PRECONDITION_NEEDED' });
  for (const sent of ['"old"', `W/${tag}`]) expect((await change({ status: 'suspended' }, { 'if-match': sent })).json()).toMatchObject({ status: 412, code: 'PRECONDITION_FAILED' });
  expect((await read(`/v1/users/${user.id}`)).json()).toEqual(before);
});

test('of two who change what they both read, one is told to look again, also when they meet', async () => {
  const tag = await tagOf(`/v1/users/${user.id}`);
  const answers = await Promise.all(['silver', 'bronze', 'iron', 'tin'].map((pinnedTier) => change({ pinnedTier }, { 'if-match': tag })));
  expect(answers.map((answer) => answer.statusCode).sort()).toEqual([200, 412, 412, 412]);
});

test('a repetition of a change gets the kept answer although its tag is old', async () => {
  const headers = { 'if-match': await tagOf(`/v1/users/${user.id}`), 'idempotency-key': 'pin-1' };
  const first = await change({ pinnedTier: 'platinum' }, headers);
  const again = await change({ pinnedTier: 'platinum' }, headers);
  expect([again.statusCode, again.headers['idempotent-replayed'], again.json(), again.headers['etag']]).toEqual([200, 'true', first.json(), first.headers['etag']]);
});

test('symbols can be added without a tag; what gives a symbol another class needs it', async () => {
  const put = (symbols: object, headers: Record<string, string> = {}) => api.call('PUT', '/v1/brokers/alpha/symbols', { body: { symbols }, headers });
  expect((await put({ EURUSD: 'forex' })).statusCode).toBe(200);
  expect((await put({ EURUSD: 'forex', XAUUSD: 'metals' })).statusCode).toBe(200);
  expect((await put({ XAUUSD: 'forex' })).json()).toMatchObject({ status: 428, code: 'PRECONDITION_NEEDED' });
  const tag = await tagOf('/v1/brokers/alpha/symbols');
  expect((await put({ XAUUSD: 'commodity' }, { 'if-match': tag })).statusCode).toBe(200);
  expect((await put({ XAUUSD: 'energies' }, { 'if-match': tag })).json()).toMatchObject({ status: 412, code: 'PRECONDITION_FAILED' });
  expect((await api.call('POST', '/v1/brokers/alpha/servers', { body: { servers: ['B'] }, headers: { 'if-match': '"old"' } })).statusCode).toBe(412);
});

test('whatever replaces or patches a thing takes If-Match, and what it changes can be read with its tag', async () => {
  const { operations } = await documentOf(api);
  for (const { operationId, method, path, parameters } of operations.filter((operation) => operation.method === 'PUT' || operation.method === 'PATCH')) {
    expect([operationId, parameters.some(({ name }) => name === 'if-match')]).toEqual([operationId, true]);
    const read = operations.find((other) => other.path === path && other.method === 'GET');
    expect([method, path, read?.responses['200']?.headers]).toEqual([method, path, expect.objectContaining({ ETag: expect.anything() })]);
  }
});

test('the OpenAPI document tells which operations take and answer a tag, and which demand it', async () => {
  const { paths } = (await api.call('GET', '/openapi.json', { key: '' })).json();
  const { get, patch } = paths['/v1/users/{userId}'];
  expect(get.responses['200'].headers).toHaveProperty('ETag');
  expect(Object.keys(get.responses['304'])).toEqual(['description', 'headers']);
  expect(patch.parameters).toContainEqual(expect.objectContaining({ in: 'header', name: 'if-match', required: true }));
  expect(Object.keys(patch.responses)).toEqual(expect.arrayContaining(['412', '428']));
  expect(paths['/v1/brokers/{brokerId}/symbols'].put.parameters.find(({ name }: { name: string }) => name === 'if-match').required).not.toBe(true);
  expect(JSON.stringify(paths)).not.toMatch(/"x-(etag|if-match)"/);
});
