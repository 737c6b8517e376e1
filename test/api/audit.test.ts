import { beforeAll, expect, test } from 'vitest';
import { networkOf } from '../../api/plugins/audit.ts';
import { withoutPersonalData } from '../../db/stores/audit.ts';
import { testApi, type TestApi } from './support.ts';

let api: TestApi;
beforeAll(async () => { api = await testApi(); });
const entries = async () => (await api.pool.query<Record<string, unknown>>('SELECT operation, subject_type, subject_id, user_id, before, after, network, actor_kind FROM audit_entry ORDER BY id')).rows;

test('an act leaves who, what, where, before and after; a refused one and a repeated one leave nothing more', async () => {
  const created = (await api.call('POST', '/v1/users', { body: { externalId: 'ann@example.org' }, headers: { 'idempotency-key': 'u1' } })).json();
  expect((await api.call('POST', '/v1/users', { body: { externalId: 'ann@example.org' }, headers: { 'idempotency-key': 'u1' } })).headers['idempotent-replayed']).toBe('true');
  expect((await api.call('POST', '/v1/users', { body: { externalId: 'ann@example.org' } })).statusCode).toBe(409);
  await api.call('PATCH', `/v1/users/${created.id}`, { body: { status: 'suspended' }, headers: { 'if-match': '*' } });
  expect(await entries()).toMatchObject([
    { operation: 'createUser', subject_type: 'user', subject_id: created.id, after: { id: created.id, externalId: '•' }, network: '127.0.0.0/24', actor_kind: 'api_key' },
    { operation: 'changeUser', subject_id: created.id, user_id: created.id, before: { status: 'active' }, after: { status: 'suspended' } },
  ]);
});

test('the application cannot change or remove an entry, and neither can the owner of the table', async () => {
  for (const statement of ['UPDATE audit_entry SET operation = \'x\'', 'DELETE FROM audit_entry', 'TRUNCATE audit_entry']) {
    await expect(api.pool.query(statement)).rejects.toMatchObject({ code: '42501' });
  }
  const owner = new (await import('pg')).default.Client({ connectionString: api.database.ownerUrl });
  await owner.connect();
  for (const statement of ['UPDATE audit_entry SET operation = \'x\'', 'DELETE FROM audit_entry', 'TRUNCATE audit_entry']) {
    await expect(owner.query(statement)).rejects.toMatchObject({ code: 'AU001' });
  }
  await owner.end();
});

test('values under personal and secret names are hidden at any depth; null stays null', () => {
  expect(withoutPersonalData({ id: 'usr_1', mail: 'a@b.c', list: [{ destination: { iban: 'x' }, state: 'new' }], secret: null })).toEqual({ id: 'usr_1', mail: '•', list: [{ destination: '•', state: 'new' }], secret: null });
});

test.each([['203.0.113.77', '203.0.113.0/24'], ['::ffff:203.0.113.77', '203.0.113.0/24'], ['2001:db8:1:2:3::4', '2001:db8:1::/48'], ['not an address', null]])('%s is of the network %s', (ip, network) => {
  expect(networkOf(ip)).toBe(network);
});
