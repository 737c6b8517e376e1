import { generateKeyPairSync } from 'node:crypto';
import { createTransport, type SendMailOptions } from 'nodemailer';
import type { FileProfile, MailProfile } from '../../../../../domain/reports/profile.ts';
import { TRADES } from '../../read/fixture.ts';

export interface SigningKey { privateKey: string; /** The TXT record. */ record: string }

export function signingKey(bits = 2048): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: bits, publicKeyEncoding: { type: 'spki', format: 'der' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } });
  return { privateKey, record: `v=DKIM1; k=rsa; p=${publicKey.toString('base64')}` };
}

export interface Signing { key: SigningKey; domain: string; selector?: string; /** Headers that are left unsigned. */ skip?: string }

/** A mail as nodemailer writes and signs it, as raw bytes. */
export async function written(mail: SendMailOptions, ...signings: Signing[]): Promise<Buffer> {
  const keys = signings.map(({ key, domain, selector = 'one' }) => ({ domainName: domain, keySelector: selector, privateKey: key.privateKey }));
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows', ...(keys.length > 0 && { dkim: { keys, ...(signings[0]!.skip && { skipFields: signings[0]!.skip }) } as never }) });
  return (await transport.sendMail(mail) as unknown as { message: Buffer }).message;
}

export const SENDER = 'reports@broker.example';
export const ROWS = 'Deal,Login,Symbol,Volume,Time,Commission,Comment\r\n5000,700100,EURUSD,1.00,2026.11.02 12:00:00,7.50,\r\n';
export const MAIL: MailProfile = { format: 'eml', from: [SENDER], attachment: TRADES as FileProfile };
export const report = (change: SendMailOptions = {}): SendMailOptions => ({
  from: `"Broker Reports" <${SENDER}>`, to: 'desk@cashback.example', subject: 'Daily report 2026-11-02', text: 'See attached.',
  attachments: [{ filename: 'trades.csv', content: ROWS, contentType: 'text/csv' }], ...change,
});

/** A mail written by hand; lines end as they should. */
export const raw = (...lines: string[]): Buffer => Buffer.from(lines.join('\r\n'), 'utf8');
export const changed = (mail: Buffer, from: string | RegExp, to: string): Buffer => Buffer.from(mail.toString('latin1').replace(from, to), 'latin1');
