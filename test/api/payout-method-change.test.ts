import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { beforeAll, expect, test } from 'vitest';
import { testApi, type TestApi } from './support.ts';

const temporal = { workflow: { start: async () => undefined, signalWithStart: async () => undefined } } as unknown as Client;
let api: TestApi;
let userId: string;
const keys = {} as Record<'support' | 'finance' | 'trader', string>;

const add = (key: string, account: string) => api.call('POST', `/v1/users/${userId}/payout-methods`, { key, headers: { 'idempotency-key': randomUUID() }, body: { rail: 'sandbox', destination: { account } } });
const decide = (id: string, key: string) => api.call('POST', `/v1/changes/${id}/approve`, { key, headers: { 'idempotency-key': randomUUID() } });
const accounts = async () => (await api.call('GET', `/v1/users/${userId}/payout-methods`, { key: keys.trader })).json<{ items: { destination: { account: string } }[] }>().items.map(({ destination }) => destination.account);

beforeAll(async () => {
  api = await testApi({ twoPeople: true, client: temporal });
  userId = (await api.call('POST', '/v1/users', { body: { externalId: 'ann' } })).json().id;
  keys.support = await api.key('support');
  keys.finance = await api.key('finance');
  keys.trader = await api.key('trader', { userId });
});

test('an operator alone leads no money anywhere: what he adds waits for another, who sees where it would go', async () => {
  expect((await add(keys.trader, 'HER-OWN')).statusCode).toBe(201);
  const asked = await add(keys.support, 'ELSEWHERE');
  expect([asked.statusCode, asked.json()]).toMatchObject([202, { kind: 'payout_method', state: 'requested', subject: { type: 'user', id: userId } }]);
  expect(await accounts()).toEqual(['HER-OWN']);
  expect((await decide(asked.json().id, keys.support)).json().code).toMatch(/SAME_PERSON|ROLE_NOT_ALLOWED/);
  const review = (await api.call('GET', `/v1/changes/${asked.json().id}`, { key: keys.finance })).json();
  expect(review).toMatchObject({ mayDecide: true, payload: { destination: { account: 'ELSEWHERE' } } });
  expect((await decide(asked.json().id, keys.finance)).json()).toMatchObject({ state: 'approved' });
  expect(await accounts()).toEqual(['ELSEWHERE', 'HER-OWN']);
});

test('the destination stands nowhere in clear', async () => {
  await add(keys.support, 'SECRET-PLACE');
  const { rows } = await api.pool.query<{ t: string }>('SELECT row_to_json(c)::text AS t FROM change c UNION ALL SELECT row_to_json(a)::text FROM audit_entry a UNION ALL SELECT row_to_json(i)::text FROM idempotency_record i UNION ALL SELECT row_to_json(n)::text FROM notification n');
  expect(rows.length).toBeGreaterThan(5);
  expect(rows.filter(({ t }) => /SECRET-PLACE|ELSEWHERE/.test(t))).toEqual([]);
});

test('the user adds one of his own meanwhile: what the operator asked for is outdated', async () => {
  const asked = await add(keys.support, 'LATER');
  await add(keys.trader, 'NEWER');
  expect((await decide(asked.json().id, keys.finance)).json()).toMatchObject({ status: 409, code: 'CHANGE_OUTDATED' });
  expect((await accounts())[0]).toBe('NEWER');
});
