import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { beforeAll, expect, test } from 'vitest';
import { withTransaction } from '../../db/connection.ts';
import { reportFigures } from '../../db/stores/dashboardFigures.ts';
import { play } from '../activities/reports/intake/desk.ts';
import { testApi, type TestApi } from './support.ts';

/** Workflows that were started or woken. */
const touched: string[] = [];
const temporal = {
  workflow: {
    start: async (_type: string, { workflowId }: { workflowId: string }) => void touched.push(workflowId),
    signalWithStart: async (_type: string, { workflowId }: { workflowId: string }) => void touched.push(workflowId),
  },
} as unknown as Client;

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const FROM = '2026-01-01T00:00:00Z';
const row = (account: string, at: string, lots: string) => ({ account, server: 'A', class: 'forex', at, lots });
const typed = (rows: object[], totalLots: string, more: object = {}) => ({
  from: '2026-11-02T00:00:00Z', to: '2026-11-09T00:00:00Z', level: 'account-day', timeZone: 'Europe/Athens', full: true, totalLots, rows, screenshot: { type: 'image/png', base64: PNG }, ...more,
});

let api: TestApi;
let ann: string;
let ben: string;
let userId: string;

const post = (url: string, body: object, key: string, headers: Record<string, string> = {}) => api.call('POST', url, { key, body, headers: { 'idempotency-key': randomUUID(), ...headers } });
const type = (body: object, key = ann, headers: Record<string, string> = {}) => post('/v1/brokers/alpha/dashboard-figures', body, key, headers);
const pending = async (): Promise<string> => (await api.call('GET', `/v1/users/${userId}/balances`, { key: ann })).json().total.pending;
const reports = async (): Promise<number> => (await api.pool.query("SELECT FROM report WHERE origin = 'dashboard'")).rowCount!;

beforeAll(async () => {
  api = await testApi({ twoPeople: true, client: temporal });
  ann = await api.key('finance');
  ben = await api.key('admin');
  const admin = await api.key('admin');
  await api.call('POST', '/v1/brokers', { key: admin, body: { id: 'alpha', name: 'Alpha', servers: ['A'] } });
  const agreed = async (method: 'POST' | 'PUT', url: string, body: object) => {
    const { statusCode, ...answer } = method === 'POST' ? await post(url, body, admin) : await api.call('PUT', url, { key: admin, body });
    expect(statusCode).toBe(202);
    expect((await post(`/v1/changes/${answer.json().id}/approve`, {}, ben)).statusCode).toBe(200);
  };
  await agreed('POST', '/v1/brokers/alpha/agreements', { activeFrom: FROM });
  await agreed('POST', '/v1/brokers/alpha/terms', { effectiveFrom: FROM, accountTypes: { std: { eligible: true, lotFactor: '1' } } });
  await agreed('POST', '/v1/brokers/alpha/rates', { class: 'forex', perLot: '6.00', effectiveFrom: FROM });
  await agreed('POST', '/v1/methodologies', { effectiveFrom: FROM, pendingPeriod: 'P7D', payoutMinimum: '10.00', tierWindowDays: 30, tiers: [{ name: 'standard', fromLots: '0', multiplier: '1' }], changelog: 'First' });
  userId = (await api.call('POST', '/v1/users', { key: admin, body: { externalId: 'trader' } })).json().id;
  const account = (await api.call('POST', '/v1/accounts', { key: admin, body: { brokerId: 'alpha', server: 'A', login: '100', type: 'std' } })).json();
  await api.pool.query(`INSERT INTO account_link (id, trading_account_id, user_id, status, requested_at, decided_at) VALUES ('lnk_1', $1, $2, 'verified', $3, $3)`, [account.id, userId, FROM]);
});

test('typed figures earn nothing until a second operator has confirmed them; then every cent leads to a typed row', async () => {
  const answer = await type(typed([row('100', '2026-11-02', '1.50'), row('100', '2026-11-03', '0.25'), row('999', '2026-11-03', '4')], '5.75', { note: 'the export is broken' }));
  expect(answer.statusCode).toBe(202);
  const figures = answer.json();
  expect(figures).toMatchObject({ lines: 3, lots: '5.75', reportId: null, changeId: expect.stringMatching(/^chg_/) });
  expect(await reports()).toBe(0);

  const approve = (key: string) => post(`/v1/changes/${figures.changeId}/approve`, {}, key);
  expect((await approve(ann)).json()).toMatchObject({ code: 'SAME_PERSON' });
  const shot = await api.call('GET', `/v1/dashboard-figures/${figures.id}/screenshot`, { key: ben });
  expect([shot.headers['content-disposition'], shot.rawPayload.toString('base64')]).toEqual([`attachment; filename="${figures.id}.png"`, PNG]);
  expect((await approve(ben)).statusCode).toBe(200);
  expect(touched).toContain(`change:${figures.changeId}`);

  const { reportId, file } = (await api.call('GET', `/v1/dashboard-figures/${figures.id}`, { key: ben })).json();
  expect(touched.some((id) => id === 'report-period:alpha:2026-11-02_2026-11-09')).toBe(true);
  await play(api.pool, reportId, '2026-11-10T00:00:00.000Z');
  expect(await pending()).toBe('10.5');
  expect((await api.call('GET', `/v1/reports/${reportId}/file`, { key: ben })).body).toBe(file);
  const lines = (await api.call('GET', `/v1/reports/${reportId}/lines`, { key: ben })).json().items;
  expect(lines.map((line: Record<string, string>) => [line['account'], line['outcome'], line['amount']])).toEqual([['100', 'paid', '9'], ['100', 'paid', '1.5'], ['999', 'excluded', '0']]);
});

test('mended figures for the same period are its next version, and only the difference is posted', async () => {
  const figures = (await type(typed([row('100', '2026-11-02', '1.00')], '1'))).json();
  await post(`/v1/changes/${figures.changeId}/approve`, {}, ben);
  const { reportId } = (await api.call('GET', `/v1/dashboard-figures/${figures.id}`, { key: ben })).json();
  await play(api.pool, reportId, '2026-11-10T01:00:00.000Z');
  expect(await pending()).toBe('6');
  expect((await api.pool.query("SELECT version FROM profile_version WHERE name = 'dashboard'")).rowCount).toBe(1);
});

test('figures become one report, however often they are confirmed; rejected ones never', async () => {
  const [once, rejected] = [(await type(typed([row('100', '2026-11-04', '1')], '1'))).json(), (await type(typed([row('100', '2026-11-05', '1')], '1'))).json()];
  const before = await reports();
  const both = await Promise.allSettled([1, 2].map(() => withTransaction(api.pool, (tx) => reportFigures(tx, once.id, api.clock.now))));
  expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
  expect((await post(`/v1/changes/${rejected.changeId}/reject`, { reason: 'the picture says otherwise' }, ben)).statusCode).toBe(200);
  expect(await reports()).toBe(before + 1);
});

test('the same request again is the same figures', async () => {
  const headers = { 'idempotency-key': randomUUID() };
  const body = typed([row('100', '2026-11-06', '1')], '1');
  const [first, second] = [await type(body, ann, headers), await type(body, ann, headers)];
  expect(second.json()).toEqual(first.json());
});

test.each([
  ['rows that do not add up to the sum shown', typed([row('100', '2026-11-02', '1.5')], '1.6'), 422, 'FIGURES_TOTAL_DIFFERS'],
  ['a symbol beside a class', typed([row('100', '2026-11-02', '1'), { account: '100', server: 'A', symbol: 'EURUSD', at: '2026-11-02', lots: '1' }], '2'), 422, 'FIGURES_MIXED'],
  ['a picture that is none', { ...typed([row('100', '2026-11-02', '1')], '1'), screenshot: { type: 'image/png', base64: Buffer.from('hello, world').toString('base64') } }, 422, 'SCREENSHOT_UNREADABLE'],
  ['a period that ends before it begins', typed([row('100', '2026-11-02', '1')], '1', { to: '2026-11-01T00:00:00Z' }), 422, 'PERIOD_EMPTY'],
  ['an unknown zone', typed([row('100', '2026-11-02', '1')], '1', { timeZone: 'Mars/North' }), 422, undefined],
  ['no row', typed([], '0'), 400, undefined],
  ['a number for lots', typed([{ ...row('100', '2026-11-02', '1'), lots: 1 }], '1'), 400, undefined],
  ['neither symbol nor class', typed([{ account: '100', server: 'A', at: '2026-11-02', lots: '1' }], '1'), 422, 'FIGURES_MIXED'],
  ['a month at the level of days', typed([row('100', '2026-11', '1')], '1'), 422, 'FIGURES_TIME'],
])('refused: %s', async (_name, body, status, code) => {
  const before = (await api.pool.query('SELECT FROM dashboard_figures')).rowCount;
  const answer = await type(body);
  expect([answer.statusCode, code === undefined ? undefined : answer.json().code]).toEqual([status, code]);
  expect((await api.pool.query('SELECT FROM dashboard_figures')).rowCount).toBe(before);
});

test('days to come and servers that the broker does not have are refused', async () => {
  const code = async (rows: object[], lots: string, more: object = {}) => {
    const answer = await type(typed(rows, lots, more));
    return [answer.statusCode, answer.json().code, answer.json().at?.field];
  };
  const before = (await api.pool.query('SELECT FROM dashboard_figures')).rowCount;
  expect(await code([row('100', '2026-11-16', '1')], '1', { from: '2026-11-16T10:00:00Z', to: '2026-11-17T00:00:00Z' })).toEqual([422, 'FIGURES_FUTURE', 'from']);
  // 10:00 UTC: in Kiritimati the 17th begins at that very instant, in Athens at 22:00.
  const week = { from: '2026-11-16T00:00:00Z', to: '2026-11-23T00:00:00Z' };
  const rows = [row('100', '2026-11-16', '1'), row('100', '2026-11-17', '1')];
  expect(await code(rows, '2', week)).toEqual([422, 'FIGURES_FUTURE', 'rows.1.at']);
  expect(await code(rows, '2', { ...week, timeZone: 'Pacific/Kiritimati' })).toEqual([422, 'FIGURES_FUTURE', 'rows.1.at']);
  expect(await code([row('100', '2026-12', '1')], '1', { from: '2026-11-01T00:00:00Z', to: '2027-01-01T00:00:00Z', level: 'account-month' })).toEqual([422, 'FIGURES_FUTURE', 'rows.0.at']);
  expect((await code([row('100', '2026-11-02', '1'), { ...row('100', '2026-11-02', '1'), server: 'B' }], '2')).slice(1)).toEqual(['SERVER_UNKNOWN', 'rows.1.server']);
  expect((await api.pool.query('SELECT FROM dashboard_figures')).rowCount).toBe(before);
});
