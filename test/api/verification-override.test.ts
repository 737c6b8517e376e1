import type { Client } from '@temporalio/client';
import { expect, test } from 'vitest';
import { signedUp } from './people.ts';
import { testApi } from './support.ts';

test('one operator alone does not approve who a user is', async () => {
  const client = { workflow: { start: async () => ({}), signalWithStart: async () => ({}) } } as unknown as Client;
  const api = await testApi({ twoPeople: true, client });
  const post = (key: string, path: string, body?: object) => api.call('POST', `/v1/${path}`, { key, ...(body === undefined ? {} : { body }), headers: { 'idempotency-key': crypto.randomUUID() } });
  const { visitor, userId } = await signedUp(api, 'trader@example.org');
  await visitor.send('PUT', `/v1/users/${userId}/profile`, { body: { fullName: 'Wilma Sample', country: 'DE', dateOfBirth: '1990-01-01' } });
  const { id } = (await visitor.send('POST', `/v1/users/${userId}/verification`, { body: { documents: [{ kind: 'passport', number: 'X1Y2Z3' }] } })).json();
  const decide = async (by: string, decision: string) => post(by, `verifications/${id}/decide`, { decision, reason: 'Wilma came to our office' });
  const [one, two] = [await api.key('compliance'), await api.key('compliance')];
  const asked = await decide(one, 'approved');
  expect([asked.statusCode, asked.json()]).toMatchObject([202, { kind: 'verification_override', state: 'requested' }]);
  expect((await api.call('GET', `/v1/verifications/${id}`)).json().state).toBe('submitted');
  for (const table of ['change', 'audit_entry', 'idempotency_record']) expect(JSON.stringify((await api.pool.query(`SELECT t::text FROM ${table} t`)).rows)).not.toContain('Wilma');
  expect((await post(one, `changes/${asked.json().id}/approve`)).json().code).toBe('SAME_PERSON');
  expect((await post(two, `changes/${asked.json().id}/approve`)).json()).toMatchObject({ state: 'approved' });
  expect((await api.call('GET', `/v1/verifications/${id}`)).json()).toMatchObject({ state: 'approved' });
  expect((await decide(one, 'rejected')).json()).toMatchObject({ state: 'rejected' });
});
