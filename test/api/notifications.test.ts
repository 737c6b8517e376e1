import { beforeAll, beforeEach, expect, test } from 'vitest';
import { readApiConfig } from '../../api/config.ts';
import { fanOut } from '../../activities/notifications/fanOut.ts';
import { sendPage } from '../../activities/notifications/sendPage.ts';
import { MAIL_SETTINGS } from '../../activities/notifications/settings.ts';
import { developmentTransport } from '../../activities/notifications/transport.ts';
import { notify } from '../../db/stores/notifications.ts';
import { withoutTemporal } from '../support/outbox.ts';
import { testPersonalData } from '../support/personal.ts';
import { latestLink, PASSWORD, signedUp, Visitor } from './people.ts';
import { testApi, type TestApi } from './support.ts';

let api: TestApi;
let ann: Awaited<ReturnType<typeof signedUp>>;
let bob: Awaited<ReturnType<typeof signedUp>>;
const DEVELOPMENT = { TWO_PEOPLE: 'off', API_MAX_EVENT_LOOP_DELAY: '0', API_RATE_LIMIT: '1000000', API_SIGN_IN_RATE_LIMIT: '1000000', MAIL_TRANSPORT: 'development', PUBLIC_URL: 'http://127.0.0.1:3000' };

beforeAll(async () => {
  api = await testApi({ config: readApiConfig(DEVELOPMENT) });
  ann = await signedUp(api, 'ann@mail.test');
  bob = await signedUp(api, 'bob@mail.test');
});

let events = 0;
async function paid(userId: string, amount = '12.5'): Promise<string> {
  const eventId = `payout:pay_${++events}:paid`;
  await notify(api.pool, [{ eventId, userId, kind: 'payout_paid', facts: { payoutId: `pay_${events}`, amount, currency: 'USD' }, at: api.clock.now }]);
  return eventId;
}
async function sent(): Promise<void> {
  await fanOut({ pool: api.pool, client: withoutTemporal }, MAIL_SETTINGS, api.clock.now);
  await sendPage({ pool: api.pool, personal: testPersonalData() }, { ...MAIL_SETTINGS, transport: developmentTransport }, api.clock.now);
}
beforeEach(() => { api.clock.now = new Date(Date.parse(api.clock.now) + 1000).toISOString(); });

interface Listed { items: { eventId: string; kind: string; userId: string | null }[]; nextCursor: string | null }

test('a user sees what he is told, newest first, by pages, and nothing of another', async () => {
  const mine = [await paid(ann.userId), await paid(ann.userId), await paid(ann.userId)];
  const his = await paid(bob.userId);
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: Listed = (await ann.visitor.send('GET', `/v1/notifications?kind=payout_paid&limit=2${cursor && `&cursor=${cursor}`}`)).json();
    seen.push(...page.items.map((item) => item.eventId));
    cursor = page.nextCursor;
  }
  expect(seen.toSorted()).toEqual(mine.toSorted());
  expect((await ann.visitor.send('GET', `/v1/notifications?userId=${bob.userId}`)).json<Listed>().items.every((item) => item.userId === ann.userId || item.userId === null)).toBe(true);
  expect((await api.call('GET', `/v1/notifications?userId=${bob.userId}&kind=payout_paid`)).json<Listed>().items.map((item) => item.eventId)).toEqual([his]);
  // What concerns one person's sign-in is not shown to a program that acts for his user.
  const key = await api.key('trader', { userId: ann.userId });
  await notify(api.pool, [{ eventId: 'password:1', userId: null, personId: ann.personId, kind: 'password_changed', facts: {}, at: api.clock.now }]);
  const kinds = async (list: ReturnType<TestApi['call']>) => (await list).json<Listed>().items.map((item) => item.kind);
  expect(await kinds(ann.visitor.send('GET', '/v1/notifications'))).toContain('password_changed');
  for (const other of [api.call('GET', '/v1/notifications', { key }), bob.visitor.send('GET', '/v1/notifications')]) expect(await kinds(other)).not.toContain('password_changed');
});

test('preferences: all on at first; what is not named stays; security cannot be switched off; only by the person himself', async () => {
  const url = '/v1/me/notification-preferences';
  const put = async (body: object) => (await ann.visitor.send('PUT', url, { body })).json();
  expect((await ann.visitor.send('GET', url)).json()).toEqual({ security: true, money: true, account: true, operations: true });
  expect(await put({ money: false })).toEqual({ security: true, money: false, account: true, operations: true });
  expect(await put({ account: false, security: true })).toEqual({ security: true, money: false, account: false, operations: true });
  expect(await put({ security: false })).toMatchObject({ status: 422, code: 'SECURITY_MAIL_REQUIRED', at: { field: 'security' } });
  expect(await put({ news: true })).toMatchObject({ status: 400 });
  expect((await bob.visitor.send('GET', url)).json()).toMatchObject({ money: true });
  expect((await api.call('GET', url)).json()).toMatchObject({ status: 403, code: 'SESSION_NEEDED' });
  const { rows } = await api.pool.query(`SELECT subject_type, subject_id, before->>'money' AS before, after->>'money' AS after FROM audit_entry WHERE operation = 'putNotificationPreferences' ORDER BY id LIMIT 1`);
  expect(rows).toEqual([{ subject_type: 'person', subject_id: ann.personId, before: 'true', after: 'false' }]);
  await put({ money: true, account: true });
});

test('operators see what became of mails, and take bounces; traders do not', async () => {
  const eventId = await paid(bob.userId);
  await sent();
  const mails = async (query = '') => (await api.call('GET', `/v1/mails?userId=${bob.userId}&kind=payout_paid${query}`)).json<{ items: { id: string; eventId: string; state: string; messageId: string }[] }>().items;
  const mail = (await mails()).find((one) => one.eventId === eventId)!;
  expect(mail).toMatchObject({ state: 'sent', personId: bob.personId });
  expect(JSON.stringify(mail)).not.toContain('bob@');
  expect((await bob.visitor.send('GET', '/v1/mails')).json()).toMatchObject({ status: 403, code: 'ROLE_NOT_ALLOWED' });

  const report = (body: object) => api.call('POST', '/v1/mail-bounces', { body: { messageId: mail.messageId, ...body } });
  expect((await report({ kind: 'soft', reason: '4.2.2 bob@mail.test is full' })).json()).toMatchObject({ blockedAt: null, softBounces: 1, reason: 'BOUNCED_FOR_NOW: 4.2.2 … is full' });
  expect((await mails('&state=sent')).some((one) => one.id === mail.id)).toBe(true);
  const hard = await report({ kind: 'hard', reason: '5.1.1' });
  expect([hard.statusCode, hard.json()]).toMatchObject([201, { personId: bob.personId, blockedAt: api.clock.now, reason: 'BOUNCED: 5.1.1' }]);
  expect((await mails('&state=bounced')).map((one) => one.id)).toEqual([mail.id]);
  expect((await api.call('POST', '/v1/mail-bounces', { body: { messageId: '<nobody@nowhere.test>', kind: 'hard' } })).json()).toMatchObject({ status: 404, code: 'MAIL_UNKNOWN' });

  const blocked = async () => (await api.call('GET', '/v1/mail-bounces?blocked=true')).json<{ items: { id: string }[] }>().items.map((one) => one.id);
  const { id } = hard.json<{ id: string }>();
  expect(await blocked()).toEqual([id]);
  await paid(bob.userId);
  await sent();
  expect((await mails('&state=suppressed')).map((one) => one)).toMatchObject([{ reason: 'ADDRESS_BOUNCES' }]);
  expect((await api.call('DELETE', `/v1/mail-bounces/${id}`)).json()).toMatchObject({ blockedAt: null });
  expect(await blocked()).toEqual([]);
  expect((await api.call('DELETE', '/v1/mail-bounces/bnc_0')).json()).toMatchObject({ status: 404, code: 'MAIL_BOUNCE_UNKNOWN' });
});

test('in development every mail is shown with its link, which works; what is in it cannot leave its frame', async () => {
  const eve = new Visitor(api);
  await eve.send('POST', '/v1/sign-up', { body: { mail: 'eve@mail.test', password: PASSWORD, role: 'trader' } });
  await sent();
  interface Shown { items: { to: string; kind: string; subject: string; text: string; state: string }[] }
  const shown = (await api.call('GET', '/dev/mails.json', { key: '' })).json<Shown>().items.find((mail) => mail.to === 'eve@mail.test')!;
  expect(shown).toMatchObject({ kind: 'sign_up', state: 'sent', subject: 'Confirm your mail address' });
  const token = /http:\/\/127\.0\.0\.1:3000\/app\/confirm#token=(\S+)/.exec(shown.text)?.[1];
  expect(token).toBe(await latestLink(api, 'confirm_mail'));
  expect((await eve.send('POST', '/v1/sign-up/confirm', { body: { token } })).statusCode).toBe(200);

  await notify(api.pool, [{ eventId: 'hold:evil', userId: ann.userId, kind: 'accrual_held', facts: { accrualId: 'acr_1', reason: '</iframe><script>alert(1)</script>' }, at: api.clock.now }]);
  await sent();
  const page = await api.call('GET', '/dev/mails', { key: '' });
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  expect(page.body).toContain('eve@mail.test');
  expect(page.body).not.toContain('<script');
  expect(page.body.match(/<iframe/g)).toHaveLength(page.body.match(/<iframe sandbox title="HTML" srcdoc="[^"]*"><\/iframe>/g)!.length);
  expect((await api.call('GET', '/openapi.json', { key: '' })).body).not.toContain('/dev/mails');
});

test('nowhere else: not without being asked for, and never in production', async () => {
  const usual = await testApi();
  for (const headers of [{ host: 'evil.test' }, { 'x-forwarded-for': '203.0.113.7' }]) {
    expect((await api.call('GET', '/dev/mails.json', { key: '', headers })).json()).toMatchObject({ status: 404, code: 'ROUTE_UNKNOWN' });
  }
  expect((await api.app.inject({ url: '/dev/mails', remoteAddress: '203.0.113.7' })).statusCode).toBe(404);
  for (const url of ['/dev/mails', '/dev/mails.json']) expect((await usual.call('GET', url, { key: '' })).statusCode).toBe(404);
  expect(readApiConfig({ SMTP_URL: 'smtp://mail.test' }).showMails).toBe(false);
  expect(() => readApiConfig({ ...DEVELOPMENT, NODE_ENV: 'production' })).toThrow(/MAIL_TRANSPORT is development/);
});
