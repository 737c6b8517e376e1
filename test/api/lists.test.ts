import { beforeAll, expect, test } from 'vitest';
import { accessOf } from '../../api/access.ts';
import { documentOf, type JsonSchema, type OpenApiDocument, type Operation, resolved } from './operations.ts';
import { testApi, type TestApi } from './support.ts';
import fc from '../support/properties.ts';

let api: TestApi;
let document: OpenApiDocument;
let operations: Operation[];
let lists: Operation[];

beforeAll(async () => {
  api = await testApi();
  ({ document, operations } = await documentOf(api));
  lists = operations.filter((operation) => operation.method === 'GET' && operation.operationId.startsWith('list'));
});

const nullable = (schema: JsonSchema | undefined): unknown => schema?.anyOf?.map(({ type }) => type) ?? schema?.type;

test('every list takes limit and cursor and answers items and nextCursor; whatever answers items is a list', () => {
  expect(lists.length).toBeGreaterThan(15);
  for (const { operationId, parameters, responses } of lists) {
    const named = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
    expect([operationId, named.includes('limit'), named.includes('cursor')]).toEqual([operationId, true, true]);
    const answer = resolved(document, responses['200']!.content!['application/json']!.schema);
    expect([operationId, answer.properties?.['items']?.type, nullable(answer.properties?.['nextCursor'])]).toEqual([operationId, 'array', ['string', 'null']]);
    expect([operationId, answer.required]).toEqual([operationId, expect.arrayContaining(['items', 'nextCursor'])]);
  }
  const paged = operations.filter(({ method, responses }) => method === 'GET' && Object.values(responses).some(({ content }) => Object.hasOwn(resolved(document, content?.['application/json']?.schema ?? {}).properties ?? {}, 'items')));
  expect(paged.filter(({ parameters }) => !parameters.some(({ name }) => name === 'cursor')).map(({ operationId }) => operationId)).toEqual([]);
});

test('filters are named alike: no list calls the same thing otherwise', () => {
  const known = new Set([
    'limit', 'cursor', 'expand', 'from', 'to', 'open', 'state', 'status', 'userId', 'brokerId', 'reportId', 'periodId', 'accountLinkId', 'tradingAccountId', 'runId', 'rail', 'decision', 'onHold', 'removed',
    'externalId', 'server', 'login', 'class', 'appliesTo', 'activeAt', 'outcome', 'reason', 'ticket', 'account', 'kind', 'endpointId', 'eventId', 'type', 'role', 'principalId', 'personId', 'blocked', 'operation', 'subjectType', 'subjectId', 'section', 'name', 'unknown', 'symbol', 'asKnownOn', 'origin', 'sourceId', 'late', 'noticed', 'day', 'code', 'payoutId',
  ]);
  const others = lists.flatMap(({ operationId, parameters }) => parameters.filter((parameter) => parameter.in === 'query' && !known.has(parameter.name)).map(({ name }) => `${operationId}: ${name}`));
  expect(others).toEqual([]);
});

test('a query parameter that an operation does not know is refused by its name, everywhere', async () => {
  const told: string[] = [];
  for (const { operationId, method, path } of operations.filter((operation) => operation.method === 'GET' && !operation.tags.includes('Health'))) {
    const access = accessOf(operationId);
    // A person's own things are shown to sessions only; access.test.ts knocks there.
    if (access !== undefined && access !== 'public' && access.session) continue;
    const url = path.replace(/\{brokerId\}/, 'nobody').replace(/\{year\}/, '2026').replace(/\{\w+\}/g, 'nothing_0');
    const answer = await api.call(method, `${url}?colour=red`);
    if (answer.statusCode === 200) told.push(operationId);
    if (answer.statusCode === 400 && !answer.json<{ detail: string }>().detail.includes('colour')) told.push(`${operationId} says ${answer.body}`);
    if (![200, 400].includes(answer.statusCode)) told.push(`${operationId}: ${answer.statusCode}`);
  }
  expect(told).toEqual([]);
});

test('pages are stable while others are added: whoever was there is seen once, in order', async () => {
  let n = 0;
  await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 12 }), async (limit, inserts) => {
    const add = async (count: number): Promise<void> => { for (let i = 0; i < count; i++) await api.call('POST', '/v1/users', { body: { externalId: `u-${++n}` } }); };
    await add(3);
    const there = (await api.pool.query<{ id: string }>('SELECT id FROM app_user ORDER BY id')).rows.map(({ id }) => id);
    const seen: string[] = [];
    for (let cursor: string | null = '', step = 0; cursor !== null; step++) {
      const page: { items: { id: string }[]; nextCursor: string | null } = (await api.call('GET', `/v1/users?limit=${limit}${cursor === '' ? '' : `&cursor=${cursor}`}`)).json();
      expect(page.items.length).toBeLessThanOrEqual(limit);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
      await add(inserts[step] ?? 0);
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual([...seen].sort());
    expect(there.filter((id) => !seen.includes(id))).toEqual([]);
  }), { numRuns: 8 });
});

test('filters narrow: by state, by time from (inclusive) to (exclusive), and by what they name', async () => {
  const at = (now: string) => { api.clock.now = now; };
  at('2026-11-17T08:00:00.000Z');
  const early = (await api.call('POST', '/v1/users', { body: { externalId: 'early' } })).json<{ id: string }>();
  at('2026-11-17T09:00:00.000Z');
  const late = (await api.call('POST', '/v1/users', { body: { externalId: 'late' } })).json<{ id: string }>();
  await api.call('PATCH', `/v1/users/${late.id}`, { body: { status: 'suspended' }, headers: { 'if-match': '*' } });
  const ids = async (query: string) => (await api.call('GET', `/v1/users?${query}`)).json<{ items: { id: string }[] }>().items.map(({ id }) => id);
  expect(await ids('from=2026-11-17T08:00:00Z&to=2026-11-17T09:00:00Z')).toEqual([early.id]);
  expect(await ids('from=2026-11-17T10:00:00%2B01:00')).toEqual([late.id]);
  expect(await ids('status=suspended')).toEqual([late.id]);
  expect((await api.call('GET', '/v1/users?from=yesterday')).json()).toMatchObject({ status: 400, code: 'REQUEST_INVALID' });
});

test('versions come in pages too, and agreements by the instant at which they are active', async () => {
  await api.call('POST', '/v1/brokers', { body: { id: 'alpha', name: 'Alpha', servers: ['A'] } });
  for (const day of [1, 2, 3]) {
    await api.call('POST', '/v1/brokers/alpha/terms', { body: { effectiveFrom: `2026-01-0${day}T00:00:00Z`, accountTypes: { standard: { eligible: true, lotFactor: '1' } } } });
    await api.call('POST', '/v1/brokers/alpha/agreements', { body: { activeFrom: `2026-01-0${day}T00:00:00Z`, activeTo: `2026-01-0${day + 1}T00:00:00Z` } });
    await api.call('POST', '/v1/brokers/alpha/rates', { headers: { 'idempotency-key': `r${day}` }, body: { class: 'forex', perLot: '1', effectiveFrom: '2026-01-01T00:00:00Z', appliesTo: day === 3 ? 'new' : 'all' } });
    await api.call('POST', '/v1/brokers/alpha/profiles', { body: { format: 'csv', dateFormat: 'iso', timeZone: 'UTC', level: 'trade', server: 'A', columns: { ticket: 't', account: 'a', symbol: 's', lots: 'l', closeTime: 'c' } } });
  }
  const walk = async (path: string): Promise<number[]> => {
    const versions: number[] = [];
    for (let cursor: string | null = '', pages = 0; cursor !== null && pages < 9; pages++) {
      const page: { items: { version: number }[]; nextCursor: string | null } = (await api.call('GET', `/v1/brokers/alpha/${path}?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)).json();
      versions.push(...page.items.map(({ version }) => version));
      cursor = page.nextCursor;
    }
    return versions;
  };
  expect([await walk('terms'), await walk('rates'), await walk('profiles')]).toEqual([[1, 2, 3], [1, 2, 3], [3, 2, 1]]);
  const items = async (path: string) => (await api.call('GET', `/v1/brokers/alpha/${path}`)).json<{ items: { activeFrom: string }[] }>().items;
  expect((await items('agreements?activeAt=2026-01-02T00:00:00Z')).map(({ activeFrom }) => activeFrom)).toEqual(['2026-01-02T00:00:00.000Z']);
  expect(await items('rates?appliesTo=new')).toHaveLength(1);
});
