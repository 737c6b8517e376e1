import { beforeAll, describe, expect, test } from 'vitest';
import { testApi, type TestApi } from './support.ts';

const money = (key: string) => ({ 'idempotency-key': key });
let api: TestApi;

beforeAll(async () => {
  api = await testApi();
  await api.call('POST', '/v1/brokers', { body: { id: 'alpha', name: 'Alpha Markets', servers: ['A-Live'] } });
});

test('a broker is set up over the API, step by step, and read back', async () => {
  const created = await api.call('POST', '/v1/brokers', { body: { id: 'beta', name: 'Beta', servers: ['B'] } });
  expect([created.statusCode, created.json()]).toEqual([201, { id: 'beta', name: 'Beta', servers: ['B'], createdAt: '2026-11-16T10:00:00.000Z' }]);
  expect((await api.call('POST', '/v1/brokers/beta/servers', { body: { servers: ['B2'] } })).json().servers).toEqual(['B', 'B2']);
  const agreement = await api.call('POST', '/v1/brokers/beta/agreements', { body: { activeFrom: '2026-01-01T01:00:00+01:00' } });
  expect(agreement.json()).toMatchObject({ brokerId: 'beta', activeFrom: '2026-01-01T00:00:00.000Z', activeTo: null });
  expect((await api.call('POST', `/v1/agreements/${agreement.json().id}/end`, { body: { activeTo: '2027-01-01T00:00:00Z' } })).json().activeTo).toBe('2027-01-01T00:00:00.000Z');
  const terms = await api.call('POST', '/v1/brokers/beta/terms', { body: { effectiveFrom: '2026-01-01T00:00:00Z', accountTypes: { cent: { eligible: true, lotFactor: '0.01' } }, minMovePoints: '30' } });
  expect([terms.statusCode, terms.json()]).toMatchObject([201, { version: 1, excludedClasses: [], minDurationSeconds: null, minMovePoints: '30' }]);
  const rate = await api.call('POST', '/v1/brokers/beta/rates', { body: { class: 'forex', perLot: '6.00', effectiveFrom: '2026-01-01T00:00:00Z' }, headers: money('r1') });
  expect([rate.statusCode, rate.json()]).toMatchObject([201, { version: 1, perLot: '6.00', appliesTo: 'all' }]);
  expect((await api.call('PUT', '/v1/brokers/beta/symbols', { body: { symbols: { EURUSD: 'forex' } } })).json()).toEqual({ symbols: { EURUSD: 'forex' } });
  const profile = { format: 'csv', dateFormat: 'iso', timeZone: 'UTC', level: 'trade', server: 'B', columns: { ticket: 't', account: 'a', symbol: 's', lots: 'l', closeTime: 'c' } };
  const version = await api.call('POST', '/v1/brokers/beta/profiles', { body: profile });
  expect([version.statusCode, version.json()]).toMatchObject([201, { version: 1, profile }]);
  expect((await api.call('GET', `/v1/profiles/${version.json().id}`)).json()).toEqual(version.json());
  for (const [path, n] of [['agreements', 1], ['terms', 1], ['rates', 1], ['rates?class=metals', 0], ['profiles', 1]] as const) {
    expect([path, (await api.call('GET', `/v1/brokers/beta/${path}`)).json().items.length]).toEqual([path, n]);
  }
  const rules = { effectiveFrom: '2026-01-01T00:00:00Z', pendingPeriod: 'P7D', payoutMinimum: '10.00', tierWindowDays: 30, tiers: [{ name: 'standard', fromLots: '0', multiplier: '1' }], changelog: 'First' };
  const methodology = await api.call('POST', '/v1/methodologies', { body: rules });
  expect([methodology.statusCode, methodology.json()]).toMatchObject([201, { version: 1, ...rules, effectiveFrom: '2026-01-01T00:00:00.000Z' }]);
  expect((await api.call('GET', `/v1/methodologies/${methodology.json().id}`)).json()).toEqual(methodology.json());
  expect((await api.call('GET', '/v1/methodologies')).json().items).toHaveLength(1);
});

test('lists come in pages until the last', async () => {
  for (const n of [1, 2, 3, 4, 5]) await api.call('POST', '/v1/users', { body: { externalId: `page-${n}` } });
  const seen: string[] = [];
  for (let cursor = ''; ;) {
    const page = (await api.call('GET', `/v1/users?limit=2${cursor}`)).json<{ items: { externalId: string }[]; nextCursor: string | null }>();
    seen.push(...page.items.map((user) => user.externalId));
    if (page.nextCursor === null) break;
    cursor = `&cursor=${page.nextCursor}`;
  }
  expect(seen).toEqual(['page-1', 'page-2', 'page-3', 'page-4', 'page-5']);
});

describe('idempotency', () => {
  const rate = { class: 'crypto', perLot: '1.25', effectiveFrom: '2026-01-01T00:00:00Z' };
  const rates = async () => (await api.call('GET', '/v1/brokers/alpha/rates?class=crypto')).json().items.length;

  test('the same request again gets the same answer and does nothing', async () => {
    const first = await api.call('POST', '/v1/brokers/alpha/rates', { body: rate, headers: money('once') });
    const again = await api.call('POST', '/v1/brokers/alpha/rates', { body: rate, headers: money('once') });
    expect([again.statusCode, again.json(), again.headers['idempotent-replayed']]).toEqual([201, first.json(), 'true']);
    expect(first.headers['idempotent-replayed']).toBeUndefined();
    expect(await rates()).toBe(1);
  });
  test('another body, path or operation under the same key is refused', async () => {
    expect((await api.call('POST', '/v1/brokers/alpha/rates', { body: { ...rate, perLot: '9' }, headers: money('once') })).json()).toMatchObject({ status: 422, code: 'IDEMPOTENCY_KEY_REUSED' });
    expect((await api.call('POST', '/v1/brokers/beta/rates', { body: rate, headers: money('once') })).json().code).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(await rates()).toBe(1);
  });
  test('a refused request leaves its key free', async () => {
    expect((await api.call('POST', '/v1/brokers/nobody/rates', { body: rate, headers: money('retry') })).statusCode).toBe(404);
    expect((await api.call('POST', '/v1/brokers/alpha/rates', { body: { ...rate, class: 'stocks' }, headers: money('retry') })).statusCode).toBe(201);
  });
  test('twenty at once are done once; the others are told to wait or get the answer', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => api.call('POST', '/v1/brokers/alpha/rates', { body: { ...rate, class: 'energies' }, headers: money('burst') })));
    expect(answers.filter((a) => a.statusCode === 201).length).toBeGreaterThan(0);
    expect(new Set(answers.map((a) => a.statusCode === 201 ? a.json().id : a.json().code)).size).toBeLessThanOrEqual(2);
    expect(answers.filter((a) => a.statusCode !== 201).every((a) => a.statusCode === 409 && a.json().code === 'IDEMPOTENCY_IN_FLIGHT')).toBe(true);
    expect((await api.call('GET', '/v1/brokers/alpha/rates?class=energies')).json().items).toHaveLength(1);
  });
});

test('keys are made, show what they may, and end at once when revoked', async () => {
  expect((await api.call('POST', '/v1/api-keys', { body: { name: 'x', role: 'support', scopes: ['accruals:hold'] } })).json()).toMatchObject({ status: 422, code: 'SCOPE_UNKNOWN' });
  expect((await api.call('POST', '/v1/api-keys', { body: { name: 'x', role: 'trader', scopes: ['*'] } })).json().code).toBe('API_KEY_USER');
  expect((await api.call('POST', '/v1/api-keys', { body: { name: 'x', role: 'admin', scopes: ['*'], expiresAt: '2026-11-16T10:00:00Z' } })).json().code).toBe('API_KEY_EXPIRY');
  const made = await api.call('POST', '/v1/api-keys', { body: { name: 'portal', role: 'finance', scopes: ['reports:read'] } });
  expect([made.statusCode, made.headers['cache-control']]).toEqual([201, 'no-store']);
  const { key, apiKey } = made.json<{ key: string; apiKey: { id: string } }>();
  expect((await api.call('GET', '/v1/me', { key })).json()).toMatchObject({ apiKey: { name: 'portal' }, user: null, allowedScopes: ['reports:read'] });
  expect((await api.call('GET', '/v1/users', { key })).json()).toMatchObject({ code: 'SCOPE_MISSING', facts: { scope: 'users:read' } });
  expect((await api.call('GET', '/v1/api-keys')).body).not.toContain(key);
  await api.call('POST', `/v1/api-keys/${apiKey.id}/revoke`);
  expect((await api.call('GET', '/v1/me', { key })).json()).toMatchObject({ status: 401, code: 'API_KEY_REVOKED' });
  expect(api.logged.join('')).not.toContain(key.slice(13));
});
