import { beforeAll, describe, expect, test } from 'vitest';
import { later, latestLink, PASSWORD, signedUp, told, Visitor } from './people.ts';
import { testApi, type TestApi } from './support.ts';

let api: TestApi;
beforeAll(async () => { api = await testApi(); });
const audited = async (personId: string) => (await api.pool.query<{ operation: string; outcome: string; reason: string | null }>('SELECT operation, outcome, reason FROM audit_entry WHERE subject_id = $1 ORDER BY id', [personId])).rows;

describe('lock-out', () => {
  test('an unknown address and a wrong password are told alike, and lock alike', async () => {
    const { personId } = await signedUp(api, 'locked@example.org');
    for (const mail of ['locked@example.org', 'unknown@example.org']) {
      const seen: string[] = [];
      for (let n = 0; n < 6; n++) {
        const { status, code, detail } = (await new Visitor(api).signIn(mail, { password: 'wrong password' })).json();
        seen.push(`${status} ${code} ${detail}`);
      }
      expect([mail, seen.slice(0, 5).every((one) => one.startsWith('401 SIGN_IN_FAILED')), seen[5]]).toEqual([mail, true, expect.stringContaining('429 ATTEMPTS_LOCKED')]);
    }
    expect((await new Visitor(api).signIn('locked@example.org')).json().code).toBe('ATTEMPTS_LOCKED');
    expect(await told(api, personId)).toEqual(['sign_up', 'locked_out']);
    expect((await audited(personId)).filter(({ outcome }) => outcome === 'refused')).toEqual(Array.from({ length: 5 }, () => ({ operation: 'signIn', outcome: 'refused', reason: 'SIGN_IN_FAILED' })));
  });

  test('it ends by itself, grows with every further failure, and a success forgets it', async () => {
    await signedUp(api, 'patient@example.org');
    const wrong = async () => (await new Visitor(api).signIn('patient@example.org', { password: 'wrong password' })).json();
    for (let n = 0; n < 5; n++) await wrong();
    later(api, { seconds: 59 });
    expect((await wrong()).code).toBe('ATTEMPTS_LOCKED');
    later(api, { seconds: 1 });
    for (const minutes of [1, 1, 5]) {
      expect((await wrong()).code).toBe('SIGN_IN_FAILED');
      const until = (await wrong()).facts.lockedUntil as string;
      expect(Date.parse(until) - Date.parse(api.clock.now)).toBe(minutes * 60_000);
      later(api, { minutes });
    }
    expect((await new Visitor(api).signIn('patient@example.org')).statusCode).toBe(200);
    for (let n = 0; n < 4; n++) await wrong();
    expect((await new Visitor(api).signIn('patient@example.org')).statusCode).toBe(200);
  });

  test('many at once get no more tries than one after the other', async () => {
    await signedUp(api, 'burst@example.org');
    const answers = await Promise.all(Array.from({ length: 20 }, () => new Visitor(api).signIn('burst@example.org', { password: 'wrong password' })));
    expect(answers.filter((a) => a.statusCode === 401)).toHaveLength(5);
    expect(answers.filter((a) => a.statusCode === 429)).toHaveLength(15);
  });

  test('a reset by mail lifts it', async () => {
    const { personId } = await signedUp(api, 'reset@example.org');
    for (let n = 0; n < 5; n++) await new Visitor(api).signIn('reset@example.org', { password: 'wrong password' });
    await new Visitor(api).send('POST', '/v1/passwords/forgot', { body: { mail: 'reset@example.org' } });
    const token = await latestLink(api, 'reset_password');
    expect((await new Visitor(api).send('POST', '/v1/passwords/reset', { body: { token, password: 'a new password for me' } })).statusCode).toBe(200);
    expect((await new Visitor(api).signIn('reset@example.org', { password: 'a new password for me' })).statusCode).toBe(200);
    expect(await told(api, personId)).toEqual(['sign_up', 'locked_out', 'password_reset', 'password_changed']);
  });
});

describe('sessions', () => {
  test('end when unused, and after their time whatever is done', async () => {
    const { visitor } = await signedUp(api, 'idle@example.org');
    for (let day = 0; day < 29; day++) {
      later(api, { minutes: 24 * 60 });
      expect([day, (await visitor.send('GET', '/v1/session')).statusCode]).toEqual([day, 200]);
      await expect.poll(async () => (await api.pool.query('SELECT seen_at FROM session ORDER BY id DESC LIMIT 1')).rows[0].seen_at.toISOString()).toBe(api.clock.now);
    }
    later(api, { minutes: 24 * 60 });
    expect((await visitor.send('GET', '/v1/session')).json()).toMatchObject({ status: 401, code: 'SESSION_EXPIRED' });
    await visitor.signIn('idle@example.org');
    later(api, { minutes: 7 * 24 * 60 });
    expect((await visitor.send('GET', '/v1/session')).json().code).toBe('SESSION_EXPIRED');
  });

  test('are listed, ended one by one or all others; another person\'s is not there', async () => {
    const { visitor: here } = await signedUp(api, 'many@example.org');
    const [there, phone] = [new Visitor(api), new Visitor(api, 'curl/8.0')];
    await there.signIn('many@example.org');
    await phone.signIn('many@example.org');
    const { items } = (await here.send('GET', '/v1/sessions')).json<{ items: { id: string; agent: string; network: string }[] }>();
    expect(items.map(({ agent, network }) => [agent, network])).toEqual([['curl', '127.0.0.0/24'], ['Firefox on Linux', '127.0.0.0/24'], ['Firefox on Linux', '127.0.0.0/24']]);
    const { visitor: stranger } = await signedUp(api, 'stranger@example.org');
    expect((await stranger.send('DELETE', `/v1/sessions/${items[0]!.id}`)).json()).toMatchObject({ status: 404, code: 'SESSION_UNKNOWN' });
    expect((await here.send('DELETE', `/v1/sessions/${items[0]!.id}`)).statusCode).toBe(200);
    expect((await phone.send('GET', '/v1/session')).json().code).toBe('SESSION_ENDED');
    expect((await here.send('POST', '/v1/sessions/revoke-others')).json()).toEqual({ ended: 1 });
    expect((await there.send('GET', '/v1/session')).statusCode).toBe(401);
    const out = await here.send('POST', '/v1/session/sign-out');
    expect([out.statusCode, here.cookie]).toEqual([200, null]);
    expect((await here.send('GET', '/v1/session')).json().code).toBe('API_KEY_MISSING');
  });

  test('a sign-in from a new place is told, the first one and the usual one are not', async () => {
    const { visitor, personId } = await signedUp(api, 'traveller@example.org');
    await visitor.signIn('traveller@example.org');
    expect(await told(api, personId)).toEqual(['sign_up']);
    await new Visitor(api, 'curl/8.0').signIn('traveller@example.org');
    expect(await told(api, personId)).toEqual(['sign_up', 'sign_in_new_place']);
  });

  test('a forged, empty or foreign cookie opens nothing; a key goes before a cookie', async () => {
    const { visitor } = await signedUp(api, 'cookie@example.org');
    const real = visitor.cookie!;
    for (const cookie of ['x', real.slice(1), `${real}x`, real.toUpperCase(), 'ses_1', 'a'.repeat(5000)]) {
      visitor.cookie = cookie;
      expect((await visitor.send('GET', '/v1/session')).json().code).toBe('SESSION_INVALID');
    }
    visitor.cookie = real;
    expect((await visitor.send('GET', '/v1/session', { headers: { authorization: 'Bearer cbk_00000000_unknown' } })).json().code).toBe('API_KEY_INVALID');
  });
});

describe('a change with a cookie comes from our own pages', () => {
  test.each([
    [{ 'sec-fetch-site': 'same-origin' }, 200], [{ 'sec-fetch-site': 'cross-site' }, 403], [{ 'sec-fetch-site': 'same-site' }, 403], [{ 'sec-fetch-site': 'none' }, 403],
    [{ origin: 'http://127.0.0.1:3000' }, 200], [{ origin: 'http://localhost' }, 200], [{ origin: 'http://localhost:81' }, 403], [{ origin: 'https://evil.example' }, 403], [{ origin: 'null' }, 403], [{}, 200],
    [{ 'content-type': 'text/plain' }, 403], [{ 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'cross-site' }, 403],
  ])('%j → %i', async (headers, status) => {
    const { visitor } = await signedUp(api, `csrf-${crypto.randomUUID()}@example.org`);
    const answer = await visitor.send('POST', '/v1/sessions/revoke-others', { headers: headers as Record<string, string>, ...('content-type' in headers ? { payload: 'x' } : {}) });
    expect([headers, answer.statusCode, status === 403 ? answer.json().code : '']).toEqual([headers, status, status === 403 ? 'ORIGIN_FOREIGN' : '']);
    expect((await visitor.send('GET', '/v1/session', { headers: { 'sec-fetch-site': 'cross-site' } })).statusCode).toBe(200);
  });
});

describe('passwords and address', () => {
  test('a forgotten password: same answer for everybody, a link for an hour, every session ended', async () => {
    const { visitor } = await signedUp(api, 'forgetful@example.org');
    const forgot = (mail: string) => new Visitor(api).send('POST', '/v1/passwords/forgot', { body: { mail } });
    expect((await forgot('nobody-at-all@example.org')).json()).toEqual((await forgot('forgetful@example.org')).json());
    const token = await latestLink(api, 'reset_password');
    later(api, { minutes: 60 });
    const reset = (password: string) => new Visitor(api).send('POST', '/v1/passwords/reset', { body: { token, password } });
    expect((await reset('a new password for me')).json().code).toBe('LINK_INVALID');
    later(api, { minutes: -1 });
    expect((await reset('aaaaaaaaaaaaaa')).json().code).toBe('PASSWORD_WEAK');
    expect((await reset('a new password for me')).statusCode).toBe(200);
    expect((await visitor.send('GET', '/v1/session')).json().code).toBe('SESSION_ENDED');
    expect((await visitor.signIn('forgetful@example.org')).statusCode).toBe(401);
    expect((await visitor.signIn('forgetful@example.org', { password: 'a new password for me' })).statusCode).toBe(200);
  });

  test('changing the password asks for the present one and a second factor, and ends the other sessions', async () => {
    const { visitor, personId } = await signedUp(api, 'changer@example.org');
    const change = (password: string) => visitor.send('POST', '/v1/passwords/change', { body: { password, newPassword: 'yet another password' } });
    expect((await change(PASSWORD)).json()).toMatchObject({ status: 403, code: 'SECOND_FACTOR_REQUIRED' });
    await visitor.enrol();
    const other = new Visitor(api);
    later(api, { seconds: 30 });
    await other.signIn('changer@example.org', { code: visitor.code() });
    expect((await change('not the password')).json()).toMatchObject({ status: 401, code: 'PASSWORD_WRONG' });
    expect((await change(PASSWORD)).statusCode).toBe(200);
    expect((await other.send('GET', '/v1/session')).json().code).toBe('SESSION_ENDED');
    expect((await visitor.send('GET', '/v1/session')).statusCode).toBe(200);
    expect(await told(api, personId)).toEqual(['sign_up', 'second_factor_on', 'password_changed']);
  });

  test('another address counts once confirmed there; the old one is told, and its links die', async () => {
    const { visitor, personId } = await signedUp(api, 'old@example.org');
    await signedUp(api, 'taken@example.org');
    await visitor.enrol();
    await visitor.send('POST', '/v1/passwords/forgot', { body: { mail: 'old@example.org' } });
    const resetLink = await latestLink(api, 'reset_password');
    const ask = (mail: string) => visitor.send('POST', '/v1/mail-address', { body: { mail } });
    expect((await ask('taken@example.org')).json()).toEqual((await ask('new@example.org')).json());
    const token = await latestLink(api, 'change_mail');
    const confirm = () => new Visitor(api).send('POST', '/v1/mail-address/confirm', { body: { token } });
    expect((await confirm()).json().mail).toBe('new@example.org');
    expect((await confirm()).json().code).toBe('LINK_INVALID');
    expect((await new Visitor(api).send('POST', '/v1/passwords/reset', { body: { token: resetLink, password: 'a new password for me' } })).json().code).toBe('LINK_INVALID');
    later(api, { seconds: 30 });
    expect((await new Visitor(api).signIn('old@example.org')).statusCode).toBe(401);
    expect((await new Visitor(api).signIn('new@example.org', { code: visitor.code() })).statusCode).toBe(200);
    expect(await told(api, personId)).toEqual(['sign_up', 'second_factor_on', 'password_reset', 'mail_change_asked', 'mail_confirmation', 'mail_changed']);
  });
});
