import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../../scripts/case/until.ts';
import type { SandboxRail } from '../../scripts/sandbox-rail/server.ts';
import { purposeKey, webhookHeaders } from '../../scripts/sandbox-rail/signing.ts';
import { workflowIds } from '../../workflows/contracts.ts';
import '../support/quiet.ts';
import { settleAndSleep, type TimeSkipping } from '../support/time-skipping.ts';
import { type MainJobWorld, mainJobWorld } from './main-job-world.ts';
import type { TestApi } from './support.ts';

const HEAD = 'ticket,account,symbol,lots,closed\n';
const FILE = Buffer.from(`\ufeff${HEAD}1,100,EURUSD,1.50,2026-11-02T10:00:00Z\r\n2,100,NEWCOIN,0.20,2026-11-02T11:00:00Z\n3,200,EURUSD,9.00,2026-11-02T12:00:00Z\n`);
const PERIOD = 'brokerId=alpha&from=2026-11-02T00:00:00Z&to=2026-11-09T00:00:00Z';
const once = (): Record<string, string> => ({ 'idempotency-key': randomUUID() });

let api: TestApi;
let time: TimeSkipping;
let rail: SandboxRail;
let stop: () => Promise<void>;
let who: MainJobWorld['who'];
let ann: string;
let accrualId: string;
let reportId: string;

const json = async (method: 'GET' | 'POST', url: string, options: Parameters<TestApi['call']>[2] = {}) => (await api.call(method, url, options)).json();
const upload = (payload: Buffer, headers: Record<string, string>) => api.call('POST', `/v1/reports?${PERIOD}&fileName=week 45.csv`, { payload, headers: { 'content-type': 'text/csv', ...headers } });
const ended = (workflowId: string): Promise<unknown> => time.client.workflow.getHandle(workflowId).result();

beforeAll(async () => { ({ api, time, rail, who, ann, stop } = await mainJobWorld()); });
afterAll(() => stop?.());

test('a report goes in as a raw body and is kept byte for byte; its lines have their outcomes', async () => {
  const received = await upload(FILE, { 'idempotency-key': 'report-1' });
  expect([received.statusCode, received.json()]).toMatchObject([201, { brokerId: 'alpha', from: '2026-11-02T00:00:00.000Z', fileName: 'week 45.csv', size: FILE.length, workflowId: 'report-period:alpha:2026-11-02_2026-11-09' }]);
  await ended(received.json().workflowId);
  ({ reportId } = received.json());
  const report = await json('GET', `/v1/reports/${reportId}`);
  expect(report).toMatchObject({ state: 'posted', lines: 3, lots: '10.7', refusal: null });
  expect(report.outcomes).toEqual([{ outcome: 'paid', reason: null, lines: 2, lots: '10.5', amount: '63' }, { outcome: 'quarantined', reason: 'UNKNOWN_SYMBOL', lines: 1, lots: '0.2', amount: '0' }]);
  expect(await json('GET', `/v1/reports/${reportId}/progress`)).toMatchObject({ state: 'posted', lines: 3 });
  const file = await api.call('GET', `/v1/reports/${reportId}/file`);
  expect(file.rawPayload.equals(FILE)).toBe(true);
  expect(file.headers['content-disposition']).toBe("attachment; filename=\"week 45.csv\"; filename*=UTF-8''week%2045.csv");
  expect((await json('GET', `/v1/reports/${reportId}/lines?outcome=quarantined`)).items).toMatchObject([{ ticket: '2', lineNumber: 3, raw: '2,100,NEWCOIN,0.20,2026-11-02T11:00:00Z', reason: 'UNKNOWN_SYMBOL' }]);
  expect((await json('GET', `/v1/reports/${reportId}/lines?account=200`)).items).toHaveLength(1);
  const first = await json('GET', `/v1/reports/${reportId}/lines?limit=2`);
  expect((await json('GET', `/v1/reports/${reportId}/lines?limit=2&cursor=${first.nextCursor}`)).items.map((l: { ticket: string }) => l.ticket)).toEqual(['3']);
  const periods = (await json('GET', '/v1/report-periods?brokerId=alpha')).items;
  expect(periods).toMatchObject([{ latestReportId: reportId, versions: 1 }]);
  expect(await json('GET', `/v1/report-periods/${periods[0].id}`)).toEqual(periods[0]);
});

test('the same upload again is answered, another file under its key is refused, the same file anew changes nothing', async () => {
  const again = await upload(FILE, { 'idempotency-key': 'report-1' });
  expect([again.statusCode, again.json().reportId, again.headers['idempotent-replayed']]).toEqual([201, reportId, 'true']);
  expect((await upload(Buffer.from(`${HEAD}9,100,EURUSD,5,2026-11-02T10:00:00Z\n`), { 'idempotency-key': 'report-1' })).json().code).toBe('IDEMPOTENCY_KEY_REUSED');
  const form = '--x\r\ncontent-disposition: form-data; name="brokerId"\r\n\r\nalpha\r\n--x\r\ncontent-disposition: form-data; name="from"\r\n\r\n2026-11-02T00:00:00Z\r\n--x\r\n'
    + 'content-disposition: form-data; name="to"\r\n\r\n2026-11-09T00:00:00Z\r\n--x\r\ncontent-disposition: form-data; name="file"; filename="../../etc/week.csv"\r\ncontent-type: text/csv\r\n\r\n';
  const second = await api.call('POST', '/v1/reports', { payload: Buffer.concat([Buffer.from(form), FILE, Buffer.from('\r\n--x--\r\n')]), headers: { 'content-type': 'multipart/form-data; boundary=x', ...once() } });
  expect([second.statusCode, second.json()]).toMatchObject([201, { fileName: 'week.csv', size: FILE.length }]);
  await ended(second.json().workflowId);
  expect((await json('GET', `/v1/reports/${second.json().reportId}`)).state).toBe('unchanged');
  expect((await json('GET', '/v1/reports?brokerId=alpha&limit=1'))).toMatchObject({ items: [{ id: second.json().reportId }], nextCursor: expect.any(String) });
});

test.each([
  ['an empty file', '', {}, 'REPORT_EMPTY'], ['a period turned round', HEAD, { from: '2026-11-09T00:00:00Z', to: '2026-11-02T00:00:00Z' }, 'PERIOD_EMPTY'],
  ['no broker', HEAD, { brokerId: '' }, 'REQUEST_INVALID'], ['an unknown broker', HEAD, { brokerId: 'nobody' }, 'BROKER_UNKNOWN'],
])('an upload with %s is refused and leaves nothing', async (_name, text, change, code) => {
  const query = new URLSearchParams({ brokerId: 'alpha', from: '2026-12-01T00:00:00Z', to: '2026-12-02T00:00:00Z', ...change });
  const response = await api.call('POST', `/v1/reports?${query.toString()}`, { payload: text, headers: { 'content-type': 'text/csv', ...once() } });
  expect(response.json().code).toBe(code);
  expect((await json('GET', '/v1/report-periods')).items).toHaveLength(1);
});

test('a trader sees his accrual and its explanation, another does not', async () => {
  const { items } = await json('GET', '/v1/accruals', { key: who.ann });
  expect(items).toMatchObject([{ userId: ann, amount: '9', state: 'pending', onHold: false, reportId }]);
  accrualId = items[0].id;
  const explanation = await json('GET', `/v1/accruals/${accrualId}/explanation`, { key: who.ann });
  expect(explanation).toMatchObject({
    amount: '9', recomputedSum: '9', agrees: true,
    entries: [{ lineNumber: 2, raw: '1,100,EURUSD,1.50,2026-11-02T10:00:00Z', lots: '1.5', lotFactor: '1', perLot: '6', rateVersion: 1, tier: 'standard', multiplier: '1', methodologyVersion: 1, lineAmount: '9', recomputed: '9' }],
  });
  expect(explanation.entries[0].fileSha256).toBe((await json('GET', `/v1/reports/${reportId}`)).sha256);
  for (const path of ['', '/explanation']) expect((await api.call('GET', `/v1/accruals/${accrualId}${path}`, { key: who.bob })).json()).toMatchObject({ status: 404, code: 'ACCRUAL_UNKNOWN' });
  expect((await json('GET', `/v1/users/${ann}/balances`, { key: who.ann })).total).toEqual({ pending: '9', available: '0', held: '0', reserved: '0', paid: '0' });
});

test('a hold stops the clearing, its release lets it go on', async () => {
  const held = await api.call('POST', `/v1/accruals/${accrualId}/hold`, { key: who.compliance, body: { reason: 'FRAUD_CHECK', note: 'Looks hedged' }, headers: { 'idempotency-key': 'hold-1' } });
  expect([held.statusCode, held.json()]).toMatchObject([201, { accrualId, reason: 'FRAUD_CHECK', releasedAt: null }]);
  const repeated = await api.call('POST', `/v1/accruals/${accrualId}/hold`, { key: who.compliance, body: { reason: 'FRAUD_CHECK', note: 'Looks hedged' }, headers: { 'idempotency-key': 'hold-1' } });
  expect(repeated.json()).toEqual(held.json());
  expect((await json('GET', '/v1/accruals?onHold=true')).items).toHaveLength(1);
  const accruals = (await json('GET', '/v1/accruals')).items as { id: string; clearsAt: string }[];
  await settleAndSleep(time.env, accruals.map(({ id }) => time.client.workflow.getHandle(workflowIds.accrual(id))), '7d 1h');
  await until('the other accrual has cleared', async () => (await json('GET', '/v1/accruals?state=available')).items.length === 1);
  expect((await json('GET', `/v1/accruals/${accrualId}`)).state).toBe('pending');
  api.clock.now = new Date(await time.env.currentTimeMs()).toISOString();
  const released = await api.call('POST', `/v1/accruals/${accrualId}/release`, { key: who.compliance, body: { holdId: held.json().id }, headers: once() });
  expect([released.statusCode, released.json().releasedAt]).toEqual([200, api.clock.now]);
  await ended(workflowIds.accrual(accrualId));
  expect(await json('GET', `/v1/accruals/${accrualId}`, { key: who.ann })).toMatchObject({ state: 'available', onHold: false });
  expect((await json('GET', `/v1/accruals/${accrualId}/holds`)).items).toHaveLength(1);
});

test('ownership: asked for by the user, evidence by him, decided by compliance', async () => {
  const link = (await json('GET', '/v1/links', { key: who.ann })).items[0];
  expect((await api.call('POST', '/v1/ownerships', { key: who.bob, body: { accountLinkId: link.id } })).json().code).toBe('LINK_UNKNOWN');
  const opened = await json('POST', '/v1/ownerships', { key: who.ann, body: { accountLinkId: link.id } });
  expect(opened).toMatchObject({ state: 'requested', userId: ann });
  const url = `/v1/ownerships/${opened.id}`;
  const confirm = () => api.call('POST', `${url}/decide`, { key: who.compliance, body: { decision: 'confirmed', reason: 'Code seen' }, headers: once() });
  expect((await confirm()).json()).toMatchObject({ status: 409, code: 'OWNERSHIP_DECISION_REFUSED' });
  const content = { login: '100', code: 'CB-4F2K', sha256: 'a'.repeat(64) };
  expect((await api.call('POST', `${url}/evidence`, { key: who.bob, body: { kind: 'terminal_code', content } })).statusCode).toBe(404);
  expect((await api.call('POST', `${url}/evidence`, { key: who.ann, body: { kind: 'broker_confirmation', content: { contact: 'x' } } })).json().code).toBe('EVIDENCE_BY_OPERATOR');
  expect((await api.call('POST', `${url}/evidence`, { key: who.ann, body: { kind: 'terminal_code', content: { ...content, code: 'no' } } })).json()).toMatchObject({ status: 422, code: 'EVIDENCE_FIELD_WRONG' });
  const given = await api.call('POST', `${url}/evidence`, { key: who.ann, body: { kind: 'terminal_code', content } });
  expect([given.statusCode, given.json().ownership.state]).toEqual([201, 'evidence_given']);
  expect((await confirm()).json()).toMatchObject({ state: 'confirmed', decisionReason: 'Code seen' });
  expect((await json('GET', url, { key: who.ann })).decisionReason).toBe('Code seen');
  const { events } = await time.client.workflow.getHandle(workflowIds.ownership(link.id)).fetchHistory();
  const payloads = [...JSON.stringify(events).matchAll(/"data":"([A-Za-z0-9+/=]+)"/g)].map(([, data]) => Buffer.from(data!, 'base64').toString()).join('\n');
  expect(payloads).toContain('terminal_code');
  for (const text of [payloads, JSON.stringify((await api.pool.query("SELECT facts FROM notification WHERE kind = 'ownership_confirmed'")).rows)]) expect(text).not.toContain('Code seen');
  expect((await json('GET', url, { key: who.ann })).evidence).toMatchObject([{ kind: 'terminal_code', content }]);
});

test('a decision about an earlier verification does not hit the open one of the same link', async () => {
  const link = (await json('GET', '/v1/links', { key: who.bob })).items[0];
  const open = () => json('POST', '/v1/ownerships', { key: who.bob, body: { accountLinkId: link.id } });
  const decide = (id: string, decision: string) => json('POST', `/v1/ownerships/${id}/decide`, { key: who.compliance, body: { decision, reason: 'Another name' }, headers: once() });
  const earlier = await open();
  expect((await decide(earlier.id, 'rejected')).state).toBe('rejected');
  await ended(workflowIds.ownership(link.id));
  const later = await open();
  expect(await decide(earlier.id, 'rejected')).toMatchObject({ status: 409, code: 'OWNERSHIP_DIFFERS' });
  expect(await json('GET', `/v1/ownerships/${later.id}`)).toMatchObject({ state: 'requested' });
  expect((await decide(later.id, 'rejected')).state).toBe('rejected');
});

test('a payout run by hand: once a week, over the limit approved by a second operator, paid, told by a signed webhook', async () => {
  api.clock.now = new Date(await time.env.currentTimeMs()).toISOString();
  const start = await api.call('POST', '/v1/payout-runs', { key: who.finance, body: {}, headers: once() });
  expect([start.statusCode, start.json().state]).toEqual([200, 'open']);
  const run = start.json<{ id: string; key: string; workflowId: string }>();
  await until('the run waits for approval', async () => (await json('GET', `/v1/payout-runs/${run.id}`)).state === 'awaiting_approval');
  expect((await api.call('POST', `/v1/payout-runs/${run.id}/approve`, { key: who.finance, headers: once() })).json()).toMatchObject({ status: 403, code: 'SAME_PERSON' });
  const approved = await api.call('POST', `/v1/payout-runs/${run.id}/approve`, { headers: { 'idempotency-key': 'approve-1' } });
  expect(approved.json().approvedBy).toMatch(/^key_/);
  expect((await api.call('POST', `/v1/payout-runs/${run.id}/approve`, { headers: { 'idempotency-key': 'approve-1' } })).json()).toEqual(approved.json());
  await ended(run.workflowId);
  const again = await api.call('POST', '/v1/payout-runs', { key: who.finance, body: { week: run.key }, headers: once() });
  expect(again.json()).toMatchObject({ id: run.id, state: 'done' });
  expect((await json('GET', '/v1/payout-runs')).items).toHaveLength(1);
  expect((await json('GET', `/v1/payout-runs/${run.id}`)).byDecision).toEqual({ planned: 1, ownership_missing: 1 });
  expect((await json('GET', `/v1/payout-runs/${run.id}/members?limit=1`)).nextCursor).not.toBeNull();

  const [payout] = (await json('GET', '/v1/payouts', { key: who.ann })).items;
  expect((await api.call('GET', `/v1/payouts/${payout.id}`, { key: who.bob })).statusCode).toBe(404);
  await until('the payout is paid', async () => (await json('GET', `/v1/payouts/${payout.id}`)).state === 'paid');
  const attemptKey: string = (await api.pool.query('select idempotency_key as key from payout_attempt')).rows[0].key;
  const body = JSON.stringify({ type: 'payment.executed', timestamp: api.clock.now, data: { reference: null, key: attemptKey, payoutId: payout.id } });
  const headers = webhookHeaders('evt_1', Math.floor(Date.parse(api.clock.now) / 1000), body, purposeKey('api', 'webhooks'));
  const hook = (change: Record<string, string> = {}) => api.call('POST', '/v1/webhooks/rails/sandbox', { key: '', payload: body, headers: { ...headers, ...change } });
  expect((await hook({ 'webhook-signature': 'v1,AAAA' })).statusCode).toBe(401);
  expect((await hook()).json()).toEqual({ received: true, repeated: false });
  expect((await hook()).json()).toEqual({ received: true, repeated: true });
  expect(await json('GET', `/v1/payouts/${payout.id}`, { key: who.ann })).toMatchObject({ amount: '9', attempts: [{ no: 1, state: 'executed' }], sources: [{ brokerId: 'alpha', amount: '9' }] });
  expect((await json('GET', `/v1/users/${ann}/balances`, { key: who.ann })).total).toEqual({ pending: '0', available: '0', held: '0', reserved: '0', paid: '9' });
  const statement = await json('GET', `/v1/users/${ann}/statement?order=newest`, { key: who.ann });
  expect(statement.items.map((entry: { kind: string }) => entry.kind)).toEqual(['payout_paid', 'payout_reserved', 'accrual_cleared', 'accrual_posted']);
  expect(statement.items[3].cause).toMatchObject({ type: 'accrual', id: accrualId, report: { id: reportId, fileName: 'week 45.csv' }, account: { login: '100' }, lines: 1, tickets: ['1'] });
  expect(rail.record().filter((movement) => JSON.stringify(movement).includes(attemptKey)).length).toBeGreaterThan(0);
});

test('lines of a link that is verified later are judged again', async () => {
  const user = await json('POST', '/v1/users', { body: { externalId: 'cy' } });
  const account = await json('POST', '/v1/accounts', { body: { brokerId: 'alpha', server: 'A', login: '300', type: 'standard' } });
  const { now } = api.clock;
  api.clock.now = '2026-11-10T00:00:00.000Z';
  const link = await json('POST', '/v1/links', { body: { tradingAccountId: account.id, userId: user.id } });
  api.clock.now = now;
  const query = 'brokerId=alpha&from=2026-11-09T00:00:00Z&to=2026-11-16T00:00:00Z';
  const payload = `${HEAD}20,300,EURUSD,1,2026-11-09T10:00:00Z\n21,300,EURUSD,2,2026-11-10T10:00:00Z\n`;
  const received = await json('POST', `/v1/reports?${query}`, { payload, headers: { 'content-type': 'text/csv', ...once() } });
  await ended(received.workflowId);
  expect((await json('GET', `/v1/reports/${received.reportId}`)).outcomes).toMatchObject([{ reason: 'LINK_NOT_VERIFIED', lines: 2 }]);
  expect((await json('POST', `/v1/links/${link.id}/verify`, { body: { accountType: 'standard' } })).status).toBe('verified');
  await ended(received.workflowId);
  expect((await json('GET', `/v1/reports/${received.reportId}`)).outcomes).toMatchObject([{ reason: 'LINKED_AFTER_TRADE', lines: 1 }, { outcome: 'paid', lines: 1, amount: '12' }]);
  expect((await json('GET', `/v1/accruals?userId=${user.id}`)).items).toMatchObject([{ amount: '12', state: 'pending' }]);
});

test('what belongs to another reads like what does not exist', async () => {
  const ownership = (await json('GET', '/v1/ownerships', { key: who.ann })).items[0];
  const payout = (await json('GET', '/v1/payouts', { key: who.ann })).items[0];
  for (const path of [`accruals/${accrualId}`, `ownerships/${ownership.id}`, `payouts/${payout.id}`]) {
    const told = async (url: string) => {
      const { code, detail, status } = await json('GET', url, { key: who.bob });
      return { code, status, detail: detail.replace(/[0-9a-f]{32}/, '…') };
    };
    expect(await told(`/v1/${path}`)).toEqual(await told(`/v1/${path.replace(/[0-9a-f]{32}/, '0'.repeat(32))}`));
  }
  expect((await json('GET', `/v1/ownerships?userId=${ann}`, { key: who.bob })).items.every((o: { userId: string }) => o.userId !== ann)).toBe(true);
});

test('the process answers and says that Postgres and Temporal can be reached', async () => {
  expect(await json('GET', '/readyz', { key: '' })).toEqual({ status: 'ok', postgres: 'ok', temporal: 'ok', twoPeople: 'off' });
});
