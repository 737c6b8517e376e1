import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Mailbox, openMailbox } from '../../../../activities/reports/mail/imap.ts';
import { mailboxTest } from '../../../../activities/reports/mail/testMailbox.ts';
import { systemResolver } from '../../../../activities/webhooks/addresses.ts';
import { sampleReport } from '../../../../scripts/sample/report.ts';
import { mainJob, type MainJob } from '../../../support/main-job.ts';
import { testPersonalData } from '../../../support/personal.ts';
import { type ImapServer, imapServer } from './support/imapServer.ts';
import { type MailDesk, mailDesk, NEARBY, period } from './support/mailDesk.ts';
import { changed, report, SENDER, written } from './support/mails.ts';

let job: MainJob;
let imap: ImapServer;
let day = 1;
beforeAll(async () => { job = await mainJob({ accounts: 3 }); });
afterAll(() => job?.close());
afterEach(() => imap?.close());

const dated = (of: number): string => `2026-11-${String(of).padStart(2, '0')}`;
/** The mail of a day, with a Message-ID of its own. */
const mailOf = (of: number, change: Parameters<typeof report>[0] = {}): Promise<Buffer> =>
  written(report({ subject: `Daily report ${dated(of)}`, attachments: [{ filename: 'trades.csv', content: sampleReport({ accounts: [0, 2], linesPerAccount: 1, day: of - 2 }) }], ...change }));
/** A server, a source for it, and a day whose period is open. */
async function scene(change: Parameters<typeof mailDesk>[2] = {}, server: Parameters<typeof imapServer>[0] = {}): Promise<{ desk: MailDesk; at: number; periodId: string }> {
  imap = await imapServer(server);
  const at = ++day;
  return { desk: await mailDesk(job.pool, imap.port, change), at, periodId: await period(job.pool, at) };
}
const places = () => ['INBOX', 'Done', 'Failed'].map((folder) => imap.in(folder).length);

test.each([[[] as string[]], [['MOVE', 'UIDPLUS']]])('a mail becomes a report as it came, byte for byte, and is moved (server with %j)', async (plugins) => {
  const { desk, at, periodId } = await scene({}, { plugins });
  const raw = Buffer.concat([Buffer.from('X-Note: gr\u00fc\u00dfe\r\n'), await mailOf(at)]);
  imap.put(raw);
  expect(await desk.poll(periodId)).toEqual({ received: 1 });
  const [kept, ...others] = await desk.reports();
  expect(others).toEqual([]);
  expect(kept!.bytes.equals(raw)).toBe(true);
  expect(kept).toMatchObject({
    periodId, origin: 'mailbox', sourceId: desk.source.id, receivedBy: desk.source.id, state: 'received', fileName: `Daily report ${dated(at)}.eml`,
    facts: { sender: SENDER, subject: `Daily report ${dated(at)}`, attachment: 'trades.csv', messageId: expect.stringMatching(/^<.+@broker\.example>$/), mailReceivedAt: '2026-11-03T06:00:00.000Z' },
  });
  expect(desk.woken).toEqual([kept!.id]);
  expect([places(), await desk.problem()]).toEqual([[0, 1, 0], null]);
  expect(imap.in('Done')[0]!.equals(raw)).toBe(true);
  expect(await desk.poll(periodId)).toEqual({ received: 0 });
});

test('the same mail again, also under another number, is known; another mail with the same report is another report', async () => {
  const { desk, at, periodId } = await scene();
  const raw = await mailOf(at);
  imap.put(raw);
  await desk.poll(periodId);
  imap.put(raw);
  imap.put(Buffer.concat([Buffer.from('Received: by another way\r\n'), raw]));
  imap.renumber();
  expect(await desk.poll(periodId)).toEqual({ received: 0 });
  expect([places(), (await desk.reports()).length]).toEqual([[0, 3, 0], 1]);
  imap.put(changed(raw, /Message-ID: <[^>]+>/, 'Message-ID: <another@broker.example>'));
  expect(await desk.poll(periodId)).toEqual({ received: 1 });
  expect((await desk.reports()).map(({ periodId: of }) => of)).toEqual([periodId, periodId]);
});

test('a mail without Message-ID is known by the whole of it', async () => {
  const { desk, at, periodId } = await scene();
  const raw = changed(await mailOf(at), /Message-ID: <[^>]+>\r\n/, '');
  imap.put(raw);
  imap.put(raw);
  expect([await desk.poll(periodId), places()]).toEqual([{ received: 1 }, [0, 2, 0]]);
  imap.put(changed(raw, 'See attached', 'Please see attached'));
  expect(await desk.poll(periodId)).toEqual({ received: 1 });
});

test('stopped at any step, the next look goes on and nothing is taken twice', async () => {
  const { desk, at, periodId } = await scene();
  imap.put(await mailOf(at));
  const killing = (step: keyof Mailbox | 'moved'): typeof openMailbox => async (...args) => {
    const mailbox = await openMailbox(...args);
    const die = async (): Promise<never> => { throw new Error(`killed at ${step}`); };
    if (step === 'moved') return { ...mailbox, move: async (uid, folder) => { await mailbox.move(uid, folder); return die(); } };
    return { ...mailbox, [step]: die };
  };
  const lost = { workflow: { signalWithStart: async () => { throw new Error('killed at wake'); } } } as never;
  for (const step of ['list', 'raw'] as const) await expect(desk.poll(periodId, { open: killing(step) })).rejects.toThrow(`killed at ${step}`);
  expect([(await desk.reports()).length, places()]).toEqual([0, [1, 0, 0]]);
  await expect(desk.poll(periodId, { client: lost })).rejects.toThrow('killed at wake');
  expect([(await desk.reports()).length, places()]).toEqual([1, [1, 0, 0]]);
  await expect(desk.poll(periodId, { open: killing('move') })).rejects.toThrow('killed at move');
  expect(places()).toEqual([1, 0, 0]);
  await expect(desk.poll(periodId, { open: killing('moved') })).rejects.toThrow('killed at moved');
  expect(places()).toEqual([0, 1, 0]);
  expect(await desk.poll(periodId)).toEqual({ received: 0 });
  expect([(await desk.reports()).length, places(), (await desk.items()).map(({ state }) => state)]).toEqual([1, [0, 1, 0], ['taken']]);
});

test('a connection that breaks in the middle is tried again, and meanwhile noted', async () => {
  const { desk, at, periodId } = await scene();
  imap.put(await mailOf(at));
  const cutting: typeof openMailbox = async (...args) => {
    const mailbox = await openMailbox(...args);
    return { ...mailbox, raw: (uid) => {
      imap.cut();
      return mailbox.raw(uid);
    } };
  };
  await expect(desk.poll(periodId, { open: cutting })).rejects.toMatchObject({ type: 'SOURCE_CONNECTION_CLOSED', nonRetryable: false });
  expect(await desk.problem()).toMatchObject({ code: 'SOURCE_CONNECTION_CLOSED' });
  expect(await desk.poll(periodId)).toEqual({ received: 1 });
  expect(await desk.problem()).toBeNull();
});

test('several looks at once take each mail once', async () => {
  const { desk, at, periodId } = await scene();
  const other = await period(job.pool, ++day);
  for (const about of [at, day]) imap.put(await mailOf(about));
  const received = await Promise.all([periodId, other, periodId, other].map((id) => desk.poll(id)));
  expect(received.reduce((sum, one) => sum + one.received, 0)).toBe(2);
  expect((await desk.reports()).map((one) => one.periodId).toSorted()).toEqual([periodId, other].toSorted());
  expect(imap.in('INBOX')).toEqual([]);
});

test('each mail goes to the period that its subject or its attachment names; one of a day without a period waits, and is shown', async () => {
  const { desk, at, periodId } = await scene();
  const other = await period(job.pool, ++day);
  const third = await period(job.pool, ++day);
  imap.put(await mailOf(at));
  imap.put(await mailOf(day - 1));
  imap.put(await mailOf(day, { subject: 'Your report', attachments: [{ filename: `trades_${dated(day)}.csv`, content: sampleReport({ accounts: [0, 2], linesPerAccount: 1, day: day - 2 }) }] }));
  imap.put(await mailOf(30));
  imap.put(await mailOf(28, { subject: 'Newsletter' }));
  expect(await desk.poll(periodId)).toEqual({ received: 3 });
  expect((await desk.reports()).map((one) => one.periodId)).toEqual([periodId, other, third]);
  expect(places()).toEqual([1, 3, 1]);
  expect(await desk.problem()).toMatchObject({ code: 'MAILS_NOT_TAKEN', message: expect.stringMatching(/"Daily report 2026-11-30": It is about 2026-11-30, and no report period holds that day yet\..*"Newsletter": Neither its subject nor "trades\.csv" has a date/) });
  const late = await period(job.pool, 30);
  expect(await desk.poll(late)).toEqual({ received: 1 });
  expect([places(), await desk.problem()]).toEqual([[0, 4, 1], null]);
});

test('without a pattern a mail is about the only period that had ended and waits; several at once are unclear, the same one twice is not', async () => {
  const { desk, at, periodId } = await scene({ period: undefined });
  await job.pool.query("UPDATE report_period SET closed_at = '2026-09-01', closed_by = 'op', close_reason = 'x' WHERE id <> $1", [periodId]);
  const end = `${dated(at + 1)}T00:00:00Z`;
  imap.put(await mailOf(at, { subject: 'Your report' }), { at: `${dated(at)}T23:59:59Z` });
  expect([await desk.poll(periodId), places()]).toEqual([{ received: 0 }, [1, 0, 0]]);
  const [one, two] = [await mailOf(at, { subject: 'Your report' }), await mailOf(at, { subject: 'Another report' })];
  for (const raw of [one, two]) imap.put(raw, { at: end });
  expect([await desk.poll(periodId), places()]).toEqual([{ received: 0 }, [3, 0, 0]]);
  expect(await desk.problem()).toMatchObject({ code: 'MAILS_NOT_TAKEN', message: expect.stringContaining('other mails without a date') });
  imap.renumber();
  imap.clear();
  for (const raw of [one, one]) imap.put(raw, { at: end });
  expect([await desk.poll(periodId), places()[1]]).toEqual([{ received: 1 }, 2]);
  expect((await desk.reports()).map((report) => report.periodId)).toEqual([periodId]);
  await job.pool.query('UPDATE report_period SET reopened_at = now() WHERE closed_at IS NOT NULL');
});

test('what cannot be a report goes to the failed folder with its reason, once', async () => {
  const { desk, at, periodId } = await scene();
  const forged = await mailOf(at, { from: `"${SENDER}" <someone@evil.example>` });
  imap.put(forged);
  imap.put(await mailOf(at, { attachments: [{ filename: '../../etc/passwd', content: 'x' }] }));
  imap.put(Buffer.from((await mailOf(at)).subarray(0, -60)));
  imap.put(Buffer.from('From - nonsense\r\n\r\n'));
  expect(await desk.poll(periodId)).toEqual({ received: 0 });
  expect([places(), await desk.reports()]).toEqual([[0, 0, 4], []]);
  const items = await desk.items();
  expect(items.map(({ state, problem }) => [state, problem?.code])).toEqual([['failed', 'MAIL_DAMAGED'], ['failed', 'MAIL_TRUNCATED'], ['failed', 'MAIL_ATTACHMENT_MISSING'], ['failed', 'SENDER_NOT_ALLOWED']]);
  expect(await desk.problem()).toMatchObject({ code: 'MAILS_NOT_TAKEN', message: expect.stringContaining('someone@evil.example') });
  expect(await desk.poll(periodId)).toEqual({ received: 0 });
  expect(await desk.problem()).toBeNull();
  // Put back after the profile or the list was corrected, it is looked at again.
  imap.put(forged);
  await desk.poll(periodId);
  expect([places(), (await desk.items()).length]).toEqual([[0, 0, 5], 4]);
});

test('a look takes so many mails at most, the oldest first; the next goes on', async () => {
  const { desk, at, periodId } = await scene();
  for (let n = 0; n < 5; n++) imap.put(await mailOf(at, { text: `mail ${n}` }));
  const received: number[] = [];
  for (let n = 0; n < 4; n++) received.push((await desk.poll(periodId, { settings: { maxFiles: 2 } })).received);
  expect([received, places()]).toEqual([[2, 2, 1, 0], [0, 5, 0]]);
});

test.each<[what: string, change: Parameters<typeof mailDesk>[2], rest: Parameters<typeof mailDesk>[3], code: string]>([
  ['a wrong password', {}, { password: 'wrong' }, 'MAILBOX_SIGN_IN_REFUSED'],
  ['no password', {}, { password: null }, 'SOURCE_SECRET_MISSING'],
  ['a folder that is not there', { folder: 'Reports' }, {}, 'MAILBOX_FOLDER_MISSING'],
])('%s is kept as the source’s problem, and nothing is received', async (_what, change, rest, code) => {
  imap = await imapServer();
  const desk = await mailDesk(job.pool, imap.port, change, rest);
  expect(await desk.poll(await period(job.pool, 2))).toEqual({ received: 0 });
  expect(await desk.problem()).toMatchObject({ code });
  expect(JSON.stringify(await desk.problem())).not.toContain('wrong');
});

test('a profile of files instead of mails is a problem of the source', async () => {
  imap = await imapServer();
  const { desk } = await scene();
  await job.pool.query('UPDATE report_source SET profile_name = $2 WHERE id = $1', [desk.source.id, 'default']);
  expect(await desk.poll(await period(job.pool, 2))).toEqual({ received: 0 });
  expect(await desk.problem()).toMatchObject({ code: 'MAILBOX_PROFILE', message: expect.stringContaining('csv') });
});

test('only over TLS, and only with a certificate that can be trusted', async () => {
  const { desk, periodId } = await scene({ secure: 'tls' }, { tls: true });
  await expect(desk.poll(periodId)).rejects.toMatchObject({ type: 'SOURCE_TLS_FAILED', nonRetryable: false });
  const open = await mailDesk(job.pool, imap.port, { secure: 'none' });
  await open.poll(periodId, { settings: { allowPrivate: false } });
  expect(await open.problem()).toMatchObject({ code: 'SOURCE_TLS_NEEDED' });
  const inside = await mailDesk(job.pool, imap.port, { secure: 'tls' });
  await inside.poll(periodId, { settings: { allowPrivate: false } });
  expect(await inside.problem()).toMatchObject({ code: 'SOURCE_ADDRESS_NOT_PUBLIC' });
  const plain = await imapServer();
  const downgraded = await mailDesk(job.pool, plain.port, { secure: 'starttls' });
  await expect(downgraded.poll(periodId)).rejects.toBeInstanceOf(Error);
  expect(await downgraded.problem()).not.toBeNull();
  await plain.close();
});

test.each(['tls', 'starttls'] as const)('over %s with a certificate that the settings name', async (secure) => {
  const folder = mkdtempSync(join(tmpdir(), 'mailbox-tls-'));
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost',
    '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')], { stdio: 'ignore' });
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => readFileSync(join(folder, name), 'utf8')) as [string, string];
  rmSync(folder, { recursive: true });
  imap = await imapServer(secure === 'tls' ? { tls: { key, cert } } : { plugins: ['STARTTLS'], credentials: { key, cert } });
  const desk = await mailDesk(job.pool, imap.port, { secure, ca: cert, host: 'localhost' });
  imap.put(await mailOf(++day));
  expect(await desk.poll(await period(job.pool, day))).toEqual({ received: 1 });
  const other = await mailDesk(job.pool, imap.port, { secure, host: 'localhost' });
  await expect(other.poll(await period(job.pool, day))).rejects.toMatchObject({ type: 'SOURCE_TLS_FAILED' });
});

test('nobody there is tried again', async () => {
  const { desk, periodId } = await scene();
  await imap.close();
  await expect(desk.poll(periodId)).rejects.toMatchObject({ type: 'SOURCE_CONNECTION_REFUSED', nonRetryable: false });
  imap = await imapServer();
});

test('a try shows what is there and moves nothing', async () => {
  const { desk, at } = await scene();
  imap.put(await mailOf(at));
  const found = await mailboxTest({ pool: job.pool, client: null as never, personal: testPersonalData(), settings: NEARBY, resolve: systemResolver })(desk.source);
  expect(found).toEqual({ mails: [{ subject: `Daily report ${dated(at)}`, bytes: expect.any(Number), receivedAt: '2026-11-03T06:00:00.000Z', day: dated(at) }], more: false });
  expect(places()).toEqual([1, 0, 0]);
});
