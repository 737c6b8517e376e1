import { expect, test } from 'vitest';
import { mailboxSettings } from '../../../api/schemas/sourceMailbox.ts';

const GIVEN = { host: 'imap.cashback.example', user: 'reports' };

test('what is left out is TLS and the usual folders', () => {
  expect(mailboxSettings.parse(GIVEN)).toEqual({ ...GIVEN, port: 993, secure: 'tls', folder: 'INBOX', doneFolder: 'Done', failedFolder: 'Failed' });
});

test.each<[what: string, change: object, path: string]>([
  ['a password among the settings', { password: 'secret' }, ''],
  ['a host with a path', { host: 'imap.example/x' }, 'host'],
  ['mails moved to where they are', { doneFolder: 'INBOX' }, 'doneFolder'],
  ['one folder for both', { doneFolder: 'Old', failedFolder: 'Old' }, 'doneFolder'],
  ['half a certificate', { ca: '-----BEGIN CERTIFICATE-----' }, 'ca'],
  ['a pattern without a date', { period: { pattern: 'report', zone: 'UTC' } }, 'period.pattern'],
  ['a pattern that looks around', { period: { pattern: String.raw`(?=x)(?<year>\d+)-(?<month>\d+)`, zone: 'UTC' } }, 'period.pattern'],
  ['a zone that is none', { period: { pattern: String.raw`(?<year>\d{4})-(?<month>\d\d)`, zone: 'Nowhere' } }, 'period.zone'],
])('%s is refused', (_what, change, path) => {
  const { error } = mailboxSettings.safeParse({ ...GIVEN, ...change });
  expect(error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
});
