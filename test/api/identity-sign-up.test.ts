import { beforeAll, expect, test } from 'vitest';
import { latestLink, later, PASSWORD, signedUp, told, Visitor } from './people.ts';
import { testApi, type TestApi } from './support.ts';

let api: TestApi;
beforeAll(async () => { api = await testApi(); });
const signUp = (mail: string, more: object = {}) => new Visitor(api).send('POST', '/v1/sign-up', { body: { mail, password: PASSWORD, ...more } });
const confirm = (token: string) => new Visitor(api).send('POST', '/v1/sign-up/confirm', { body: { token } });

test('sign up, confirm by the mailed link, sign in; the user is made with the person', async () => {
  const asked = await signUp('Ann@Example.org');
  expect([asked.statusCode, asked.json()]).toEqual([202, { mailed: true }]);
  expect((await new Visitor(api).signIn('ann@example.org')).json()).toMatchObject({ status: 401, code: 'SIGN_IN_FAILED' });
  const person = (await confirm(await latestLink(api, 'confirm_mail'))).json();
  expect(person).toMatchObject({ role: 'trader', state: 'active', mail: 'Ann@Example.org', secondFactor: false });
  const ann = new Visitor(api);
  const signedIn = await ann.signIn('ann@EXAMPLE.org');
  expect([signedIn.statusCode, signedIn.json().next, signedIn.json().person.id]).toEqual([200, null, person.id]);
  expect(signedIn.headers['set-cookie']).toMatch(/^__Host-cashback=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Strict$/);
  expect((await ann.send('GET', '/v1/me')).json()).toMatchObject({ apiKey: null, role: 'trader', user: { id: person.userId, externalId: person.id }, person: { id: person.id } });
  expect((await ann.send('GET', `/v1/users/${person.userId}/balances`)).statusCode).toBe(200);
  expect(await told(api, person.id)).toEqual(['sign_up']);
});

test('nothing personal and no secret is stored, logged or audited in the clear', async () => {
  const { visitor, personId } = await signedUp(api, 'secretive.person@example.org');
  const token = await latestLink(api, 'confirm_mail');
  const tables = ['person', 'session', 'mail_token', 'notification', 'audit_entry', 'sign_in_guard', 'idempotency_record', 'app_user'];
  const texts = await Promise.all(tables.map(async (name) => JSON.stringify((await api.pool.query(`SELECT * FROM ${name}`)).rows, (_key, value: unknown) => typeof value === 'bigint' ? String(value) : value)));
  for (const secret of ['secretive', PASSWORD, token.split('.')[1]!, visitor.cookie!]) expect(`${texts.join('')}${api.logged.join('')}`).not.toContain(secret);
  expect(texts.join('')).toContain(personId);
});

test('an address that is known is answered alike; its owner is told, at most once an hour', async () => {
  const { personId } = await signedUp(api, 'known@example.org');
  for (const _ of [1, 2]) {
    const again = await signUp('KNOWN@example.org', { password: 'another good password', role: 'partner' });
    expect([again.statusCode, again.json()]).toEqual([202, { mailed: true }]);
  }
  expect(await told(api, personId)).toEqual(['sign_up', 'sign_up_known']);
  expect((await new Visitor(api).signIn('known@example.org')).statusCode).toBe(200);
});

test('a link counts with the password of its own sign-up: who types a stranger\'s address sets nothing', async () => {
  await signUp('victim@example.org', { password: 'the password of the victim' });
  const mine = await latestLink(api, 'confirm_mail');
  await signUp('victim@example.org', { password: 'the password of somebody else' });
  const theirs = await latestLink(api, 'confirm_mail');
  expect((await confirm(mine)).statusCode).toBe(200);
  expect((await confirm(theirs)).json()).toMatchObject({ status: 422, code: 'LINK_INVALID' });
  expect((await new Visitor(api).signIn('victim@example.org', { password: 'the password of somebody else' })).statusCode).toBe(401);
  expect((await new Visitor(api).signIn('victim@example.org', { password: 'the password of the victim' })).statusCode).toBe(200);
});

test('a link works once, for its purpose, for a day; sent again on request, not without end', async () => {
  await signUp('late@example.org');
  const first = await latestLink(api, 'confirm_mail');
  const reset = await new Visitor(api).send('POST', '/v1/passwords/reset', { body: { token: first, password: PASSWORD } });
  expect(reset.json().code).toBe('LINK_INVALID');
  for (const text of ['tok_0.x', `${first}x`, first.replace(/^tok_./, 'tok_f'), 'nonsense']) expect((await confirm(text)).json().code).toBe('LINK_INVALID');
  const count = async () => Number((await api.pool.query<{ n: string }>("SELECT count(*) AS n FROM notification WHERE kind = 'mail_confirmation'")).rows[0]!.n);
  const before = await count();
  for (let n = 0; n < 7; n++) expect((await new Visitor(api).send('POST', '/v1/sign-up/resend', { body: { mail: 'late@example.org' } })).json()).toEqual({ mailed: true });
  expect(await count() - before).toBe(4);
  expect((await new Visitor(api).send('POST', '/v1/sign-up/resend', { body: { mail: 'nobody@example.org' } })).json()).toEqual({ mailed: true });
  const again = await latestLink(api, 'confirm_mail');
  later(api, { minutes: 24 * 60 });
  expect((await confirm(again)).json().code).toBe('LINK_INVALID');
  later(api, { minutes: -1 });
  expect((await confirm(again)).statusCode).toBe(200);
  expect((await confirm(again)).json().code).toBe('LINK_INVALID');
});

test.each([['short', 'PASSWORD_WEAK|REQUEST_INVALID'], ['aaaaaaaaaaaaaaaa', 'PASSWORD_WEAK'], ['weak.one@example.org', 'PASSWORD_WEAK'], ['123456789012', 'PASSWORD_WEAK'], ['qwertyuiopas', 'PASSWORD_WEAK']])('the password "%s" is refused', async (password, code) => {
  const answer = await signUp('weak.one@example.org', { password });
  expect(answer.json().code).toMatch(new RegExp(`^(${code})$`));
  expect(answer.body).not.toContain(password);
});

test('two sign-ups for one address at once make one person and one user', async () => {
  const users = async () => Number((await api.pool.query<{ n: string }>('SELECT count(*) AS n FROM app_user')).rows[0]!.n);
  const before = await users();
  const answers = await Promise.all([1, 2, 3, 4].map(() => signUp('twice@example.org')));
  expect(answers.map((a) => a.statusCode)).toEqual([202, 202, 202, 202]);
  expect(await users() - before).toBe(1);
});
