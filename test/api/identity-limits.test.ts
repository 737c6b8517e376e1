import { parseOptions, verify as realVerify } from '@node-rs/argon2';
import { describe, expect, test, vi } from 'vitest';
import { readApiConfig } from '../../api/config.ts';
import { boundedWork } from '../../api/identity/boundedWork.ts';
import { hashPassword, isDated, passwordIs } from '../../api/identity/passwords.ts';
import { beginAttempt, forgetQuietGuards, lockedUntil, takeBackAttempt } from '../../db/stores/signInGuards.ts';
import { agentFamily } from '../../domain/identity/agent.ts';
import { ATTEMPT_LOCKS, NETWORK_LOCKS, PASSWORD_COST } from '../../domain/identity/limits.ts';
import { lockMinutes } from '../../domain/identity/locks.ts';
import { linkToken } from '../../domain/identity/mailLinks.ts';
import { testPersonalData } from '../support/personal.ts';
import { FIREFOX, later, latestLink, PASSWORD, signedUp, Visitor } from './people.ts';
import { testApi } from './support.ts';
import fc from '../support/properties.ts';

/** Watched, not replaced: the work for a sign-in is told by what is asked of argon2, not by a clock. */
vi.mock(import('@node-rs/argon2'), async (original) => {
  const real = await original();
  return { ...real, verify: vi.fn(real.verify) };
});
const verify = vi.mocked(realVerify);

describe('costly work', () => {
  test('never more at once than allowed, everybody who waits comes to his turn, the rest is turned away', async () => {
    const check = fc.asyncProperty(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 4 }), fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }), async (atOnce, waiting, pieces) => {
      const run = boundedWork({ atOnce, waiting });
      let running = 0;
      let most = 0;
      const results = await Promise.allSettled(pieces.map((fails) => run(async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => { setImmediate(resolve); });
        running -= 1;
        if (fails) throw new Error('failed');
      })));
      const busy = results.filter((one) => one.status === 'rejected' && (one.reason as { code?: string }).code === 'PASSWORD_CHECKS_BUSY').length;
      return most <= atOnce && busy === Math.max(0, pieces.length - atOnce - waiting) && (await run(async () => 'free')) === 'free';
    });
    await expect(fc.assert(check, { numRuns: 60 })).resolves.toBeUndefined();
  });

  test('an unknown person costs as much as a wrong password', async () => {
    const stored = await hashPassword(PASSWORD);
    const workFor = async (against: string | null): Promise<unknown[]> => {
      verify.mockClear();
      expect(await passwordIs(against, 'wrong password')).toBe(false);
      return verify.mock.calls.map(([hashed, password]) => [parseOptions(String(hashed)), String(hashed).length, password]);
    };
    expect(await workFor(stored)).toEqual([[expect.objectContaining(PASSWORD_COST), stored.length, 'wrong password']]);
    expect(await workFor(null)).toEqual(await workFor(stored));
    expect(await passwordIs(stored, PASSWORD)).toBe(true);
    // Composed and decomposed letters are the same password.
    expect(await passwordIs(await hashPassword('Zwölf Bäume im Wald'), 'Zwölf Bäume im Wald'.normalize('NFD'))).toBe(true);
  });
});

test('a hash of an older cost is made anew when its owner signs in', async () => {
  const api = await testApi();
  const { personId } = await signedUp(api, 'ann@example.org');
  const { hash } = await import('@node-rs/argon2');
  const old = await hash(PASSWORD, { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
  expect(isDated(old)).toBe(true);
  await api.pool.query('UPDATE person SET password_hash = $2 WHERE id = $1', [personId, old]);
  expect((await new Visitor(api).signIn('ann@example.org')).statusCode).toBe(200);
  const now = (await api.pool.query('SELECT password_hash FROM person WHERE id = $1', [personId])).rows[0].password_hash as string;
  expect([now === old, isDated(now)]).toEqual([false, false]);
  expect((await new Visitor(api).signIn('ann@example.org')).statusCode).toBe(200);
});

test('a network is locked as well, after more failures; guards that are quiet are forgotten', async () => {
  const api = await testApi();
  await api.pool.query("INSERT INTO sign_in_guard (subject, failures, last_at) VALUES ('network:127.0.0.0/24', $1, $2)", [NETWORK_LOCKS[0]!.failures - 1, api.clock.now]);
  expect((await new Visitor(api).signIn('a@example.org')).json().code).toBe('SIGN_IN_FAILED');
  expect((await new Visitor(api).signIn('b@example.org')).json().code).toBe('ATTEMPTS_LOCKED');
  later(api, { minutes: 1 });
  expect((await new Visitor(api).signIn('b@example.org')).json().code).toBe('SIGN_IN_FAILED');
  later(api, { minutes: 25 * 60 });
  expect(await forgetQuietGuards(api.pool, api.clock.now)).toBe(3);
});

test('an attempt that is taken back does not lift the lock that another one has set meanwhile', async () => {
  const { pool, clock } = await testApi();
  const begin = () => beginAttempt(pool, 'mail:x', ATTEMPT_LOCKS, clock.now);
  const attempts = [await begin(), await begin(), await begin(), await begin()];
  expect(attempts.map((one) => one!.lockedUntil)).toEqual([null, null, null, null]);
  const fifth = (await begin())!;
  await takeBackAttempt(pool, 'mail:x', attempts[0]!);
  expect([await begin(), await lockedUntil(pool, 'mail:x', clock.now)]).toEqual([null, fifth.lockedUntil]);
  await takeBackAttempt(pool, 'mail:x', fifth);
  expect((await begin())!.failures).toBe(4);
});

test('each of these routes has a limit of its own for an address', async () => {
  const api = await testApi({ config: readApiConfig({ API_MAX_EVENT_LOOP_DELAY: '0', API_SIGN_IN_RATE_LIMIT: '3', TWO_PEOPLE: 'off' }) });
  const ask = async () => (await new Visitor(api).send('POST', '/v1/sign-up/confirm', { body: { token: 'x' } })).json().code as string;
  expect([await ask(), await ask(), await ask(), await ask()]).toEqual(['LINK_INVALID', 'LINK_INVALID', 'LINK_INVALID', 'RATE_LIMITED']);
  expect((await new Visitor(api).signIn('a@example.org')).json().code).toBe('SIGN_IN_FAILED');
});

test('no token but the one that was mailed opens a link', async () => {
  const api = await testApi();
  await new Visitor(api).send('POST', '/v1/sign-up', { body: { mail: 'ann@example.org', password: PASSWORD } });
  const token = await latestLink(api, 'confirm_mail');
  const [id, secret] = token.split('.') as [string, string];
  const characters = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.split(''));
  const forged = fc.oneof(
    fc.tuple(fc.nat(secret.length - 1), characters).map(([at, letter]) => linkToken(id, secret.slice(0, at) + letter + secret.slice(at + 1))),
    fc.nat(secret.length).map((length) => linkToken(id, secret.slice(0, length))),
    fc.constantFrom('reset_password', 'change_mail', 'invitation', 'confirm_mail').map((purpose) => linkToken(id, testPersonalData().token(purpose, id))),
    fc.array(characters, { minLength: 43, maxLength: 43 }).map((letters) => linkToken(id, letters.join(''))),
  ).filter((text) => text !== token);
  const refused = fc.asyncProperty(forged, async (text) => (await new Visitor(api).send('POST', '/v1/sign-up/confirm', { body: { token: text } })).json().code === 'LINK_INVALID');
  await expect(fc.assert(refused, { numRuns: 80 })).resolves.toBeUndefined();
  expect((await new Visitor(api).send('POST', '/v1/sign-up/confirm', { body: { token } })).statusCode).toBe(200);
});

test('locks never shrink with more failures', () => {
  for (const steps of [ATTEMPT_LOCKS, NETWORK_LOCKS]) {
    const minutes = Array.from({ length: 300 }, (_, failures) => lockMinutes(failures, steps));
    expect(minutes).toEqual(minutes.toSorted((a, b) => a - b));
    expect([minutes[0], minutes.at(-1)]).toEqual([0, 60]);
  }
});

test.each([[FIREFOX, 'Firefox on Linux'], ['Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Mobile/15E148 Safari/604.1', 'Safari on iOS'], ['curl/8.1', 'curl'], ['', 'another program']])('%s is %s', (text, family) => {
  expect(agentFamily(text)).toBe(family);
});
