import { beforeAll, describe, expect, test } from 'vitest';
import { newTotpSecret, stepOf, totpUri } from '../../api/identity/totp.ts';
import { codeAt, later, operatorOf, PASSWORD, signedUp, told, Visitor } from './people.ts';
import { testApi, type TestApi } from './support.ts';
import fc from '../support/properties.ts';

let api: TestApi;
beforeAll(async () => { api = await testApi(); });
const payoutMethod = (visitor: Visitor, userId: string) => visitor.send('POST', `/v1/users/${userId}/payout-methods`, { body: { rail: 'sandbox', destination: { account: 'A' } }, headers: { 'idempotency-key': crypto.randomUUID() } });
const stepUp = (visitor: Visitor, code = visitor.code()) => visitor.send('POST', '/v1/session/step-up', { body: { code } });

test('enrolling asks for the password and a first code; then signing in needs a code', async () => {
  const { visitor, personId } = await signedUp(api, 'ann@example.org');
  expect((await visitor.send('POST', '/v1/second-factor/confirm', { body: { code: '123456' } })).json()).toMatchObject({ status: 409, code: 'SECOND_FACTOR_NOT_STARTED' });
  expect((await visitor.send('POST', '/v1/second-factor', { body: { password: 'wrong password' } })).json()).toMatchObject({ status: 401, code: 'PASSWORD_WRONG' });
  const started = await visitor.send('POST', '/v1/second-factor', { body: { password: PASSWORD } });
  expect(started.headers['cache-control']).toBe('no-store');
  visitor.secret = started.json().secret;
  expect(started.json().uri).toBe(totpUri(visitor.secret!, 'ann@example.org'));
  const wrong = codeAt(visitor.secret!, '2026-11-16T09:00:00Z');
  expect((await visitor.send('POST', '/v1/second-factor/confirm', { body: { code: wrong } })).json().code).toBe('CODE_WRONG');
  const { recoveryCodes } = (await visitor.send('POST', '/v1/second-factor/confirm', { body: { code: visitor.code() } })).json();
  expect([recoveryCodes.length, new Set(recoveryCodes).size, /^[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}$/.test(recoveryCodes[0])]).toEqual([10, 10, true]);
  expect((await visitor.send('GET', '/v1/me')).json()).toMatchObject({ person: { secondFactor: true }, session: { secondFactor: true } });
  const elsewhere = new Visitor(api);
  expect((await elsewhere.signIn('ann@example.org')).json()).toMatchObject({ status: 401, code: 'SECOND_FACTOR_NEEDED' });
  expect((await elsewhere.signIn('ann@example.org', { code: visitor.code() })).json()).toMatchObject({ status: 401, code: 'CODE_WRONG' });
  later(api, { seconds: 30 });
  expect((await elsewhere.signIn('ann@example.org', { code: visitor.code() })).statusCode).toBe(200);
  expect(await told(api, personId)).toEqual(['sign_up', 'second_factor_on']);
});

test('a code is taken once, whatever it is sent for; two at once do not both pass', async () => {
  const { visitor } = await signedUp(api, 'once@example.org');
  await visitor.enrol();
  later(api, { seconds: 30 });
  const answers = await Promise.all([1, 2, 3].map(() => stepUp(visitor)));
  expect(answers.map((a) => a.statusCode).sort()).toEqual([200, 401, 401]);
  expect((await new Visitor(api).signIn('once@example.org', { code: visitor.code() })).json().code).toBe('CODE_WRONG');
});

test('sensitive acts need a second factor of the last ten minutes', async () => {
  const { visitor, userId } = await signedUp(api, 'sensitive@example.org');
  expect((await payoutMethod(visitor, userId)).json()).toMatchObject({ status: 403, code: 'SECOND_FACTOR_REQUIRED' });
  expect((await stepUp(visitor, '123456')).json().code).toBe('SECOND_FACTOR_REQUIRED');
  await visitor.enrol();
  expect((await payoutMethod(visitor, userId)).statusCode).toBe(201);
  later(api, { minutes: 10 });
  expect((await payoutMethod(visitor, userId)).json()).toMatchObject({ status: 403, code: 'STEP_UP_NEEDED' });
  expect((await stepUp(visitor)).json().stepUpUntil).toBe(new Date(Date.parse(api.clock.now) + 600_000).toISOString());
  expect((await payoutMethod(visitor, userId)).statusCode).toBe(201);
});

test('recovery codes work once each, in place of the app; new ones replace them', async () => {
  const { visitor, personId } = await signedUp(api, 'lost@example.org');
  const [first, second] = await visitor.enrol();
  const use = async (code: string) => (await new Visitor(api).signIn('lost@example.org', { code })).statusCode;
  expect(await use(first!.toUpperCase().replaceAll('-', ' '))).toBe(200);
  expect(await use(first!)).toBe(401);
  const renewed = (await visitor.send('POST', '/v1/second-factor/recovery-codes')).json<{ recoveryCodes: string[] }>().recoveryCodes;
  expect([await use(second!), await use(renewed[0]!)]).toEqual([401, 200]);
  const { visitor: other } = await signedUp(api, 'other@example.org');
  await other.enrol();
  expect((await new Visitor(api).signIn('other@example.org', { code: renewed[1]! })).statusCode).toBe(401);
  expect((await told(api, personId)).filter((kind) => kind === 'recovery_codes_used')).toHaveLength(2);
});

test('guessing codes locks, for the session and for signing in', async () => {
  const { visitor } = await signedUp(api, 'guessed@example.org');
  await visitor.enrol();
  later(api, { seconds: 60 });
  const wrong = codeAt(visitor.secret!, '2026-01-01T00:00:00Z');
  for (let n = 0; n < 5; n++) expect((await stepUp(visitor, wrong)).json().code).toBe('CODE_WRONG');
  expect((await stepUp(visitor)).json()).toMatchObject({ status: 429, code: 'ATTEMPTS_LOCKED' });
  later(api, { minutes: 1 });
  expect((await stepUp(visitor)).statusCode).toBe(200);
  for (let n = 0; n < 5; n++) expect((await new Visitor(api).signIn('guessed@example.org', { code: wrong })).json().code).toBe('CODE_WRONG');
  expect((await new Visitor(api).signIn('guessed@example.org', { code: wrong })).json().code).toBe('ATTEMPTS_LOCKED');
});

test('asking again and again without a code counts as nothing, neither for nor against', async () => {
  const { visitor } = await signedUp(api, 'asking@example.org');
  await visitor.enrol();
  for (let n = 0; n < 8; n++) expect((await new Visitor(api).signIn('asking@example.org')).json().code).toBe('SECOND_FACTOR_NEEDED');
});

test('it can be replaced or left by a user who has stepped up; operators keep it', async () => {
  const { visitor, userId } = await signedUp(api, 'leaver@example.org');
  await visitor.enrol();
  later(api, { minutes: 10 });
  expect((await visitor.send('POST', '/v1/second-factor', { body: { password: PASSWORD } })).json().code).toBe('STEP_UP_NEEDED');
  expect((await visitor.send('POST', '/v1/second-factor/disable')).json().code).toBe('STEP_UP_NEEDED');
  await stepUp(visitor);
  const before = visitor.secret;
  await visitor.enrol();
  expect(visitor.secret).not.toBe(before);
  expect((await visitor.send('POST', '/v1/second-factor/disable')).json()).toEqual({ secondFactor: false });
  expect((await payoutMethod(visitor, userId)).json().code).toBe('SECOND_FACTOR_REQUIRED');
  expect((await new Visitor(api).signIn('leaver@example.org')).statusCode).toBe(200);
  const { visitor: admin } = await operatorOf(api, 'admin@example.org', 'admin');
  expect((await admin.send('POST', '/v1/second-factor/disable')).json()).toMatchObject({ status: 422, code: 'SECOND_FACTOR_KEPT' });
});

test('a secret shown once is not kept with its Idempotency-Key', async () => {
  const { visitor } = await signedUp(api, 'replay@example.org');
  const start = () => visitor.send('POST', '/v1/second-factor', { body: { password: PASSWORD }, headers: { 'idempotency-key': 'start' } });
  const { secret } = (await start()).json();
  expect((await start()).json()).toEqual({ secret: null, uri: null });
  expect(JSON.stringify((await api.pool.query('SELECT body FROM idempotency_record')).rows)).not.toContain(secret);
});

describe('a code of the app', () => {
  test('is that of its own step or one beside it, and nothing else is', () => {
    const ofStep = (secret: string, step: number): string => codeAt(secret, new Date(step * 30_000).toISOString());
    expect(() => fc.assert(fc.property(fc.integer({ min: 3, max: 100_000_000 }), fc.integer({ min: 0, max: 29_999 }), fc.integer({ min: -40, max: 40 }), (step, into, away) => {
      const secret = newTotpSecret();
      const code = ofStep(secret, Math.max(0, step + away));
      const right = [step - 1, step, step + 1].filter((near) => ofStep(secret, near) === code);
      const found = stepOf(secret, code, new Date(step * 30_000 + into).toISOString());
      return right.length === 0 ? found === null : found !== null && right.includes(found);
    }), { numRuns: 300 })).not.toThrow();
  });
  test.each(['', '12345', '1234567', 'abcdef', '１２３４５６'])('"%s" is none', (code) => {
    expect(stepOf(newTotpSecret(), code, '2026-11-16T10:00:00.000Z')).toBeNull();
  });
});
