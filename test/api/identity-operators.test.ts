import type { Client } from '@temporalio/client';
import { beforeAll, expect, test } from 'vitest';
import { latestLink, later, operatorOf, PASSWORD, signedUp, Visitor } from './people.ts';
import { testApi, type TestApi } from './support.ts';

let api: TestApi;
let admin: Visitor;
let adminId: string;
beforeAll(async () => {
  api = await testApi();
  ({ visitor: admin, personId: adminId } = await operatorOf(api, 'first@example.org', 'admin'));
});
const invite = (visitor: Visitor, mail: string, role: string) => visitor.send('POST', '/v1/operators', { body: { mail, role } });
const fresh = async () => { later(api, { minutes: 1 }); await admin.send('POST', '/v1/session/step-up', { body: { code: admin.code() } }); };

test('a key invites the first admin and nobody else', async () => {
  const other = await testApi();
  expect((await other.call('POST', '/v1/operators', { body: { mail: 'a@example.org', role: 'finance' } })).json()).toMatchObject({ status: 403, code: 'SESSION_NEEDED' });
  expect((await other.call('POST', '/v1/operators', { body: { mail: 'a@example.org', role: 'admin' } })).statusCode).toBe(201);
  expect((await api.call('POST', '/v1/operators', { body: { mail: 'a@example.org', role: 'admin' } })).json().code).toBe('SESSION_NEEDED');
});

test('an invited operator sets a password by the link and can do nothing before his second factor', async () => {
  await fresh();
  const invited = await invite(admin, 'fin@example.org', 'finance');
  expect([invited.statusCode, invited.json()]).toMatchObject([201, { role: 'finance', state: 'unconfirmed', userId: null, mail: 'fin@example.org' }]);
  const token = await latestLink(api, 'invitation');
  const fin = new Visitor(api);
  expect((await fin.signIn('fin@example.org')).statusCode).toBe(401);
  expect((await fin.send('POST', '/v1/operators/accept', { body: { token, password: PASSWORD } })).json().state).toBe('active');
  expect((await fin.send('POST', '/v1/operators/accept', { body: { token, password: PASSWORD } })).json().code).toBe('LINK_INVALID');
  expect((await fin.signIn('fin@example.org')).json().next).toBe('enrol_second_factor');
  expect((await fin.send('GET', '/v1/users')).json()).toMatchObject({ status: 403, code: 'SECOND_FACTOR_REQUIRED' });
  expect((await fin.send('GET', '/v1/me')).json().code).toBe('SECOND_FACTOR_REQUIRED');
  expect((await fin.send('GET', '/v1/session')).json().next).toBe('enrol_second_factor');
  await fin.enrol();
  expect((await fin.send('GET', '/v1/users')).statusCode).toBe(200);
  expect((await invite(fin, 'x@example.org', 'finance')).json().code).toBe('ROLE_NOT_ALLOWED');
});

test('inviting again sends a new link and the old one dies; an address in use is refused', async () => {
  await fresh();
  await invite(admin, 'twice@example.org', 'support');
  const first = await latestLink(api, 'invitation');
  expect((await invite(admin, 'twice@example.org', 'compliance')).json().role).toBe('compliance');
  expect((await new Visitor(api).send('POST', '/v1/operators/accept', { body: { token: first, password: PASSWORD } })).json().code).toBe('LINK_INVALID');
  await signedUp(api, 'trader@example.org');
  expect((await invite(admin, 'Trader@example.org', 'support')).json()).toMatchObject({ status: 409, code: 'MAIL_TAKEN' });
});

test('a role changes from the next request; the last admin can neither leave nor be closed', async () => {
  await fresh();
  const { visitor, personId } = await operatorOf(api, 'climber@example.org', 'support', admin);
  const change = (id: string, role: string) => admin.send('PATCH', `/v1/operators/${id}`, { body: { role }, headers: { 'if-match': '*' } });
  expect((await visitor.send('GET', '/v1/operators')).json().code).toBe('ROLE_NOT_ALLOWED');
  await change(personId, 'compliance');
  expect((await visitor.send('GET', '/v1/operators')).json().items.map((one: { id: string }) => one.id)).toContain(adminId);
  expect((await change(adminId, 'support')).json()).toMatchObject({ status: 409, code: 'LAST_ADMIN' });
  expect((await admin.send('POST', `/v1/operators/${adminId}/close`, { body: {} })).json().code).toBe('LAST_ADMIN');
  await change(personId, 'admin');
  await visitor.send('POST', '/v1/session/step-up', { body: { code: visitor.code() } });
  // Each closes the other at the same instant: one of them stays.
  const answers = await Promise.all([admin.send('POST', `/v1/operators/${personId}/close`, { body: {} }), visitor.send('POST', `/v1/operators/${adminId}/close`, { body: {} })]);
  expect(answers.filter((a) => a.statusCode === 200)).toHaveLength(1);
  const left = (await api.pool.query("SELECT count(*)::int AS n FROM person WHERE role = 'admin' AND state = 'active'")).rows[0].n;
  expect(left).toBe(1);
  if (answers[1]!.statusCode === 200) admin = visitor;
});

test('closing ends sessions and keys; the address is free again, the person stays', async () => {
  await fresh();
  const { visitor, personId } = await operatorOf(api, 'leaving@example.org', 'admin', admin);
  const made = (await visitor.send('POST', '/v1/api-keys', { body: { name: 'his', role: 'support', scopes: ['*'] } })).json();
  expect(made.apiKey.personId).toBe(personId);
  const closed = (await admin.send('POST', `/v1/operators/${personId}/close`, { body: {} })).json();
  expect(closed).toMatchObject({ operator: { state: 'closed', closedAt: api.clock.now }, revokedKeys: [made.apiKey.id], keptKeys: [] });
  expect((await visitor.send('GET', '/v1/session')).json().code).toBe('SESSION_ENDED');
  expect((await api.call('GET', '/v1/me', { key: made.key })).json().code).toBe('API_KEY_REVOKED');
  expect((await visitor.signIn('leaving@example.org')).statusCode).toBe(401);
  expect((await admin.send('POST', `/v1/operators/${personId}/close`, { body: {} })).json()).toMatchObject({ status: 409, code: 'PERSON_CLOSED' });
  expect((await invite(admin, 'leaving@example.org', 'support')).statusCode).toBe(201);
});

test('a lost second factor is taken away by another admin, not by oneself', async () => {
  await fresh();
  const { visitor, personId } = await operatorOf(api, 'loser@example.org', 'finance', admin);
  const own = (await admin.send('GET', '/v1/session')).json().person.id;
  expect((await admin.send('POST', `/v1/operators/${own}/reset-second-factor`)).json()).toMatchObject({ status: 422, code: 'SECOND_FACTOR_OWN' });
  expect((await admin.send('POST', `/v1/operators/${personId}/reset-second-factor`)).json().secondFactor).toBe(false);
  expect((await visitor.send('GET', '/v1/session')).json().code).toBe('SESSION_ENDED');
  expect((await visitor.signIn('loser@example.org')).json().next).toBe('enrol_second_factor');
});

test('operators\' acts are audited with the person behind the session', async () => {
  const { rows } = await api.pool.query("SELECT DISTINCT operation FROM audit_entry WHERE actor_kind = 'session' AND principal_id LIKE 'psn_%' AND operation IN ('inviteOperator','changeOperator','closeOperator','resetOperatorSecondFactor')");
  expect(rows).toHaveLength(4);
  expect(api.logged.filter((line) => line.includes('no audit entry'))).toEqual([]);
});

test('with two people on, a second operator agrees to a role before the invitation is mailed, once there is one', async () => {
  const two = await testApi({ twoPeople: true, client: { workflow: { start: async () => ({}), signalWithStart: async () => ({}) } } as unknown as Client });
  const { visitor: ann, personId: annId } = await operatorOf(two, 'ann@example.org', 'admin');
  const { visitor: ben } = await operatorOf(two, 'ben@example.org', 'compliance', ann);
  const links = async () => Number((await two.pool.query("SELECT count(*) AS n FROM mail_token WHERE purpose = 'invitation'")).rows[0].n);
  const before = await links();
  const asked = await invite(ann, 'third@example.org', 'admin');
  expect([asked.statusCode, asked.json()]).toMatchObject([202, { kind: 'operator_role', state: 'requested', requestedBy: annId }]);
  expect(await links()).toBe(before);
  const approve = (visitor: Visitor) => visitor.send('POST', `/v1/changes/${asked.json().id}/approve`, { headers: { 'idempotency-key': crypto.randomUUID() } });
  expect((await approve(ann)).json()).toMatchObject({ status: 403, code: 'SAME_PERSON' });
  expect((await approve(ben)).json()).toMatchObject({ state: 'approved' });
  expect(await links()).toBe(before + 1);
  const third = new Visitor(two);
  expect((await third.send('POST', '/v1/operators/accept', { body: { token: await latestLink(two, 'invitation'), password: PASSWORD } })).json()).toMatchObject({ state: 'active', role: 'admin' });
  const { body } = await two.call('GET', '/v1/changes');
  expect(body).not.toContain('third@example.org');
});

test('no address is kept in an answer for its repetition, nor in an audit entry', async () => {
  await fresh();
  const again = () => admin.send('POST', '/v1/operators', { body: { mail: 'kept.secret@example.org', role: 'support' }, headers: { 'idempotency-key': 'invite-kept' } });
  const first = await again();
  expect([first.json().mail, (await again()).json()]).toEqual(['kept.secret@example.org', { ...first.json(), mail: null }]);
  await admin.send('POST', `/v1/operators/${first.json().id}/close`, { body: {}, headers: { 'idempotency-key': 'close-kept' } });
  for (const table of ['idempotency_record', 'audit_entry']) expect(JSON.stringify((await api.pool.query(`SELECT t::text FROM ${table} t`)).rows)).not.toContain('kept.secret');
});

test('a trader is none of the operators', async () => {
  const { personId } = await signedUp(api, 'plain@example.org');
  expect((await api.call('GET', `/v1/operators/${personId}`)).json()).toMatchObject({ status: 404, code: 'PERSON_UNKNOWN' });
});
