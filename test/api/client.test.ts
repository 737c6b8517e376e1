import { readFileSync } from 'node:fs';
import { beforeAll, expect, expectTypeOf, test } from 'vitest';
import { ApiClient } from '../../api/client/client.ts';
import type { ApiProblem } from '../../api/client/problem.ts';
import { CLIENT_TYPES, clientTypes } from '../../scripts/generate-client.ts';
import { openApiDocument } from '../../scripts/openapi-document.ts';
import { testApi, type TestApi } from './support.ts';

let api: TestApi;
let client: ApiClient;
beforeAll(async () => {
  api = await testApi();
  const url = await api.app.listen({ port: 0, host: '127.0.0.1' });
  client = new ApiClient({ url, key: await api.key('admin') });
});
const refused = (call: Promise<unknown>): Promise<ApiProblem> => call.then(() => { throw new Error('It was not refused'); }, (error: ApiProblem) => error);

test('the committed client is what the OpenAPI document generates', async () => {
  const generated = await clientTypes(await openApiDocument());
  expect(readFileSync(CLIENT_TYPES, 'utf8') === generated, 'The routes have changed and the client has not: run `npm run client:generate` and commit api/client/openapi.ts').toBe(true);
});

test('the document made without a database is the one that the API serves', async () => {
  expect(await openApiDocument()).toEqual((await api.call('GET', '/openapi.json', { key: '' })).json());
});

test('an operation takes and answers what its description says, by its name', async () => {
  const user = await client.call('createUser', { body: { externalId: 'ann' } });
  expectTypeOf(user.status).toEqualTypeOf<'active' | 'suspended'>();
  expect(await client.call('getUser', { path: { userId: user.id } })).toEqual(user);
  // @ts-expect-error An unknown field of a body does not compile.
  expect((await refused(client.call('createUser', { body: { externalId: 'x', colour: 'red' } }))).code).toBe('REQUEST_INVALID');
  // @ts-expect-error Neither does a path without its id.
  expect((await refused(client.call('getUser', {}))).status).toBeGreaterThanOrEqual(400);
});

test('refusals are thrown as problems with code, status, place and request', async () => {
  const problem = await refused(client.call('createUser', { body: { externalId: 'ann' } }));
  expect(problem).toMatchObject({ name: 'ApiProblem', code: 'USER_EXISTS', status: 409, at: { field: 'externalId' }, facts: { userId: expect.stringMatching(/^usr_/) }, requestId: expect.stringMatching(/^req_/) });
  const keyless = new ApiClient({ url: 'http://localhost', fetch: async () => new Response('<html>', { status: 502 }) });
  expect(await refused(keyless.call('listUsers'))).toMatchObject({ code: 'UNKNOWN', status: 502 });
});

test('each change has a key of its own; a repeated key is told', async () => {
  const body = { externalId: 'bob' };
  const first = await client.answer('createUser', { body, idempotencyKey: 'bob-1' });
  const again = await client.answer('createUser', { body, idempotencyKey: 'bob-1' });
  expect([first.replayed, again.replayed, again.data]).toEqual([false, true, first.data]);
  expect((await client.call('createUser', { body: { externalId: 'cy' } })).id).not.toBe((await client.call('createUser', { body: { externalId: 'di' } })).id);
});

test('what is read can be changed with its tag, and only as it was read', async () => {
  const { data: { id } } = await client.answer('createUser', { body: { externalId: 'eve' } });
  const read = await client.answer('getUser', { path: { userId: id } });
  expect(read.etag).toMatch(/^"/);
  // @ts-expect-error The tag is demanded.
  expect((await refused(client.call('changeUser', { path: { userId: id }, body: { status: 'suspended' } }))).code).toBe('PRECONDITION_NEEDED');
  const changed = await client.answer('changeUser', { path: { userId: id }, ifMatch: read.etag ?? '', body: { status: 'suspended' } });
  expect(changed).toMatchObject({ status: 200, data: { status: 'suspended' } });
  expect((await refused(client.call('changeUser', { path: { userId: id }, ifMatch: read.etag ?? '', body: { status: 'active' } }))).code).toBe('PRECONDITION_FAILED');
});

test('lists are walked to their end, page by page or item by item', async () => {
  const pages: number[] = [];
  for await (const page of client.pages('listUsers', { query: { limit: 2 } })) pages.push(page.length);
  const names: string[] = [];
  for await (const user of client.items('listUsers', { query: { limit: 2 } })) names.push(user.externalId);
  expect([pages, names]).toEqual([[2, 2, 1], ['ann', 'bob', 'cy', 'di', 'eve']]);
  // @ts-expect-error What answers no pages cannot be walked.
  const wrong = () => client.pages('getUser', { path: { userId: 'x' } });
  expect(wrong).toBeTypeOf('function');
});

test('a file is answered as it comes', async () => {
  const response = await client.file('exportAuditNdjson', { query: { operation: 'changeUser' } });
  expect((await response.text()).trim().split('\n').map((line) => JSON.parse(line).operation)).toEqual(['changeUser']);
});
