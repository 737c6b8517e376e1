import { expect, test } from 'vitest';
import { readApiConfig } from '../../api/config.ts';
import { hashPassword } from '../../api/identity/passwords.ts';
import { FIREFOX, later, latestLink, operatorOf, PASSWORD, signedUp, Visitor } from './people.ts';
import { testApi } from './support.ts';

test('wrong codes stay counted when the password is set anew by mail: a mail box alone guesses no second factor', async () => {
  const api = await testApi();
  const { visitor: ann } = await signedUp(api, 'ann@example.org');
  await ann.enrol();
  const thief = new Visitor(api);
  const guess = async () => (await thief.signIn('ann@example.org', { code: '000000' })).json().code as string;
  for (let n = 0; n < 5; n++) expect(await guess()).toBe('CODE_WRONG');
  expect(await guess()).toBe('ATTEMPTS_LOCKED');
  await thief.send('POST', '/v1/passwords/forgot', { body: { mail: 'ann@example.org' } });
  expect((await thief.send('POST', '/v1/passwords/reset', { body: { token: await latestLink(api, 'reset_password'), password: PASSWORD } })).statusCode).toBe(200);
  expect(await guess()).toBe('ATTEMPTS_LOCKED');
  later(api, { minutes: 2 });
  expect((await new Visitor(api).signIn('ann@example.org', { code: ann.code() })).statusCode).toBe(200);
});

test('a forged link costs no password hash', async () => {
  const api = await testApi();
  const busy = Array.from({ length: 66 }, () => hashPassword(PASSWORD));
  const answers = await Promise.all(['passwords/reset', 'operators/accept'].map((path) => new Visitor(api).send('POST', `/v1/${path}`, { body: { token: 'tok_1.forged', password: PASSWORD } })));
  await Promise.all(busy);
  expect(answers.map((answer) => answer.json().code)).toEqual(['LINK_INVALID', 'LINK_INVALID']);
});

test('the trace of a request that is kept for its repetition cannot be tried against passwords or names', async () => {
  const api = await testApi();
  const { visitor } = await signedUp(api, 'ann@example.org');
  await visitor.send('POST', '/v1/second-factor', { body: { password: PASSWORD }, headers: { 'idempotency-key': 'traced' } });
  const { rows } = await api.pool.query<{ request_hash: string }>("SELECT request_hash FROM idempotency_record WHERE key = 'traced'");
  const { createHash } = await import('node:crypto');
  const guessed = createHash('sha256').update(`POST /v1/second-factor\n${JSON.stringify({ password: PASSWORD })}`).digest('hex');
  expect(rows).toHaveLength(1);
  expect(rows[0]!.request_hash).not.toBe(guessed);
});

test("a user's key that an admin made shows nothing of the admin's own sign-in", async () => {
  const api = await testApi();
  const { userId } = await signedUp(api, 'ann@example.org');
  const { visitor: admin } = await operatorOf(api, 'admin@example.org', 'admin');
  const { key } = (await admin.send('POST', '/v1/api-keys', { body: { name: 'portal', role: 'trader', scopes: ['*'], userId } })).json();
  const kinds = (await api.call('GET', '/v1/notifications', { key })).json().items.map((one: { kind: string }) => one.kind);
  expect(kinds).not.toContain('second_factor_on');
});

test('behind a proxy the address is the one that the proxy saw, not one that the client made up', async () => {
  const api = await testApi({ config: readApiConfig({ API_TRUST_PROXY: 'true', API_MAX_EVENT_LOOP_DELAY: '0', TWO_PEOPLE: 'off' }) });
  await api.app.inject({ method: 'POST', url: '/v1/sign-in', headers: { 'user-agent': FIREFOX, 'x-forwarded-for': '198.51.100.9, 203.0.113.7' }, payload: { mail: 'a@example.org', password: PASSWORD } });
  const { rows } = await api.pool.query<{ subject: string }>("SELECT subject FROM sign_in_guard WHERE subject LIKE 'network:%'");
  expect(rows).toEqual([{ subject: 'network:203.0.113.0/24' }]);
});

test('an erased user is not named by the answers that are kept for repetitions', async () => {
  const api = await testApi();
  const create = () => api.call('POST', '/v1/users', { body: { externalId: 'jane.doe@private.example' }, headers: { 'idempotency-key': 'make-jane' } });
  const made = (await create()).json();
  expect((await create()).json()).toEqual(made);
  await api.call('PATCH', `/v1/users/${made.id}`, { body: { status: 'suspended' }, headers: { 'idempotency-key': 'stop-jane', 'if-match': '*' } });
  await api.call('POST', `/v1/users/${made.id}/erase`, { body: { reason: 'asked for' }, headers: { 'idempotency-key': 'erase-jane' } });
  for (const table of ['idempotency_record', 'audit_entry', 'app_user']) expect(JSON.stringify((await api.pool.query(`SELECT t::text FROM ${table} t`)).rows)).not.toContain('jane.doe');
});
