import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { writePreferences } from '../../../db/stores/mailPreferences.ts';
import { releaseBounce } from '../../../db/stores/bounces.ts';
import { type OutboxFixture, outboxFixture, PAID } from '../../support/outbox.ts';
import { testSmtp, type TestSmtp } from '../../support/smtp.ts';

let f: OutboxFixture;
let smtp: TestSmtp;
beforeAll(async () => { f = await outboxFixture(); });
afterAll(() => f?.close());
beforeEach(async () => {
  smtp = await testSmtp();
  return () => smtp.close();
});

const later = (seconds: number): string => new Date(Date.parse('2026-11-16T09:00:00.000Z') + seconds * 1000).toISOString();
async function paid(address?: string) {
  const who = await f.user(address);
  const eventId = await f.tell({ ...PAID, userId: who.userId });
  await f.fanOut();
  return { ...who, eventId, mail: async () => (await f.mails()).find((mail) => mail.eventId === eventId)! };
}

test('a mail goes to the person of the user once, under the id made from event and person', async () => {
  const one = await paid();
  expect(await one.mail()).toMatchObject({ state: 'queued', attempts: 0, personId: one.personId, kind: 'payout_paid' });
  expect(await f.send(smtp.url)).toMatchObject({ taken: 1, more: false, down: null });
  expect(await f.send(smtp.url)).toMatchObject({ taken: 0, nextAt: null });
  await f.fanOut();
  expect(await f.send(smtp.url)).toMatchObject({ taken: 0 });
  const mail = await one.mail();
  expect(mail).toMatchObject({ state: 'sent', attempts: 1, reason: null });
  expect(smtp.received.map(({ messageId, to, from, subject }) => ({ messageId, to, from, subject }))).toEqual([
    { messageId: mail.messageId, to: [one.address], from: 'no-reply@cashback.test', subject: 'Your payout of 12.50 USD was paid' }]);
  expect(mail.messageId).toMatch(/^<[A-Za-z0-9_-]{43}@cashback\.test>$/);
  expect(smtp.received[0]!.raw).toContain('https://app.cashback.test/v1/payouts/pay_1');
});

test('refused for now (4xx): again after a minute, then five, under the same Message-ID; never before', async () => {
  const one = await paid();
  let refusals = 2;
  smtp.onRecipient = () => (refusals-- > 0 ? { code: 451, text: '4.7.1 greylisted, come back' } : undefined);
  await f.send(smtp.url);
  expect(await one.mail()).toMatchObject({ state: 'queued', attempts: 1, nextAttemptAt: later(60), reason: 'REFUSED_FOR_NOW: 451 4.7.1 greylisted, come back' });
  expect(await f.send(smtp.url, later(59))).toMatchObject({ taken: 0, nextAt: later(60) });
  expect(await one.mail()).toMatchObject({ attempts: 1 });
  await f.send(smtp.url, later(60));
  expect(await one.mail()).toMatchObject({ state: 'queued', attempts: 2, nextAttemptAt: later(360) });
  await f.send(smtp.url, later(360));
  expect(await one.mail()).toMatchObject({ state: 'sent', attempts: 3 });
  expect(smtp.received.map(({ messageId }) => messageId)).toEqual([(await one.mail()).messageId]);
});

test('an address that does not exist (5xx): bounced, on the list, never written to again until it is taken off', async () => {
  const one = await paid('gone.person@mail.test');
  smtp.onRecipient = (address) => ({ code: 550, text: `5.1.1 <${address}>: no mailbox gone.person here` });
  await f.send(smtp.url);
  // What the server says is kept without the address.
  expect(await one.mail()).toMatchObject({ state: 'bounced', attempts: 1, reason: 'RECIPIENT_REFUSED: 550 5.1.1 <…>: no mailbox … here' });
  const [bounce] = await f.rows<{ id: string; person_id: string; blocked_at: Date | null }>('SELECT id, person_id, blocked_at FROM mail_bounce WHERE person_id = $1', [one.personId]);
  expect(bounce).toMatchObject({ person_id: one.personId, blocked_at: new Date('2026-11-16T09:00:00.000Z') });

  smtp.onRecipient = () => undefined;
  const again = async () => {
    const eventId = await f.tell({ ...PAID, userId: one.userId });
    await f.fanOut();
    await f.send(smtp.url);
    return (await f.mails()).find((mail) => mail.eventId === eventId);
  };
  expect(await again()).toMatchObject({ state: 'suppressed', reason: 'ADDRESS_BOUNCES', attempts: 0 });
  expect(smtp.received).toEqual([]);
  await releaseBounce(f.pool, bounce!.id);
  expect(await again()).toMatchObject({ state: 'sent' });
  expect(smtp.received).toHaveLength(1);
});

test('a message that is refused for ever is given up; that says nothing about the address', async () => {
  const one = await paid();
  smtp.onMessage = () => ({ code: 554, text: '5.7.1 looks like spam' });
  await f.send(smtp.url);
  expect(await one.mail()).toMatchObject({ state: 'failed', reason: 'MESSAGE_REFUSED: 554 5.7.1 looks like spam' });
  expect(await f.rows('SELECT blocked_at, soft_bounces FROM mail_bounce WHERE person_id = $1', [one.personId])).toEqual([{ blocked_at: null, soft_bounces: 1 }]);
});

test('a server that is away costs no mail a try', async () => {
  const one = await paid();
  expect(await f.send('smtp://127.0.0.1:1')).toMatchObject({ taken: 0, more: false, down: expect.stringContaining('ECONNREFUSED') as string });
  expect(await one.mail()).toMatchObject({ state: 'queued', attempts: 0 });
  await f.send(smtp.url);
  expect(await one.mail()).toMatchObject({ state: 'sent', attempts: 1 });
});

test('a server that never answers is given up after a while; the mail is tried again', async () => {
  const one = await paid();
  let stuck = true;
  smtp.onMessage = () => (stuck ? new Promise(() => {}) : undefined);
  const began = performance.now();
  await f.send(smtp.url);
  expect(performance.now() - began).toBeLessThan(60_000);
  expect(await one.mail()).toMatchObject({ state: 'queued', attempts: 1, reason: expect.stringMatching(/^NO_ANSWER: ETIMEDOUT/) as string });
  stuck = false;
  await f.send(smtp.url, later(60));
  expect(await one.mail()).toMatchObject({ state: 'sent', attempts: 2 });
});

test('who has switched a category off gets no mail of it, but always those about security', async () => {
  const one = await f.user();
  await writePreferences(f.pool, one.personId, { money: false }, later(0));
  await f.tell({ ...PAID, userId: one.userId });
  await f.tell({ kind: 'password_changed', userId: one.userId, personId: one.personId });
  await f.fanOut();
  await f.send(smtp.url);
  expect((await f.mails()).filter((mail) => mail.personId === one.personId).map(({ kind, reason }) => `${kind} ${reason ?? 'sent'}`).toSorted()).toEqual(['password_changed sent', 'payout_paid SWITCHED_OFF']);
  await expect(writePreferences(f.pool, one.personId, { security: false }, later(0))).rejects.toMatchObject({ code: 'SECURITY_MAIL_REQUIRED' });
  await expect(f.pool.query(`INSERT INTO mail_preference (person_id, category, wanted, changed_at) VALUES ($1, 'security', false, now())`, [one.personId])).rejects.toThrow(/mail_preference_security/);
  await f.pool.query(`INSERT INTO mail_preference (person_id, category, wanted, changed_at) VALUES ($1, 'security', true, now())`, [one.personId]);
  await expect(f.pool.query(`UPDATE mail_preference SET wanted = false WHERE person_id = $1 AND category = 'security'`, [one.personId])).rejects.toThrow(/mail_preference_security/);
});

test('operators are told by role, and nobody who was closed or erased', async () => {
  const [finance, support] = [await f.operator('finance', 'finance@mail.test'), await f.operator('support', 'support@mail.test')];
  const gone = await f.operator('finance', 'gone@mail.test');
  await f.pool.query(`UPDATE person SET state = 'closed', closed_at = now(), mail_index = NULL WHERE id = $1`, [gone]);
  const erased = await f.operator('admin', 'erased@mail.test');
  await f.personal.erase(f.pool, erased);
  await f.tell({ kind: 'payout_run_needs_approval', facts: { runId: 'run_1', key: '2026-W47', total: '60000' } });
  await f.fanOut();
  await f.send(smtp.url);
  const told = (await f.mails()).filter((mail) => mail.kind === 'payout_run_needs_approval');
  expect(Object.fromEntries(told.map((mail) => [mail.personId, mail.reason ?? mail.state]))).toEqual({ [finance]: 'sent', [erased]: 'NO_ADDRESS' });
  expect(told.some((mail) => mail.personId === support)).toBe(false);
  expect(smtp.received.map(({ to }) => to)).toEqual([['finance@mail.test']]);
});

test('mails about security go first', async () => {
  const one = await f.user();
  for (let i = 0; i < 3; i++) await f.tell({ ...PAID, userId: one.userId });
  await f.tell({ kind: 'password_changed', userId: one.userId, personId: one.personId });
  await f.fanOut();
  await f.send(smtp.url, undefined, { connections: 1 });
  expect(smtp.received.map(({ subject }) => subject)[0]).toBe('Your password was changed');
  expect(smtp.received).toHaveLength(4);
});

test('two senders at once send each mail once, and one connection carries many', async () => {
  const one = await f.user();
  for (let i = 0; i < 60; i++) await f.tell({ ...PAID, userId: one.userId });
  await f.fanOut();
  smtp.onMessage = () => new Promise((done) => setTimeout(done, 2));
  await Promise.all([f.send(smtp.url), f.send(smtp.url)]);
  while ((await f.send(smtp.url)).more);
  expect(smtp.received).toHaveLength(60);
  expect(new Set(smtp.received.map(({ messageId }) => messageId)).size).toBe(60);
  expect((await f.mails()).filter((mail) => mail.personId === one.personId).every((mail) => mail.state === 'sent' && mail.attempts === 1)).toBe(true);
  expect(smtp.connections()).toBeLessThan(20);
});
