import { describe, expect, test } from 'vitest';
import type { MailProfile } from '../../../../domain/reports/profile.ts';
import { openMail } from '../../../../activities/reports/read/eml.ts';
import { read, refusal, TRADES } from '../read/fixture.ts';
import { changed, MAIL, raw, report, ROWS, SENDER, written } from './support/mails.ts';

const ATTACHED = Buffer.from(ROWS).toString('base64').replace(/.{76}/g, '$&\r\n');
/** A mail by hand: these header lines, a text, and these parts. */
const mixed = (header: string[], ...parts: string[][]): Buffer =>
  raw(...header, 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary="b1"', '', ...[['Content-Type: text/plain', '', 'See attached.'], ...parts].flatMap((part) => ['--b1', ...part]), '--b1--', '');
const CSV = ['Content-Type: text/csv; name="trades.csv"', 'Content-Transfer-Encoding: base64', '', ATTACHED];
const FROM = [`From: ${SENDER}`, 'Subject: s', 'Message-ID: <1@broker.example>'];
const named = (name: string, ...header: string[]): string[] => [`Content-Type: text/csv; name="${name}"`, 'Content-Transfer-Encoding: base64', ...header, '', ATTACHED];
const from = (text: string): Buffer => mixed([`From: ${text}`, 'Subject: s'], CSV);
const anyone = (...allowed: string[]): MailProfile => ({ ...MAIL, from: allowed });

describe('read', () => {
  const small = ROWS.replaceAll('\r\n', '\n');
  test.each<[what: string, mail: Buffer | Promise<Buffer>, profile?: MailProfile]>([
    ['as nodemailer writes it', written(report())],
    ['by hand', mixed(FROM, CSV)],
    ['lines that end with LF alone', changed(mixed(FROM, CSV), /\r\n/g, '\n')],
    ['the report is the whole mail', raw(...FROM, 'Content-Type: text/csv', 'Content-Disposition: attachment; filename=trades.csv', 'Content-Transfer-Encoding: base64', '', ATTACHED)],
    ['quoted-printable', mixed(FROM, ['Content-Type: text/csv; name=t.csv', 'Content-Transfer-Encoding: quoted-printable', '', ROWS.replaceAll('=', '=3D').replace('EURUSD', 'EUR=\r\nUSD').trimEnd()])],
    ['8bit and a charset that counts for nothing', mixed(FROM, ['Content-Type: text/csv; name=t.csv; charset=utf-16', 'Content-Transfer-Encoding: 8bit', '', ROWS.trimEnd()])],
    ['inline, as some programs attach texts', mixed(FROM, ['Content-Type: text/plain; name="trades.txt"', 'Content-Disposition: inline; filename="trades.txt"', '', ROWS.trimEnd()])],
    ['octet-stream by its name', mixed(FROM, ['Content-Type: application/octet-stream; name=TRADES.CSV', 'Content-Transfer-Encoding: base64', '', ATTACHED])],
    ['a type without a name', mixed(FROM, ['Content-Type: text/csv', 'Content-Transfer-Encoding: base64', '', ATTACHED])],
    ['Excel as the type of a csv', mixed(FROM, ['Content-Type: application/vnd.ms-excel; name=trades.csv', 'Content-Transfer-Encoding: base64', '', ATTACHED])],
    ['pictures, a signature and a calendar beside it', mixed(FROM, CSV, ['Content-Type: image/png; name="logo.png"', 'Content-Disposition: inline; filename="logo.png"', 'Content-Transfer-Encoding: base64', '', 'aWNvbg=='],
      ['Content-Type: application/pkcs7-signature; name=smime.p7s', 'Content-Transfer-Encoding: base64', '', 'aWNvbg=='], ['Content-Type: text/calendar; name=invite.ics', '', 'BEGIN:VCALENDAR'])],
    ['nested parts', raw(...FROM, 'Content-Type: multipart/mixed; boundary=outer', '', 'for old programs', '--outer', 'Content-Type: multipart/alternative; boundary="outer-in"', '', '--outer-in', 'Content-Type: text/html', '', '<p>', '--outer-in--', '--outer  ', ...CSV, '--outer--', 'after')],
    ['chosen by its name among two', mixed(FROM, named('summary.csv'), CSV), { ...MAIL, attachmentName: '^trades' }],
    ['chosen by its name whatever its type', mixed(FROM, ['Content-Type: application/pdf; name=trades.dat', 'Content-Transfer-Encoding: base64', '', ATTACHED]), { ...MAIL, attachmentName: 'dat$' }],
    ['an attached mail is not opened, the file beside it is', mixed(FROM, ['Content-Type: message/rfc822', '', `From: ${SENDER}`, 'Content-Type: text/csv; name=other.csv', '', 'x'], CSV)],
    ['a name before the address', from(`"Reports, Broker" <${SENDER}>`)], ['a name in other letters', from(`=?utf-8?B?0JHRgNC+0LrQtdGA?= <${SENDER}>`)], ['a name that is left unquoted', from(`Broker Reports <${SENDER}>`)],
    ['another case', from('Reports@BROKER.example'), anyone('rePorts@Broker.Example')],
    ['by its domain', from('anybody@broker.example'), anyone('@broker.example')],
    ['a domain in its own letters and as DNS writes it', from('r@br\u00f6ker.example'), anyone('@xn--brker-kua.example')],
  ])('%s', async (_what, mail, profile = MAIL) => {
    const opened = await openMail(await mail, profile, 'm.eml');
    expect(opened.attachment.bytes.toString().replaceAll('\r\n', '\n').trimEnd()).toBe(small.trimEnd());
    const { lines, summary } = await read(await mail, profile);
    expect([summary.lines, lines[0]?.ticket, lines[0]?.malformed]).toEqual([1, '5000', null]);
  });

  test.each(['../../etc/passwd.csv', 'C:\\Windows\\x.csv', '/dev/null.csv', '~root.csv', '..csv', 'a/b\\c.csv'])('the name %s comes through unchanged', async (name) => {
    expect((await openMail(mixed(FROM, named(name.replaceAll('\\', '\\\\'))), MAIL, 'm.eml')).attachment.name).toBe(name);
  });

  test('a name in several pieces and encodings', async () => {
    const long = ['Content-Type: text/csv', "Content-Disposition: attachment; filename*0*=utf-8''tr%C3%A4des%20of%20; filename*1=today.csv", 'Content-Transfer-Encoding: base64', '', ATTACHED];
    expect((await openMail(mixed(FROM, long), MAIL, 'm.eml')).attachment.name).toBe('tr\u00e4des of today.csv');
    expect((await openMail(mixed(FROM, named('=?utf-8?Q?tr=C3=A4des.csv?=')), MAIL, 'm.eml')).attachment.name).toBe('tr\u00e4des.csv');
  });

  test('errors inside the attachment name it, with its line', async () => {
    const broken = mixed(FROM, ['Content-Type: text/csv; name=t.csv', '', 'Deal;Login']);
    expect(await refusal(broken, MAIL)).toMatchObject({ code: 'COLUMNS_MISSING', message: expect.stringContaining('report.csv: t.csv'), at: { line: 1 } });
  });
});

describe('forged, unclear or not allowed senders', () => {
  const EVIL = 'reports@evil.example';
  test.each<[what: string, mail: Buffer, code: string, profile?: MailProfile]>([
    ['somebody else', from(EVIL), 'SENDER_NOT_ALLOWED'],
    ['the allowed address as the name', from(`"${SENDER}" <${EVIL}>`), 'SENDER_NOT_ALLOWED'],
    ['the allowed address as the name, unquoted', from(`${SENDER} <${EVIL}>`), 'MAIL_SENDER_UNCLEAR'],
    ['the allowed address in an encoded name', from(`=?utf-8?Q?reports=40broker.example?= <${EVIL}>`), 'SENDER_NOT_ALLOWED'],
    ['the allowed address in a comment', from(`${EVIL} (${SENDER})`), 'MAIL_SENDER_UNCLEAR'],
    ['a comment inside the address', from(`reports(@evil.example,)@broker.example`), 'MAIL_SENDER_UNCLEAR'],
    ['a comment before the address', from(`(x) <${SENDER}>`), 'MAIL_SENDER_UNCLEAR'],
    ['two addresses', from(`${SENDER}, ${EVIL}`), 'MAIL_SENDER_UNCLEAR'],
    ['two in brackets', from(`<${SENDER}> <${EVIL}>`), 'MAIL_SENDER_UNCLEAR'],
    ['a group', from(`Reports: ${SENDER};`), 'MAIL_SENDER_UNCLEAR'],
    ['a route', from(`<@evil.example:${SENDER}>`), 'MAIL_SENDER_UNCLEAR'],
    ['two From headers', mixed([`From: ${SENDER}`, `From: ${EVIL}`, 'Subject: s'], CSV), 'MAIL_SENDER_UNCLEAR'],
    ['none', mixed(['Sender: reports@broker.example', 'Reply-To: reports@broker.example'], CSV), 'MAIL_SENDER_UNCLEAR'],
    ['From with a space before its colon', mixed([`From : ${SENDER}`, `From: ${EVIL}`], CSV), 'MAIL_DAMAGED'],
    ['From after a line that is no header', mixed(['Subject: s', `\u00a0From: ${EVIL}`, `From: ${SENDER}`], CSV), 'MAIL_DAMAGED'],
    ['a bare CR that hides a second From', mixed([`Subject: s\rFrom: ${EVIL}`, `From: ${SENDER}`], CSV), 'MAIL_DAMAGED'],
    ['a look-alike letter (Cyrillic о)', from('reports@br\u043eker.example'), 'SENDER_NOT_ALLOWED'],
    ['wide letters that map to the allowed ones', from('reports@\uff42roker.example'), 'MAIL_SENDER_UNCLEAR'],
    ['a soft hyphen that maps away', from('reports@bro\u00adker.example'), 'MAIL_SENDER_UNCLEAR'],
    ['the Kelvin sign for a k', from('reports@bro\u212aer.example'), 'MAIL_SENDER_UNCLEAR'],
    ['a host below the allowed domain', from('x@mail.broker.example'), 'SENDER_NOT_ALLOWED', anyone('@broker.example')],
    ['a domain that ends like it', from('x@evilbroker.example'), 'SENDER_NOT_ALLOWED', anyone('@broker.example')],
    ['a domain that begins like it', from('x@broker.example.evil.example'), 'SENDER_NOT_ALLOWED', anyone('@broker.example')],
    ['an allowed domain is no address', from('broker.example@evil.example'), 'SENDER_NOT_ALLOWED', anyone('@broker.example')],
    ['a dot at the end', from('reports@broker.example.'), 'SENDER_NOT_ALLOWED'],
    ['another mailbox there', from('sales@broker.example'), 'SENDER_NOT_ALLOWED'],
    ['no list', from(SENDER), 'SENDER_NOT_ALLOWED', { format: 'eml', attachment: TRADES }],
    ['an empty list', from(SENDER), 'SENDER_NOT_ALLOWED', anyone()],
  ])('%s', async (_what, mail, code, profile = MAIL) => {
    expect(await refusal(mail, profile)).toMatchObject({ code, message: expect.stringMatching(/^The mail "report\.csv" /) });
  });
});

describe('refused with what is wrong', () => {
  const deep = (levels: number): string[] => (levels === 0 ? CSV : [`Content-Type: multipart/mixed; boundary=d${levels}`, '', `--d${levels}`, ...deep(levels - 1), `--d${levels}--`]);
  test.each<[what: string, mail: Buffer, code: string, says: RegExp, profile?: MailProfile]>([
    ['no attachment', raw(...FROM, '', 'Here are your trades: none'), 'MAIL_ATTACHMENT_MISSING', /nothing is attached/],
    ['the report pasted into the text', raw(...FROM, '', ROWS), 'MAIL_ATTACHMENT_MISSING', /nothing is attached/],
    ['another file only', mixed(FROM, ['Content-Type: application/pdf; name=statement.pdf', '', 'x']), 'MAIL_ATTACHMENT_MISSING', /attached are "statement\.pdf" \(application\/pdf\)/],
    ['winmail.dat', mixed(FROM, ['Content-Type: application/ms-tnef; name=winmail.dat', 'Content-Transfer-Encoding: base64', '', 'eJ8+Ig==']), 'MAIL_ATTACHMENT_MISSING', /"winmail\.dat".*Outlook/],
    ['only an attached mail', mixed(FROM, ['Content-Type: message/rfc822', '', ...FROM, 'Content-Type: text/csv; name=a.csv', '', ROWS]), 'MAIL_ATTACHMENT_MISSING', /message\/rfc822/],
    ['two of them', mixed(FROM, CSV, named('more.csv')), 'MAIL_ATTACHMENTS_SEVERAL', /"trades\.csv" \(text\/csv\), "more\.csv" \(text\/csv\)/],
    ['the same twice', mixed(FROM, CSV, CSV), 'MAIL_ATTACHMENTS_SEVERAL', /2 attachments/],
    ['no name matches', mixed(FROM, CSV), 'MAIL_ATTACHMENT_MISSING', /whose name matches "\^deals"; attached are "trades\.csv"/, { ...MAIL, attachmentName: '^deals' }],
    ['an empty attachment', mixed(FROM, ['Content-Type: text/csv; name=t.csv', 'Content-Transfer-Encoding: base64', '', '']), 'MAIL_ATTACHMENT_EMPTY', /"t\.csv"/],
    ['base64 that lost a character', mixed(FROM, [...CSV.slice(0, 3), ATTACHED.slice(1)]), 'MAIL_ATTACHMENT_DAMAGED', /base64/],
    ['base64 with a foreign character', mixed(FROM, [...CSV.slice(0, 3), ATTACHED.replace('R', '!')]), 'MAIL_ATTACHMENT_DAMAGED', /base64/],
    ['base64 that goes on after its end', mixed(FROM, [...CSV.slice(0, 3), 'YQ==YQ==']), 'MAIL_ATTACHMENT_DAMAGED', /base64/],
    ['damaged quoted-printable', mixed(FROM, ['Content-Type: text/csv; name=t.csv', 'Content-Transfer-Encoding: quoted-printable', '', 'a=ZZb']), 'MAIL_ATTACHMENT_DAMAGED', /quoted-printable/],
    ['an encoding of another time', mixed(FROM, ['Content-Type: text/csv; name=t.csv', 'Content-Transfer-Encoding: x-uuencode', '', 'a']), 'MAIL_ATTACHMENT_DAMAGED', /"x-uuencode"/],
    ['cut off in the attachment', Buffer.from(mixed(FROM, CSV).subarray(0, -40)), 'MAIL_TRUNCATED', /ends in the middle/],
    ['the last boundary is missing', changed(mixed(FROM, CSV), '--b1--', ''), 'MAIL_TRUNCATED', /ends in the middle/],
    ['no boundary is named', changed(mixed(FROM, CSV), '; boundary="b1"', ''), 'MAIL_DAMAGED', /separates/],
    ['two boundaries are named', changed(mixed(FROM, CSV), 'boundary="b1"', 'boundary="b1"; boundary="b2"'), 'MAIL_DAMAGED', /two boundaries/],
    ['two Content-Types', mixed([...FROM, 'Content-Type: text/csv'], CSV), 'MAIL_DAMAGED', /content-type 2 times/],
    ['two Subjects', mixed([...FROM, 'Subject: other'], CSV), 'MAIL_DAMAGED', /subject 2 times/],
    ['two Message-IDs', mixed([...FROM, 'Message-ID: <2@broker.example>'], CSV), 'MAIL_DAMAGED', /message-id 2 times/],
    ['a NUL in the header', mixed([...FROM, 'X: a\0b'], CSV), 'MAIL_DAMAGED', /no header field/],
    ['a header without end', raw(...FROM, `X: ${'x'.repeat(300_000)}`, '', ''), 'MAIL_DAMAGED', /more than 65536 bytes/],
    ['a header field without end', raw(...FROM, `X: ${'x'.repeat(20_000)}`, '', ''), 'MAIL_DAMAGED', /more than 16384 characters/],
    ['parts inside parts without end', raw(...FROM, ...deep(9)), 'MAIL_TOO_DEEP', /8 deep/],
    ['parts without number', mixed(FROM, ...Array.from({ length: 120 }, () => ['Content-Type: text/plain', '', 'x'])), 'MAIL_TOO_MANY_PARTS', /100 parts/],
    ['a mail program’s own format', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 10, 10]), 'MAIL_DAMAGED', /no header field/],
    ['the attachment alone', Buffer.from(ROWS), 'MAIL_DAMAGED', /no header field/],
    ['nothing', Buffer.alloc(0), 'MAIL_SENDER_UNCLEAR', /no From header/],
    ['an attachment in another encoding than the profile says', mixed(FROM, ['Content-Type: text/csv; name=t.csv; charset=windows-1251', 'Content-Transfer-Encoding: base64', '', Buffer.from(ROWS.replace(',\r\n', ',\r\n\xe9'), 'latin1').toString('base64')]), 'ENCODING_WRONG', /utf-8/],
  ])('%s', async (_what, mail, code, says, profile = MAIL) => {
    expect(await refusal(mail, profile)).toMatchObject({ code, message: expect.stringMatching(says) });
  });

  test('a mail over the limit is refused before it is looked at', async () => {
    expect(await refusal(Buffer.concat([mixed(FROM, CSV), Buffer.alloc(52_428_800)]), MAIL)).toMatchObject({ code: 'MAIL_TOO_LARGE' });
  });

  test.each(['a'.repeat(16_000) + '@', '@'.repeat(16_000), '"'.repeat(16_000), '('.repeat(16_000), `${'a '.repeat(8_000)}<`])('a long From costs no time', async (text) => {
    const before = performance.now();
    expect(await refusal(from(text), MAIL)).toMatchObject({ code: 'MAIL_SENDER_UNCLEAR' });
    expect(performance.now() - before).toBeLessThan(10_000);
  });
});
