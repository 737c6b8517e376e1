import { beforeAll, describe, expect, test } from 'vitest';
import { testApi, type TestApi } from './support.ts';

let api: TestApi;
const JSON_TYPE = { 'content-type': 'application/json' };
const broker = { id: 'gamma', name: 'Gamma', servers: [] };
const rate = { class: 'forex', perLot: '6', effectiveFrom: '2026-01-01T00:00:00Z' };
const rules = { effectiveFrom: '2026-01-01T00:00:00Z', pendingPeriod: 'P7D', payoutMinimum: '10', tierWindowDays: 30, changelog: 'x', tiers: [{ name: 'a', fromLots: '0', multiplier: '1' }] };
const money = { 'idempotency-key': 'bad' };

beforeAll(async () => {
  api = await testApi();
  await api.call('POST', '/v1/brokers', { body: { id: 'alpha', name: 'Alpha', servers: ['A'] } });
});

type Row = [name: string, method: 'GET' | 'POST' | 'PUT' | 'PATCH', url: string, send: { body?: unknown; payload?: string; headers?: Record<string, string> }, status: number, code: string];
const TABLE: Row[] = [
  ['unknown route', 'GET', '/v1/nothing', {}, 404, 'ROUTE_UNKNOWN'],
  ['unknown method', 'PATCH', '/v1/brokers', { body: {} }, 405, 'METHOD_NOT_ALLOWED'],
  ['no JSON', 'POST', '/v1/brokers', { payload: '{"id":', headers: JSON_TYPE }, 400, 'JSON_INVALID'],
  ['empty JSON', 'POST', '/v1/brokers', { payload: '', headers: JSON_TYPE }, 400, 'JSON_INVALID'],
  ['poisoned JSON', 'POST', '/v1/brokers', { payload: '{"__proto__":{"x":1},"id":"z","name":"Z"}', headers: JSON_TYPE }, 400, 'JSON_INVALID'],
  ['no body', 'POST', '/v1/brokers', {}, 400, 'REQUEST_INVALID'],
  ['a list as body', 'POST', '/v1/brokers', { body: [] }, 400, 'REQUEST_INVALID'],
  ['another content type', 'POST', '/v1/brokers', { payload: 'id=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415, 'MEDIA_TYPE_UNSUPPORTED'],
  ['too large', 'POST', '/v1/brokers', { body: { ...broker, name: 'x'.repeat(1_100_000) } }, 413, 'BODY_TOO_LARGE'],
  ['unknown field', 'POST', '/v1/brokers', { body: { ...broker, colour: 'red' } }, 400, 'REQUEST_INVALID'],
  ['missing field', 'POST', '/v1/brokers', { body: { id: 'x' } }, 400, 'REQUEST_INVALID'],
  ['id with capitals', 'POST', '/v1/brokers', { body: { ...broker, id: 'Gamma' } }, 400, 'REQUEST_INVALID'],
  ['control character', 'POST', '/v1/brokers', { body: { ...broker, name: 'a\u0000b' } }, 400, 'REQUEST_INVALID'],
  ['spaces around', 'POST', '/v1/brokers', { body: { ...broker, name: ' Gamma' } }, 400, 'REQUEST_INVALID'],
  ['existing broker', 'POST', '/v1/brokers', { body: { ...broker, id: 'alpha' } }, 409, 'BROKER_EXISTS'],
  ['unknown broker', 'GET', '/v1/brokers/nobody', {}, 404, 'BROKER_UNKNOWN'],
  ['path that is no id', 'GET', '/v1/links/%00', {}, 400, 'REQUEST_INVALID'],
  ['path with SQL in it', 'GET', "/v1/links/x'%20or%201=1", {}, 400, 'REQUEST_INVALID'],
  ['path too long', 'GET', `/v1/links/${'x'.repeat(150)}`, {}, 400, 'REQUEST_INVALID'],
  ['damaged escape', 'GET', '/v1/links/%zz', {}, 400, 'REQUEST_INVALID'],
  ['rate as number', 'POST', '/v1/brokers/alpha/rates', { body: { ...rate, perLot: 6 }, headers: money }, 400, 'REQUEST_INVALID'],
  ['rate NaN', 'POST', '/v1/brokers/alpha/rates', { body: { ...rate, perLot: 'NaN' }, headers: money }, 400, 'REQUEST_INVALID'],
  ['rate with exponent', 'POST', '/v1/brokers/alpha/rates', { body: { ...rate, perLot: '1e2' }, headers: money }, 400, 'REQUEST_INVALID'],
  ['rate with nine places', 'POST', '/v1/brokers/alpha/rates', { body: { ...rate, perLot: '1.123456789' }, headers: money }, 400, 'REQUEST_INVALID'],
  ['negative rate', 'POST', '/v1/brokers/alpha/rates', { body: { ...rate, perLot: '-1' }, headers: money }, 400, 'REQUEST_INVALID'],
  ['rate of millions', 'POST', '/v1/brokers/alpha/rates', { body: { ...rate, perLot: '1000000' }, headers: money }, 422, 'RATE_TOO_HIGH'],
  ['instant without offset', 'POST', '/v1/brokers/alpha/rates', { body: { ...rate, effectiveFrom: '2026-01-01T00:00:00' }, headers: money }, 400, 'REQUEST_INVALID'],
  ['offset that no place has', 'POST', '/v1/brokers/alpha/rates', { body: { ...rate, effectiveFrom: '2026-01-01T00:00:00-22:09' }, headers: money }, 400, 'REQUEST_INVALID'],
  ['lot factor of zero', 'POST', '/v1/brokers/alpha/terms', { body: { effectiveFrom: '2026-01-01T00:00:00Z', accountTypes: { cent: { eligible: true, lotFactor: '0' } } }, headers: money }, 422, 'DECIMAL_INVALID'],
  ['day that does not exist', 'POST', '/v1/brokers/alpha/rates', { body: { ...rate, effectiveFrom: '2026-02-30T00:00:00Z' }, headers: money }, 400, 'REQUEST_INVALID'],
  ['no idempotency key', 'POST', '/v1/brokers/alpha/rates', { body: rate }, 400, 'IDEMPOTENCY_KEY_MISSING'],
  ['idempotency key with spaces', 'POST', '/v1/brokers/alpha/rates', { body: rate, headers: { 'idempotency-key': 'a b' } }, 400, 'IDEMPOTENCY_KEY_MISSING'],
  ['cursor of somebody else', 'GET', '/v1/users?cursor=AAAA', {}, 400, 'CURSOR_INVALID'],
  ['cursor that is no number', 'GET', `/v1/accruals?cursor=${Buffer.from('1:abc').toString('base64url')}`, {}, 400, 'CURSOR_INVALID'],
  ['limit of zero', 'GET', '/v1/users?limit=0', {}, 400, 'REQUEST_INVALID'],
  ['limit of thousands', 'GET', '/v1/users?limit=5000', {}, 400, 'REQUEST_INVALID'],
  ['tiers with a gap', 'POST', '/v1/methodologies', { body: { ...rules, tiers: [{ name: 'a', fromLots: '0', toLots: '10', multiplier: '1' }, { name: 'b', fromLots: '20', multiplier: '1' }] } }, 422, 'TIERS_GAP'],
  ['tiers with an overlap', 'POST', '/v1/methodologies', { body: { ...rules, tiers: [{ name: 'a', fromLots: '0', toLots: '35', multiplier: '1' }, { name: 'b', fromLots: '30', multiplier: '1' }] } }, 422, 'TIERS_OVERLAP'],
  ['pending for a month', 'POST', '/v1/methodologies', { body: { ...rules, pendingPeriod: 'P1M' } }, 400, 'REQUEST_INVALID'],
  ['profile without a zone', 'POST', '/v1/brokers/alpha/profiles', { body: { format: 'csv', dateFormat: 'yyyy.MM.dd HH:mm', level: 'trade', server: 'A', columns: { ticket: 't', account: 'a', symbol: 's', lots: 'l', closeTime: 'c' } } }, 422, 'REQUEST_REFUSED'],
  ['profile with a blank header', 'POST', '/v1/brokers/alpha/profiles', { body: { format: 'csv', dateFormat: 'yyyy.MM.dd HH:mm', level: 'trade', server: 'A', timeZone: 'UTC', columns: { ticket: 't', account: 'a', symbol: 's', lots: '\v', closeTime: 'c' } } }, 422, 'REQUEST_REFUSED'],
  ['account on an unknown server', 'POST', '/v1/accounts', { body: { brokerId: 'alpha', server: 'Z', login: '1', type: 'standard' } }, 422, 'SERVER_UNKNOWN'],
  ['account of an unknown type', 'POST', '/v1/accounts', { body: { brokerId: 'alpha', server: 'A', login: '1', type: 'vip' } }, 422, 'ACCOUNT_TYPE_UNKNOWN'],
  ['link of an unknown account', 'POST', '/v1/links', { body: { tradingAccountId: 'tac_1', userId: 'usr_1' } }, 404, 'USER_UNKNOWN'],
  ['week to come', 'POST', '/v1/payout-runs', { body: { week: '2026-W48' }, headers: money }, 422, 'PAYOUT_RUN_TOO_EARLY'],
  ['week 54', 'POST', '/v1/payout-runs', { body: { week: '2026-W54' }, headers: money }, 400, 'REQUEST_INVALID'],
  ['hold of nothing', 'POST', '/v1/accruals/acr_1/hold', { body: { reason: 'FRAUD_CHECK', note: 'x' }, headers: money }, 404, 'ACCRUAL_UNKNOWN'],
  ['hold with a loose reason', 'POST', '/v1/accruals/acr_1/hold', { body: { reason: 'because', note: 'x' }, headers: money }, 400, 'REQUEST_INVALID'],
  ['event of an unknown rail', 'POST', '/v1/webhooks/rails/nothing', { body: {} }, 404, 'RAIL_UNKNOWN'],
];

describe('bad requests are answered with problems', () => {
  test.each(TABLE)('%s', async (_name, method, url, send, status, code) => {
    const response = await api.call(method, url, send);
    expect([response.statusCode, response.json().code]).toEqual([status, code]);
    expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(response.json()).toMatchObject({ type: `urn:cashback:problem:${code}`, status, instance: response.headers['x-request-id'] });
  });
});

test('none of them is logged as our error, and no value of theirs is in the log', () => {
  const log = api.logged.join('\n');
  expect(log).not.toContain('"level":50');
  expect(log).not.toMatch(/Bearer|cbk_|Gamma/);
});

test('a method that a path does not take is 405, and Allow says which it takes', async () => {
  for (const [url, allow] of [['/v1/users/usr_1?x=1', 'GET, PATCH'], ['/v1/brokers', 'GET, POST'], ['/healthz', 'GET'], ['/openapi.json', 'GET']]) {
    const response = await api.app.inject({ method: 'DELETE', url: url! });
    expect([response.statusCode, response.json().code, response.headers.allow]).toEqual([405, 'METHOD_NOT_ALLOWED', allow]);
  }
  // Not the methods of `/v1/sessions/{sessionId}`, whose shape it has.
  expect((await api.app.inject({ method: 'PUT', url: '/v1/sessions/revoke-others' })).headers.allow).toBe('POST');
  for (const method of ['TRACE', 'QUERY', 'HEAD'] as const) expect((await api.app.inject({ method: method as 'GET', url: '/v1/brokers' })).statusCode).toBe(405);
});

test.each(['multipart/form-data', 'multipart/form-data; boundary=x'])('a report as %s that is no form is refused', async (type) => {
  const response = await api.call('POST', '/v1/reports?brokerId=alpha&from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z', { payload: 'no form', headers: { ...money, 'content-type': type } });
  expect([response.statusCode, response.json().code]).toEqual([400, 'FORM_UNREADABLE']);
});

test('more than the limit is answered with 429', async () => {
  const { readApiConfig } = await import('../../api/config.ts');
  const limited = await testApi({ config: readApiConfig({ API_RATE_LIMIT: '3', API_MAX_EVENT_LOOP_DELAY: '0' }) });
  const codes = [];
  for (let i = 0; i < 4; i++) codes.push((await limited.call('GET', '/v1/me', { key: 'cbk_none' })).json().code);
  expect(codes).toEqual(['API_KEY_INVALID', 'API_KEY_INVALID', 'API_KEY_INVALID', 'RATE_LIMITED']);
  expect((await limited.call('GET', '/healthz', { key: '' })).statusCode).toBe(200);
});

test('a database that is away is 503, without its words', async () => {
  const away = await testApi();
  await away.database.drop();
  const response = await away.call('GET', '/v1/brokers', { key: 'cbk_x' });
  expect([response.statusCode, response.json().detail]).toEqual([503, 'The database or Temporal is away; send it again in a moment.']);
  expect((await away.call('GET', '/healthz', { key: '' })).statusCode).toBe(200);
});
