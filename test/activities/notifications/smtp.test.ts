import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SMTPServerOptions } from 'smtp-server';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { said } from '../../../activities/notifications/said.ts';
import { smtpTransport } from '../../../activities/notifications/smtp.ts';
import type { Message } from '../../../activities/notifications/transport.ts';
import { testSmtp, type TestSmtp } from '../../support/smtp.ts';

const from = { name: 'Cashback', address: 'no-reply@cashback.test' };
const message = (more: Partial<Message> = {}): Message => ({ to: 'ann@mail.test', messageId: '<one@cashback.test>', subject: 'Hello', text: 'Text\n', html: '<p>Text</p>', ...more });
const open: TestSmtp[] = [];
const server = async (...options: Parameters<typeof testSmtp>): Promise<TestSmtp> => {
  const smtp = await testSmtp(...options);
  open.push(smtp);
  return smtp;
};
afterEach(async () => { for (const smtp of open.splice(0)) await smtp.close(); });

let folder: string;
let tls: { key: Buffer; cert: Buffer };
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cashback-smtp-'));
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1',
    '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')], { stdio: 'ignore' });
  tls = { key: readFileSync(join(folder, 'key.pem')), cert: readFileSync(join(folder, 'cert.pem')) };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function sendOne(url: string, mail = message(), more: { connectMs?: number; mailMs?: number } = {}) {
  const connection = await smtpTransport({ url, from, ...more }).open();
  try {
    return await connection.send(mail);
  } finally {
    connection.close();
  }
}

test('over TLS with a user name and password, from the first byte and by STARTTLS', async () => {
  const onAuth: NonNullable<SMTPServerOptions['onAuth']> = ({ username, password }, _session, done) => (username === 'me@cashback.test' && password === 'p:w/d' ? done(null, { user: 'me' }) : done(new Error('wrong')));
  const auth = { ...tls, authOptional: false, onAuth };
  const user = `${encodeURIComponent('me@cashback.test')}:${encodeURIComponent('p:w/d')}`;
  for (const [scheme, secure] of [['smtps', true], ['smtp', false]] as const) {
    const smtp = await server({ ...auth, secure });
    expect(await sendOne(`${scheme}://${user}@127.0.0.1:${smtp.port}/?tls.rejectUnauthorized=false`)).toBeNull();
    expect(smtp.received).toMatchObject([{ secure: true, user: 'me' }]);
    // A certificate that nobody vouches for, and a wrong password: no mail's fault, so nothing is thrown away.
    await expect(sendOne(`${scheme}://${user}@127.0.0.1:${smtp.port}/`)).rejects.toThrow(/self[- ]signed/);
    await expect(sendOne(`${scheme}://me:wrong@127.0.0.1:${smtp.port}/?tls.rejectUnauthorized=false`)).rejects.toMatchObject({ code: 'EAUTH' });
  }
});

test('a password is not sent to another machine without TLS', async () => {
  let asked = false;
  const smtp = await server({ authOptional: true, hideSTARTTLS: true, disabledCommands: ['STARTTLS'], allowInsecureAuth: true, onAuth: (_login, _session, done) => {
    asked = true;
    done(null, { user: 'me' });
  } });
  // A name that is not one of this machine, though it leads here.
  await expect(sendOne(`smtp://me:secret@127.0.0.2:${smtp.port}`, message(), { connectMs: 2_000 })).rejects.toThrow(/TLS|STARTTLS|connect/);
  expect(asked).toBe(false);
  expect(await sendOne(`smtp://me:secret@127.0.0.1:${smtp.port}`)).toBeNull();
  expect(asked).toBe(true);
});

test('no value can add a header, a recipient or a second message', async () => {
  const smtp = await server();
  const evil = 'Hello\r\nBcc: thief@evil.test\r\nX-Evil: 1\r\n\r\nSecond\r\n.\r\nMAIL FROM:<x@y.z>';
  expect(await sendOne(smtp.url, message({ subject: evil, text: `Text\r\n.\r\nMAIL FROM:<x@y.z>\r\n`, html: '<p>x</p>' }))).toBeNull();
  expect(smtp.received).toHaveLength(1);
  const [{ raw, to }] = smtp.received as [TestSmtp['received'][number]];
  expect(to).toEqual(['ann@mail.test']);
  const headers = raw.split(/\r?\n\r?\n/)[0]!;
  expect(headers).not.toMatch(/^(Bcc|X-Evil)/im);
  expect(headers).toMatch(/^Message-ID: <one@cashback\.test>$/m);
  expect(headers).toMatch(/^Auto-Submitted: auto-generated$/m);
  for (const to of ['a@b.test, thief@evil.test', 'a@b.test>\r\nRCPT TO:<thief@evil.test', 'Ann <a@b.test>, <thief@evil.test>']) {
    const failure = await sendOne(smtp.url, message({ to }));
    expect(failure === null ? smtp.received.at(-1)!.to : failure.step).not.toContain('thief@evil.test');
  }
  expect(smtp.received.flatMap((mail) => mail.to)).not.toContain('thief@evil.test');
});

test('text and HTML are both there, in UTF-8', async () => {
  const smtp = await server();
  await sendOne(smtp.url, message({ subject: 'Zahlung über 5 €', text: 'Grüße\n', html: '<p>Grüße</p>' }));
  const { raw } = smtp.received[0]!;
  expect(raw).toMatch(/Content-Type: multipart\/alternative/);
  expect(raw).toContain('Gr=C3=BC=C3=9Fe');
  expect(raw).toMatch(/^Subject: =\?UTF-8\?Q\?/m);
});

test('each step of a refusal is told apart', async () => {
  const refusing = await server({ onMailFrom: (_address, _session, done) => done(Object.assign(new Error('5.7.1 not you'), { responseCode: 550 })) });
  expect(await sendOne(refusing.url)).toEqual({ step: 'sender', code: 550, said: '550 5.7.1 not you' });
  const smtp = await server();
  smtp.onRecipient = () => ({ code: 452, text: '4.2.2 full' });
  expect(await sendOne(smtp.url)).toEqual({ step: 'recipient', code: 452, said: '452 4.2.2 full' });
  smtp.onRecipient = () => undefined;
  smtp.onMessage = () => ({ code: 552, text: 'too much' });
  expect(await sendOne(smtp.url)).toEqual({ step: 'message', code: 552, said: '552 too much' });
});

test('a server that greets nobody, or says nothing any more, is given up in time', async () => {
  const smtp = await server();
  smtp.onMessage = () => new Promise(() => {});
  expect(await sendOne(smtp.url, message(), { mailMs: 300 })).toMatchObject({ step: 'connection', code: null });
  const silent = await server({ onConnect: () => {} });
  await expect(sendOne(silent.url, message(), { connectMs: 300 })).rejects.toMatchObject({ code: 'ETIMEDOUT' });
});

test('what a server says is kept without addresses', () => {
  expect(said('550 5.1.1 <ann.lee@mail.test>: ann.lee unknown\r\nhere', 'ann.lee@mail.test')).toBe('550 5.1.1 <…>: … unknown here');
  expect(said('554 mail for other@mail.test', 'jo@mail.test')).toBe('554 mail for …');
  expect(said('x'.repeat(500)).length).toBe(200);
});
