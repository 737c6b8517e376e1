import { describe, expect, test } from 'vitest';
import { dkimVerdict } from '../../../../activities/reports/mail/dkim.ts';
import { openMail } from '../../../../activities/reports/read/eml.ts';
import { readHeader } from '../../../../activities/reports/read/emlFields.ts';
import { MAIL, raw, SENDER } from './support/mails.ts';

const FROM = `From: ${SENDER}`;
const blank = (count: number): string => ' '.repeat(count);
const parts = (header: (n: number) => string): Buffer => raw(FROM, 'Content-Type: multipart/mixed; boundary=b', '', ...Array.from({ length: 99 }, (_, n) => `--b\r\n${header(n)}\r\n\r\nx`), '--b--', '');
/** Real ones of this size take less than one second; these would take minutes, or for ever, were they read naively. */
const PATIENCE = 10_000;
async function within(work: () => Promise<unknown>): Promise<unknown> {
  const before = performance.now();
  const result = await work().catch((error: { code: string }) => error.code);
  expect(performance.now() - before).toBeLessThan(PATIENCE);
  return result;
}

describe('a mail made to keep the reader busy', () => {
  test.each<[what: string, mail: () => Buffer, code: string | null]>([
    ['blanks in every part’s header', () => parts((n) => `Content-Type: text/csv;${blank(16_000)}; name=x${n}.csv`), 'MAIL_ATTACHMENTS_SEVERAL'],
    ['names without end', () => parts((n) => `Content-Type: text/csv; name=${'a;'.repeat(8_000)}${n}.csv`), 'MAIL_ATTACHMENTS_SEVERAL'],
    ['blanks where a boundary should be', () => raw(FROM, `Content-Type: multipart/mixed; boundary${blank(16_000)}; boundary`, '', 'x'), 'MAIL_DAMAGED'],
    ['what looks like a boundary, millions of times', () => raw(FROM, 'Content-Type: multipart/mixed; boundary=b', '', '--bx\n'.repeat(5_000_000), '--b--', ''), 'MAIL_TOO_MANY_PARTS'],
    ['a subject of blanks', () => raw(FROM, `Subject: a${blank(16_000)}b =?utf-8?q?x?=`, 'Content-Type: text/csv', '', 'x'), null],
    ['quoted-printable blanks', () => raw(FROM, 'Content-Type: text/csv', 'Content-Transfer-Encoding: quoted-printable', '', `${blank(2_000_000)}x`), null],
    ['base64 blanks', () => raw(FROM, 'Content-Type: text/csv', 'Content-Transfer-Encoding: base64', '', `${blank(20_000_000)}!`), 'MAIL_ATTACHMENT_DAMAGED'],
  ])('%s', async (_what, mail, code) => {
    const found = await within(() => openMail(mail(), MAIL, 'm.eml'));
    expect(typeof found === 'string' ? found : null).toBe(code);
  });

  test.each(['relaxed/relaxed', 'simple/simple'].flatMap((canon) => [
    ['blanks in signed headers', canon, [1, 2, 3].map(() => `X: a${blank(16_000)}b`), 'x'], ['one line of blanks', canon, [], `a${blank(20_000_000)}b`], ['lines of blanks', canon, [], `a${blank(60_000)}\r\n`.repeat(300)], ['empty lines', canon, [], `a${'\r\n'.repeat(3_000_000)}`],
    ['a signature of blanks', canon, [`DKIM-Signature: v=1; a=rsa-sha256; d=broker.example; s=one; z=${blank(15_000)}; h=${'from:'.repeat(100)}; bh=x; b=x`], 'x'],
  ] as [string, string, string[], string][]))('DKIM: %s (%s)', async (_what, canon, headers, text) => {
    const mail = raw(`DKIM-Signature: v=1; a=rsa-sha256; c=${canon}; d=broker.example; s=one; h=from:x; bh=x; b=x`, FROM, ...headers, '', text);
    const { fields, body } = readHeader(mail, 'm.eml');
    const verdict = await within(() => dkimVerdict(mail, { fields, body, sender: { address: SENDER, domain: 'broker.example' } }, { at: '2026-11-21T10:00:00Z', txt: async () => [] }));
    expect(verdict).toMatchObject({ verdict: 'failed' });
  });
});
