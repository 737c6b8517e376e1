import type { Client } from '@temporalio/client';
import { expect, test } from 'vitest';
import { latestLink, operatorOf, PASSWORD, Visitor } from './people.ts';
import { testApi, type TestApi } from './support.ts';

/* What one human could try in order to be two: docs/decisions/two-people.md. */

const temporal = { workflow: { start: async () => ({}), signalWithStart: async () => ({}) } } as unknown as Client;
const once = () => ({ 'idempotency-key': crypto.randomUUID() });
const twoPeople = () => testApi({ twoPeople: true, client: temporal });
type Asker = (method: 'POST' | 'PATCH' | 'PUT', url: string, body?: object, headers?: object) => ReturnType<TestApi['call']>;
const withKey = (api: TestApi, key: string): Asker => (method, url, body, headers) => api.call(method, url, { key, ...(body === undefined ? {} : { body }), headers: { ...once(), ...headers } });
const inSession = (visitor: Visitor): Asker => (method, url, body, headers) => visitor.send(method, url, { ...(body === undefined ? {} : { body }), headers: { ...once(), ...headers } });
const aRate = { class: 'forex', perLot: '60.00', effectiveFrom: '2026-11-01T00:00:00Z' };

test('whoever rotates the key of another operator does not become him', async () => {
  const api = await twoPeople();
  await api.call('POST', '/v1/brokers', { body: { id: 'alpha', name: 'Alpha' } });
  const [anns, bens] = [await api.key('admin'), await api.key('admin')];
  const { apiKey } = (await api.call('GET', '/v1/me', { key: bens })).json();
  const taken = (await withKey(api, anns)('POST', `/v1/api-keys/${apiKey.id}/rotate`, {})).json();
  const asked = (await withKey(api, anns)('POST', '/v1/brokers/alpha/rates', aRate)).json();
  expect((await withKey(api, taken.key)('POST', `/v1/changes/${asked.id}/approve`)).json()).toMatchObject({ status: 403, code: 'SAME_PERSON' });
  expect((await withKey(api, bens)('POST', `/v1/changes/${asked.id}/approve`)).json()).toMatchObject({ state: 'approved' });
});

test('the key that invites the first admin, and that admin, are one', async () => {
  const api = await twoPeople();
  await api.call('POST', '/v1/brokers', { body: { id: 'alpha', name: 'Alpha' } });
  const first = await api.key('admin');
  await api.call('POST', '/v1/operators', { key: first, body: { mail: 'me@example.org', role: 'admin' } });
  const me = new Visitor(api);
  await me.send('POST', '/v1/operators/accept', { body: { token: await latestLink(api, 'invitation'), password: PASSWORD } });
  await me.signIn('me@example.org');
  await me.enrol();
  const asked = (await withKey(api, first)('POST', '/v1/brokers/alpha/rates', aRate)).json();
  expect((await me.send('GET', `/v1/changes/${asked.id}`)).json().mayDecide).toBe(false);
  expect((await inSession(me)('POST', `/v1/changes/${asked.id}/approve`)).json()).toMatchObject({ status: 403, code: 'SAME_PERSON' });
  const turned = (await inSession(me)('POST', '/v1/brokers/alpha/rates', { ...aRate, perLot: '61.00' })).json();
  expect((await withKey(api, first)('POST', `/v1/changes/${turned.id}/approve`)).json()).toMatchObject({ status: 403, code: 'SAME_PERSON' });
});

test('who has closed the other operators cannot appoint their successors alone', async () => {
  const api = await twoPeople();
  const { visitor: ann } = await operatorOf(api, 'ann@example.org', 'admin');
  const { personId: benId } = await operatorOf(api, 'ben@example.org', 'admin', ann);
  expect((await inSession(ann)('POST', `/v1/operators/${benId}/close`, {})).statusCode).toBe(200);
  const puppet = await inSession(ann)('POST', '/v1/operators', { mail: 'ann+puppet@example.org', role: 'admin' });
  expect([puppet.statusCode, puppet.json()]).toMatchObject([202, { kind: 'operator_role', state: 'requested' }]);
});

test('nor where the others are none who decide about roles, or have keys only', async () => {
  const api = await twoPeople();
  const { visitor: ann } = await operatorOf(api, 'ann@example.org', 'admin');
  await operatorOf(api, 'fin@example.org', 'finance', ann);
  expect((await inSession(ann)('POST', '/v1/operators', { mail: 'ann+puppet@example.org', role: 'admin' })).statusCode).toBe(202);
  const other = await twoPeople();
  const { visitor: eve } = await operatorOf(other, 'eve@example.org', 'admin');
  await other.key('compliance');
  expect((await inSession(eve)('POST', '/v1/operators', { mail: 'eve+puppet@example.org', role: 'admin' })).statusCode).toBe(202);
});
