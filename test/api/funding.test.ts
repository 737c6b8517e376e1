import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { beforeAll, expect, test } from 'vitest';
import { deskReport } from '../support/fundingReport.ts';
import { testApi, type TestApi } from './support.ts';

const temporal = { workflow: { start: async () => undefined, signalWithStart: async () => undefined } } as unknown as Client;
let api: TestApi;
const keys = {} as Record<'ann' | 'ben' | 'support' | 'trader', string>;

const headers = () => ({ 'idempotency-key': randomUUID() });
const post = (url: string, body: object, key = keys.ann, more = headers()) => api.call('POST', url, { key, body, headers: more });
const get = async <T = Record<string, unknown>>(url: string, key = keys.support): Promise<T> => (await api.call('GET', url, { key })).json<T>();
const approve = (id: string, key = keys.ben) => api.call('POST', `/v1/changes/${id}/approve`, { key, headers: headers() });
const PAYMENT = { receivedOn: '2026-11-15', amount: '120.00', reference: 'AVA-10' };

beforeAll(async () => {
  api = await testApi({ twoPeople: true, client: temporal });
  for (const id of ['ava', 'ice']) await api.pool.query('INSERT INTO broker (id, name, created_at) VALUES ($1, $1, $2)', [id, api.clock.now]);
  keys.ann = await api.key('finance');
  keys.ben = await api.key('finance');
  keys.support = await api.key('support');
  const user = (await api.call('POST', '/v1/users', { body: { externalId: 'tom' } })).json<{ id: string }>();
  keys.trader = await api.key('trader', { userId: user.id });
  await deskReport(api.pool, { brokerId: 'ava', from: '2026-10-01T00:00:00Z', to: '2026-11-01T00:00:00Z', commission: '100.50', at: '2026-11-02T09:00:00.000Z' });
});

test('a payment counts only when somebody else has agreed, and then once', async () => {
  const sent = headers();
  const asked = await post('/v1/brokers/ava/payments', PAYMENT, keys.ann, sent);
  expect([asked.statusCode, asked.json()]).toMatchObject([202, { kind: 'broker_payment', state: 'requested', subject: { type: 'broker', id: 'ava' }, payload: PAYMENT }]);
  expect((await post('/v1/brokers/ava/payments', PAYMENT, keys.ann, sent)).json()).toEqual(asked.json());
  expect(await get('/v1/brokers/ava/receivable')).toEqual({ brokerId: 'ava', reported: '100.5', funded: '0', owed: '100.5', unmatched: '0' });
  expect((await approve(asked.json().id, keys.ann)).json().code).toMatch(/SAME_PERSON/);
  expect((await approve(asked.json().id)).json()).toMatchObject({ state: 'approved', result: { state: 'booked', amount: '120', matched: '100.5', unmatched: '19.5', matches: [{ month: '2026-10', amount: '100.5' }] } });
  expect(await get('/v1/brokers/ava/receivable')).toEqual({ brokerId: 'ava', reported: '100.5', funded: '120', owed: '-19.5', unmatched: '19.5' });
  expect((await post('/v1/brokers/ava/payments', { ...PAYMENT, amount: '1' })).json()).toMatchObject({ status: 409, code: 'BROKER_PAYMENT_EXISTS', at: { field: 'reference' } });
  expect((await post('/v1/brokers/ice/payments', PAYMENT)).statusCode).toBe(202);
});

test('matches are taken back and made again; a bounced payment is gone at once, by one operator', async () => {
  const { items: [payment] } = await get<{ items: { id: string }[] }>('/v1/broker-payments?brokerId=ava&open=true');
  const url = `/v1/broker-payments/${payment!.id}`;
  expect((await post(`${url}/unmatch`, { month: '2026-10', amount: '50.5', reason: 'of September' })).json()).toMatchObject({ matched: '50', unmatched: '70' });
  expect((await post(`${url}/matches`, { matches: [{ month: '2026-10', amount: '50.51' }] })).json()).toMatchObject({ status: 422, code: 'MATCH_EXCEEDS_OWED' });
  expect((await post(`${url}/matches`, { matches: [{ month: '2026-10', amount: '20' }] })).json()).toMatchObject({ matched: '70' });
  expect((await post(`${url}/matches`, {})).json()).toMatchObject({ matched: '100.5', unmatched: '19.5' });
  expect((await post(`${url}/unmatch`, { month: '2026-09', reason: 'x' })).json()).toMatchObject({ status: 404, code: 'MATCH_UNKNOWN' });
  expect((await post(`${url}/reverse`, { reversedOn: '2026-11-14', reason: 'x' })).json()).toMatchObject({ code: 'PAYMENT_DATE' });
  expect((await post(`${url}/reverse`, { reversedOn: '2026-11-16', reason: 'The bank took it back' })).json()).toMatchObject({ state: 'reversed', matched: '0', matches: [], reversal: { reason: 'The bank took it back' } });
  expect((await post(`${url}/matches`, {})).json()).toMatchObject({ status: 409, code: 'BROKER_PAYMENT_REVERSED' });
  const statement = await get<{ items: { kind: string; amount: string; reportId: string | null; paymentId: string | null }[] }>('/v1/brokers/ava/receivable/entries');
  expect(statement.items).toMatchObject([{ kind: 'commission_reported', amount: '100.5', reportId: expect.stringMatching(/^rpt_/) }, { kind: 'broker_funded', amount: '-120', paymentId: payment!.id }, { kind: 'broker_funded', amount: '120', paymentId: payment!.id }]);
  expect((await get<{ items: object[] }>('/v1/funding?brokerId=ava&from=2026-10&to=2026-12')).items).toMatchObject([{ month: '2026-10', reported: '100.5', matched: '0', owed: '100.5' }, { month: '2026-11', received: '0', owed: '0' }]);
  expect((await get<{ items: object[] }>('/v1/broker-payments?state=booked')).items).toEqual([]);
});

test('of one reference one payment stands, however it is written; one that bounced does not hold it', async () => {
  await api.pool.query("INSERT INTO broker (id, name, created_at) VALUES ('twice', 'Twice', $1)", [api.clock.now]);
  const record = async (reference: string) => {
    const asked = await post('/v1/brokers/twice/payments', { ...PAYMENT, reference });
    return asked.statusCode === 202 ? (await approve(asked.json().id)).json<{ state: string; result: { id: string; reference: string } }>() : asked.json<{ code: string }>();
  };
  const first = await record('Ref-1');
  expect(first).toMatchObject({ state: 'approved', result: { reference: 'Ref-1' } });
  for (const reference of ['Ref-1', 'REF-1', 'ref-1']) expect(await record(reference)).toMatchObject({ code: 'BROKER_PAYMENT_EXISTS' });
  const insert = (reference: string) => api.pool.query("INSERT INTO broker_payment (id, broker_id, received_on, amount, reference, months, recorded_by, at) VALUES ('bpm_x', 'twice', '2026-11-15', 1, $1, '{}', 'op', now())", [reference]);
  await expect(insert(' rEF-1 ')).rejects.toMatchObject({ code: 'FU002' });
  const { id } = (first as { result: { id: string } }).result;
  expect((await post(`/v1/broker-payments/${id}/reverse`, { reversedOn: '2026-11-16', reason: 'bounced' })).json()).toMatchObject({ state: 'reversed' });
  const second = await record('ref-1');
  expect(second).toMatchObject({ state: 'approved', result: { reference: 'ref-1' } });
  expect(await record('Ref-1')).toMatchObject({ code: 'BROKER_PAYMENT_EXISTS' });
});

test('a limit needs two, is versioned, and is what the exposure is judged by', async () => {
  const asked = await post('/v1/brokers/ava/funding-terms', { effectiveFrom: '2026-11-01T00:00:00Z', exposureLimit: '250.00' });
  expect(asked.statusCode).toBe(202);
  expect((await approve(asked.json().id)).json()).toMatchObject({ state: 'approved', result: { version: 1, exposureLimit: '250' } });
  const [one, two] = [await post('/v1/brokers/ava/funding-terms', { effectiveFrom: '2027-01-01T00:00:00Z', exposureLimit: null }), await post('/v1/brokers/ava/funding-terms', { effectiveFrom: '2026-12-01T00:00:00Z', exposureLimit: '1.00' })];
  expect((await approve(one.json().id)).json()).toMatchObject({ state: 'approved' });
  expect((await approve(two.json().id)).json()).toMatchObject({ status: 409, code: 'CHANGE_OUTDATED' });
  expect((await get<{ items: object[] }>('/v1/brokers/ava/funding-terms')).items).toMatchObject([{ version: 1, exposureLimit: '250' }, { version: 2, exposureLimit: null }]);
  expect((await get<{ items: object[] }>('/v1/exposure')).items).toMatchObject([
    { brokerId: 'ava', reported: '100.5', funded: '0', paidOut: '0', reserved: '0', exposure: '0', limit: '250', room: '250', blocked: { users: 0, amount: '0' }, leftOut: null }, { brokerId: 'ice', limit: null, room: null }, { brokerId: 'twice' }]);
});

test('only for operators who may; what is not there is 404; pages go to the end', async () => {
  for (const key of [keys.support, keys.trader]) expect((await post('/v1/brokers/ava/payments', { ...PAYMENT, reference: 'other' }, key)).json().code).toBe('ROLE_NOT_ALLOWED');
  expect((await api.call('GET', '/v1/exposure', { key: keys.trader })).json().code).toBe('ROLE_NOT_ALLOWED');
  for (const url of ['/v1/brokers/nobody/receivable', '/v1/brokers/nobody/receivable/entries', '/v1/brokers/nobody/funding-terms', '/v1/broker-payments/bpm_0']) expect([url, (await api.call('GET', url, { key: keys.support })).statusCode]).toEqual([url, 404]);
  expect((await post('/v1/brokers/nobody/payments', PAYMENT)).json().code).toBe('BROKER_UNKNOWN');
  expect((await post('/v1/brokers/ava/payments', { ...PAYMENT, receivedOn: '2026-02-30', reference: 'x' })).json().code).toBe('REQUEST_INVALID');
  expect((await api.call('POST', '/v1/brokers/ava/payments', { key: keys.ann, body: PAYMENT })).statusCode).toBe(400);
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { items: { brokerId: string; month: string }[]; nextCursor: string | null } = await get(`/v1/funding?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`);
    seen.push(...page.items.map(({ brokerId, month }) => `${brokerId} ${month}`));
    cursor = page.nextCursor;
  }
  expect(seen).toEqual(['ava 2026-10', 'ava 2026-11', 'twice 2026-11']);
});
