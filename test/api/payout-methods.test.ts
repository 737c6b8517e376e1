import { beforeAll, describe, expect, test } from 'vitest';
import { readApiConfig } from '../../api/config.ts';
import { addressOf } from '../../db/stores/personAddress.ts';
import { linkSecretOf, linkToken, type MailLinkPurpose } from '../../domain/identity/mailLinks.ts';
import { testPersonalData } from '../support/personal.ts';
import { later, latestLink, signedUp, Visitor } from './people.ts';
import { rails, testApi, type TestApi } from './support.ts';

const personal = testPersonalData();
let api: TestApi;
let visitor: Visitor;
let userId: string;
let personId: string;
let first: string;
beforeAll(async () => {
  api = await testApi({
    config: readApiConfig({ TWO_PEOPLE: 'off', API_MAX_EVENT_LOOP_DELAY: '0', API_RATE_LIMIT: '1000000', API_SIGN_IN_RATE_LIMIT: '1000000' }),
    rails: { ...rails, checkDestination: (rail, destination) => ({ ok: true, destination, ...(rail === 'credit' ? { tradingAccountOf: 'alpha' } : {}) }) },
  });
  ({ visitor, userId, personId } = await signedUp(api, 'ann@example.org'));
  await visitor.enrol();
});

interface Method { id: string; name: string | null; state: string; inUse: boolean; confirmedAt: string | null; usableFrom: string | null; removedAt: string | null; code?: string }
const once = () => ({ 'idempotency-key': crypto.randomUUID() });
async function stepUp(): Promise<void> {
  later(api, { seconds: 30 });
  expect((await visitor.send('POST', '/v1/session/step-up', { body: { code: visitor.code() } })).statusCode).toBe(200);
}
const add = async (account: string, name: string | null = null): Promise<Method> => (await visitor.send('POST', `/v1/users/${userId}/payout-methods`, { body: { rail: 'sandbox', destination: { account }, name }, headers: once() })).json<Method>();
const confirm = async (id: string, body: object): Promise<Method> => (await visitor.send('POST', `/v1/payout-methods/${id}/confirm`, { body })).json<Method>();
const get = async (id: string): Promise<Method> => (await api.call('GET', `/v1/payout-methods/${id}`)).json<Method>();
const reasons = async () => (await api.call('GET', `/v1/users/${userId}/payout-readiness`)).json<{ reasons: { code: string; why: string; until?: string }[] }>().reasons.filter(({ code }) => code.startsWith('destination') || code === 'no_method');
const facts = async (kind: string) => (await api.pool.query<{ facts: Record<string, string> }>('SELECT facts FROM notification WHERE kind = $1 ORDER BY id DESC LIMIT 1', [kind])).rows[0]?.facts;
const link = (purpose: MailLinkPurpose, id: string) => linkToken(id, personal.token(linkSecretOf(purpose), id));

test('a method that was added is not used before it is confirmed, and its user is mailed the link for it', async () => {
  expect((await reasons()).map(({ code }) => code)).toEqual(['no_method']);
  const added = await add('ACC-1', 'My savings');
  first = added.id;
  expect(added).toMatchObject({ name: 'My savings', state: 'unconfirmed', inUse: false, confirmedAt: null, usableFrom: null });
  expect((await reasons()).map(({ code }) => code)).toEqual(['destination_unconfirmed']);
  const told = (await facts('destination_changed'))!;
  expect(told).toMatchObject({ methodId: first, change: 'added', coolDownHours: '48', confirmId: expect.stringMatching(/^tok_/), disownId: expect.stringMatching(/^tok_/) });
  expect(await facts('destination_added_before')).toBeUndefined();

  expect((await confirm(first, {})).code).toBe('CONFIRMATION_NEEDED');
  expect((await confirm(first, { code: '000000' })).code).toBe('CODE_WRONG');
  expect((await confirm(first, { token: link('disown_destination', told['disownId']!) })).code).toBe('LINK_INVALID');
  expect((await get(first)).state).toBe('unconfirmed');
});

test('confirmed by the mailed link it cools down, and is used from the instant at which that is over', async () => {
  const confirmed = await confirm(first, { token: await latestLink(api, 'confirm_destination') });
  const usableFrom = new Date(Date.parse(api.clock.now) + 48 * 3_600_000).toISOString();
  expect(confirmed).toMatchObject({ state: 'cooling_down', inUse: false, confirmedAt: api.clock.now, usableFrom });
  expect(await reasons()).toEqual([{ code: 'destination_cooling_down', why: expect.stringContaining(usableFrom), nextStep: expect.any(String), until: usableFrom }]);
  later(api, { minutes: 48 * 60, seconds: -1 });
  expect(await get(first)).toMatchObject({ state: 'cooling_down', inUse: false });
  later(api, { seconds: 1 });
  expect(await get(first)).toMatchObject({ state: 'usable', inUse: true });
  expect(await reasons()).toEqual([]);
  // Again: nothing starts anew.
  expect(await confirm(first, {})).toMatchObject({ usableFrom });
});

test('until a new one can be used the one before it is; a code of the second factor confirms as well', async () => {
  await visitor.signIn('ann@example.org', { code: visitor.code() });
  const second = await add('ACC-2');
  later(api, { seconds: 30 });
  expect(await confirm(second.id, { code: visitor.code() })).toMatchObject({ state: 'cooling_down', inUse: false });
  expect(await get(first)).toMatchObject({ inUse: true });
  later(api, { minutes: 48 * 60 });
  expect([(await get(first)).inUse, (await get(second.id)).inUse]).toEqual([false, true]);
  // Taken away, and the one before it is used again.
  expect((await api.call('DELETE', `/v1/payout-methods/${second.id}`)).json()).toMatchObject({ state: 'removed', inUse: false });
  expect(await get(first)).toMatchObject({ inUse: true });
  expect((await api.call('PATCH', `/v1/payout-methods/${second.id}`, { body: { name: 'x' } })).json().code).toBe('PAYOUT_METHOD_REMOVED');
});

test('naming it needs no second factor, and heeds If-Match where it is sent', async () => {
  await visitor.signIn('ann@example.org', { code: visitor.code() });
  later(api, { minutes: 11 });
  const rename = (name: string | null, headers: Record<string, string> = {}) => visitor.send('PATCH', `/v1/payout-methods/${first}`, { body: { name }, headers });
  const etag = String((await visitor.send('GET', `/v1/payout-methods/${first}`)).headers['etag']);
  expect((await rename('Holidays', { 'if-match': etag })).json()).toMatchObject({ name: 'Holidays', inUse: true });
  expect((await rename('Too late', { 'if-match': etag })).json()).toMatchObject({ status: 412, code: 'PRECONDITION_FAILED' });
  expect((await rename(null)).json()).toMatchObject({ name: null });
  expect((await rename('Zanzibar account')).statusCode).toBe(200);
  const { rows } = await api.pool.query<{ t: string }>('SELECT t::text FROM payout_method t UNION ALL SELECT t::text FROM audit_entry t UNION ALL SELECT t::text FROM idempotency_record t UNION ALL SELECT t::text FROM notification t');
  expect(rows.filter(({ t }) => /Zanzibar|My savings|Holidays/.test(t))).toEqual([]);
});

describe('after the mail address was changed', () => {
  let stranger: Visitor;
  test('the address before it is told too, within the cool-down, and can take the method away without signing in', async () => {
    await stepUp();
    await visitor.send('POST', '/v1/mail-address', { body: { mail: 'thief@example.org' } });
    expect((await visitor.send('POST', '/v1/mail-address/confirm', { body: { token: await latestLink(api, 'change_mail') } })).statusCode).toBe(200);
    later(api, { minutes: 47 * 60 });
    await visitor.signIn('thief@example.org', { code: visitor.code() });
    const bad = await add('THIEF');
    const told = (await facts('destination_added_before'))!;
    expect(told).toMatchObject({ methodId: bad.id, tokenId: expect.stringMatching(/^tok_/), disownId: (await facts('destination_changed'))!['disownId'] });
    expect(told).not.toHaveProperty('confirmId');
    expect(await addressOf(api.pool, personal, { personId, kind: 'destination_added_before', facts: told })).toBe('ann@example.org');
    expect(await addressOf(api.pool, personal, { personId, kind: 'destination_changed', facts: (await facts('destination_changed'))! })).toBe('thief@example.org');

    stranger = new Visitor(api);
    const token = link('disown_destination', told['disownId']!);
    const disowned = await stranger.send('POST', '/v1/payout-methods/disown', { body: { token } });
    expect([disowned.statusCode, disowned.json()]).toEqual([200, { id: bad.id, removedAt: api.clock.now }]);
    expect((await stranger.send('POST', '/v1/payout-methods/disown', { body: { token } })).json().code).toBe('LINK_INVALID');
    expect((await api.pool.query('SELECT disowned_at = removed_at AS disowned FROM payout_method WHERE id = $1', [bad.id])).rows).toEqual([{ disowned: true }]);
    expect(await facts('destination_disowned')).toMatchObject({ userId, methodId: bad.id });
    later(api, { seconds: 30 });
    expect((await confirm(bad.id, { code: visitor.code() })).code).toBe('PAYOUT_METHOD_REMOVED');
    expect(await get(first)).toMatchObject({ inUse: true });
  });

  test('and no longer once the cool-down since is over', async () => {
    later(api, { minutes: 61 });
    await stepUp();
    const added = await add('ACC-4');
    expect((await facts('destination_changed'))!['methodId']).toBe(added.id);
    expect((await facts('destination_added_before'))!['methodId']).not.toBe(added.id);
  });
});

test('what an operator adds cools down as well; a link about another method confirms nothing', async () => {
  const added = (await api.call('POST', `/v1/users/${userId}/payout-methods`, { body: { rail: 'sandbox', destination: { account: 'ACC-5' } }, headers: once() })).json<Method>();
  expect(added).toMatchObject({ state: 'cooling_down', inUse: false, confirmedAt: api.clock.now });
  expect((await facts('destination_changed'))).toMatchObject({ methodId: added.id, usableFrom: added.usableFrom, disownId: expect.any(String) });
  await stepUp();
  const mine = await add('ACC-6');
  const other = await add('ACC-7');
  expect((await confirm(mine.id, { token: await latestLink(api, 'confirm_destination') })).code).toBe('LINK_INVALID');
  expect((await get(other.id)).state).toBe('unconfirmed');
});

test("where nobody signs in for the user, his program's key confirms; for one who does, a key is not enough", async () => {
  const nobody = (await api.call('POST', '/v1/users', { body: { externalId: 'portal-1' } })).json<{ id: string }>().id;
  const key = await api.key('trader', { userId: nobody });
  const added = (await api.call('POST', `/v1/users/${nobody}/payout-methods`, { key, body: { rail: 'sandbox', destination: { account: 'P' } }, headers: once() })).json<Method>();
  expect(added.state).toBe('unconfirmed');
  expect((await api.call('POST', `/v1/payout-methods/${added.id}/confirm`, { key, body: {} })).json()).toMatchObject({ state: 'cooling_down' });
  const annsKey = await api.key('trader', { userId });
  const anns = (await api.call('POST', `/v1/users/${userId}/payout-methods`, { key: annsKey, body: { rail: 'sandbox', destination: { account: 'Q' } }, headers: once() })).json<Method>();
  for (const body of [{}, { code: visitor.code() }]) expect((await api.call('POST', `/v1/payout-methods/${anns.id}/confirm`, { key: annsKey, body })).json().code).toBe('CONFIRMATION_NEEDED');
});

test('a trading account must be his own and verified, when it is added and as long as it is used', async () => {
  await api.call('POST', '/v1/brokers', { body: { id: 'alpha', name: 'Alpha', servers: ['Live'] } });
  const trader = (await api.call('POST', '/v1/users', { body: { externalId: 'credit-1' } })).json<{ id: string }>().id;
  const key = await api.key('trader', { userId: trader });
  const credit = async () => (await api.call('POST', `/v1/users/${trader}/payout-methods`, { key, body: { rail: 'credit', destination: { server: 'Live', account: '7001' } }, headers: once() })).json<Method & { tradingAccountId: string | null }>();
  expect((await credit()).code).toBe('DESTINATION_NOT_OWN');
  const account = 'tac_credit';
  await api.pool.query("INSERT INTO trading_account (id, broker_id, server, login, type, created_at) VALUES ($1, 'alpha', 'Live', '7001', 'standard', $2)", [account, api.clock.now]);
  await api.pool.query("INSERT INTO account_link (id, trading_account_id, user_id, status, requested_at, decided_at) VALUES ('lnk_credit', $1, $2, 'verified', $3, $3)", [account, trader, api.clock.now]);
  const added = await credit();
  expect(added).toMatchObject({ state: 'unconfirmed', tradingAccountId: account });
  await api.call('POST', `/v1/payout-methods/${added.id}/confirm`, { key, body: {} });
  later(api, { minutes: 48 * 60 });
  const codes = async () => (await api.call('GET', `/v1/users/${trader}/payout-readiness`, { key })).json<{ reasons: { code: string }[] }>().reasons.map(({ code }) => code);
  expect(await codes()).not.toContain('destination_not_own');
  await api.pool.query("UPDATE account_link SET status = 'ended', ended_at = $1 WHERE id = 'lnk_credit'", [api.clock.now]);
  expect(await codes()).toContain('destination_not_own');
});
