import { beforeAll, expect, test } from 'vitest';
import { requestLink } from '../../db/stores/accountLinks.ts';
import { registerTradingAccount } from '../../db/stores/tradingAccounts.ts';
import { documentOf } from './operations.ts';
import { testApi, type TestApi } from './support.ts';

let api: TestApi;
const ids = {} as Record<'ann' | 'bob' | 'link', string>;
const keys = {} as Record<'ann' | 'bob', string>;

beforeAll(async () => {
  api = await testApi();
  const at = api.clock.now;
  await api.call('POST', '/v1/brokers', { body: { id: 'alpha', name: 'Alpha', servers: ['A'] } });
  await api.call('POST', '/v1/brokers/alpha/terms', { body: { effectiveFrom: '2026-01-01T00:00:00Z', accountTypes: { standard: { eligible: true, lotFactor: '1' } } } });
  for (const name of ['ann', 'bob'] as const) {
    ids[name] = (await api.call('POST', '/v1/users', { body: { externalId: name } })).json().id;
    keys[name] = await api.key('trader', { userId: ids[name] });
    for (const n of [1, 2, 3]) {
      const account = await registerTradingAccount(api.db, { brokerId: 'alpha', server: 'A', login: `${name}-${n}`, type: 'standard', at });
      const link = await requestLink(api.db, { tradingAccountId: account.id, userId: ids[name], requestedAt: at });
      if (name === 'ann' && n === 1) ids.link = link.id;
    }
  }
});

const get = async (url: string, key?: string) => (await api.call('GET', url, key === undefined ? {} : { key })).json();

test('sparse by default; expand shows in full what is named, in lists and alone', async () => {
  const [sparse] = (await get('/v1/links?limit=1')).items;
  expect(Object.keys(sparse)).not.toContain('account');
  const [full] = (await get('/v1/links?limit=1&expand=account,user')).items;
  expect(full).toMatchObject({ ...sparse, account: { id: sparse.tradingAccountId, login: 'ann-1' }, user: { id: sparse.userId, externalId: 'ann' } });
  expect(await get(`/v1/links/${ids.link}?expand=account`)).toEqual({ ...sparse, account: full.account });
  expect((await get('/v1/accounts?expand=broker')).items[0].broker).toEqual(await get('/v1/brokers/alpha'));
});

test('an unknown name is refused, and one that the caller could not read by itself', async () => {
  for (const expand of ['accounts', 'account,', 'account;user', '', 'account,user,account']) expect([expand, (await get(`/v1/links?expand=${expand}`)).code]).toEqual([expand, 'REQUEST_INVALID']);
  expect(await get('/v1/accruals?expand=report', keys.ann)).toMatchObject({ status: 403, code: 'EXPAND_NOT_ALLOWED', at: { field: 'expand' } });
  expect((await get('/v1/accruals?expand=holds', keys.ann)).code).toBe('EXPAND_NOT_ALLOWED');
  expect((await get('/v1/payouts?expand=run', keys.ann)).code).toBe('EXPAND_NOT_ALLOWED');
  expect((await get('/v1/links?expand=account', await api.key('support', { scopes: ['links:read'] }))).code).toBe('EXPAND_NOT_ALLOWED');
  expect((await get('/v1/accruals?expand=report,link,account,user,broker,holds')).items).toEqual([]);
});

test('a user sees what is his, and of another\'s not even that it is there', async () => {
  const mine = (await get('/v1/links?expand=account,user', keys.ann)).items;
  expect(mine.map((link: { user: { id: string } }) => link.user.id)).toEqual([ids.ann, ids.ann, ids.ann]);
  expect(await get(`/v1/links/${ids.link}?expand=user,account`, keys.bob)).toMatchObject({ status: 404, code: 'LINK_UNKNOWN' });
});

test('however many items, the same number of statements', async () => {
  const count = async (url: string): Promise<number> => {
    let statements = 0;
    const client = api.pool as unknown as { query: (...args: unknown[]) => unknown };
    const { query } = client;
    client.query = function counted(...args: unknown[]) { statements++; return query.apply(this, args); };
    try {
      expect((await api.call('GET', url)).statusCode).toBe(200);
    } finally {
      client.query = query;
    }
    return statements;
  };
  await get('/v1/me');
  expect(await count('/v1/links?limit=6&expand=account,user')).toBe(await count('/v1/links?limit=1&expand=account,user'));
  expect(await count('/v1/links?limit=6&expand=account,user')).toBe(await count('/v1/links?limit=6') + 2);
  for (const n of [1, 2, 3]) await api.call('POST', '/v1/brokers', { body: { id: `more-${n}`, name: 'More', servers: ['x', 'y'] } });
  expect(await count('/v1/brokers?limit=4')).toBe(await count('/v1/brokers?limit=1'));
  expect((await get('/v1/brokers')).items.map(({ id, servers }: { id: string; servers: string[] }) => [id, servers])).toEqual([['alpha', ['A']], ['more-1', ['x', 'y']], ['more-2', ['x', 'y']], ['more-3', ['x', 'y']]]);
});

test('every operation that can expand takes an allow-list, and answers each name as a field that may be missing', async () => {
  const { document, operations } = await documentOf(api);
  const expanding = operations.filter(({ parameters }) => parameters.some(({ name }) => name === 'expand'));
  expect(expanding.length).toBeGreaterThan(9);
  for (const { operationId, parameters, responses } of expanding) {
    const names = [...(parameters.find(({ name }) => name === 'expand') as { description?: string }).description!.matchAll(/`(\w+)`/g)].map((match) => match[1]!);
    const answer = responses['200']!.content!['application/json']!.schema;
    const item = answer.properties?.['items']?.items ?? answer;
    const shown = document.components.schemas[item.$ref!.split('/').at(-1)!]!;
    expect([operationId, names.filter((name) => !Object.hasOwn(shown.properties ?? {}, name) || shown.required?.includes(name))]).toEqual([operationId, []]);
  }
});
