import { describe, expect, test } from 'vitest';
import { NOTIFICATION_KINDS, type NotificationKindName } from '../../../domain/notifications/kinds.ts';
import { TEMPLATES } from '../../../domain/notifications/templates/render.ts';
import { linkExpired, writeMail } from '../../../domain/notifications/write.ts';

const KINDS = Object.keys(NOTIFICATION_KINDS) as NotificationKindName[];
const AT = '2026-11-16T09:05:00.000Z';
/** Every fact that any kind has. */
const FACTS: Record<string, string> = {
  tokenId: 'tok_1', purpose: 'confirm_mail', expiresAt: '2026-11-17T09:05:00.000Z', lockedUntil: '2026-11-16T09:20:00.000Z', agent: 'Firefox on Linux', network: '192.0.2.0/24', keyId: 'key_1',
  change: 'added', methodId: 'pmt_1', rail: 'bank', accountLinkId: 'lnk_1', ownershipId: 'own_1', verificationId: 'ver_1', screeningId: 'scr_1', userId: 'usr_1', evidence: 'document', reason: 'the names differ', endedAt: AT,
  amount: '12.5', currency: 'USD', accrualId: 'acr_1', payoutId: 'pay_1', runId: 'run_1', key: '2026-W47', total: '60000', changeId: 'chg_1', kind: 'rate', subjectType: 'broker', subjectId: 'ava', state: 'approved',
  confirmId: 'tok_2', confirmUntil: '2026-11-19T09:05:00.000Z', disownId: 'tok_3', coolDownHours: '48', usableFrom: '2026-11-21T09:05:00.000Z', requestedBy: 'psn_1', endpointId: 'whe_1', deliveryId: 'whd_1',
  code: 'wallet_low', detail: 'little is left', since: AT, stopped: 'true', by: 'psn_2', opened: '2', day: '2026-11-16', reportId: 'rpt_1', brokerId: 'north', periodId: 'per_1', from: '2026-11-09T00:00:00.000Z', to: '2026-11-16T00:00:00.000Z', dueAt: '2026-11-16T06:00:00.000Z',
};
const write = (kind: NotificationKindName, facts = FACTS) => writeMail({ kind, facts, at: AT }, 'https://app.cashback.test/', (purpose, id) => `secret-of-${purpose}-${id}`);

test('a whole mail, text and HTML from one source', () => {
  expect(write('payout_paid')).toEqual({
    subject: 'Your payout of 12.50 USD was paid',
    text: `Your payout of 12.50 USD was paid.

Look at the payout:
https://app.cashback.test/v1/payouts/pay_1

-- 
You can switch off mails of this kind in your notification preferences.
`,
    html: expect.stringContaining('<p><a href="https://app.cashback.test/v1/payouts/pay_1">Look at the payout</a></p>') as string,
  });
});

test('a payout that came back in part says how much of it', () => {
  const { subject, text } = write('payout_returned', { ...FACTS, cameBack: 'in_part', cameBackAmount: '6', paidAmount: '16', paidCurrency: 'EUR', amount: '7.5' });
  expect(subject).toBe('A part of your payout was returned');
  expect(text).toContain('A part of your payout came back: so far 6.00 EUR of 16.00 EUR. 7.50 USD is available again.');
});

test.each(KINDS)('%s: subject and text', (kind) => {
  const { subject, text, html } = write(kind);
  expect({ subject, text }).toMatchSnapshot();
  // Every sentence, value and address of the text is in the HTML.
  const shown = html.replace(/<a href="([^"]*)">/g, '$1 ').replace(/<[^>]*>/g, ' ').replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  for (const line of text.split('\n').filter((part) => part !== '' && part !== '-- ')) {
    for (const part of line.split(/: (?=\S)/)) expect(shown).toContain(part.replace(/:$/, ''));
  }
});

describe('whatever a fact holds', () => {
  const EVIL = '"><script>alert(1)</script><img src=x onerror=alert(1)>\'&\r\nBcc: thief@evil.test\r\n\r\nSecond body\u202e\u2028\u0000';
  const evil = Object.fromEntries(Object.keys(FACTS).map((name) => [name, ['amount', 'total'].includes(name) ? FACTS[name]! : name === 'purpose' ? 'confirm_mail' : EVIL]));

  test.each(KINDS)('%s: it begins no tag, no attribute, no line and no header', (kind) => {
    const { subject, text, html } = write(kind, evil);
    const tags = (markup: string): string[] => markup.match(/<[^>]*>/g)!.map((tag) => tag.replace(/"[^"]*"/g, '""'));
    expect(tags(html)).toEqual(tags(write(kind).html));
    expect(html).not.toMatch(/<script|<img|javascript:/i);
    // eslint-disable-next-line no-control-regex
    expect(subject).not.toMatch(/[\u0000-\u001f\u007f\u2028\u202e]/);
    expect(text.split('\n').length).toBe(write(kind).text.split('\n').length);
    expect(text).not.toMatch(/^Bcc/m);
  });
});

test('links with a secret carry it behind the #, and need their token', () => {
  expect(write('sign_up').text).toContain('https://app.cashback.test/app/confirm#token=tok_1.secret-of-mail:confirm_mail-tok_1');
  expect(() => write('sign_up', {})).toThrow(expect.objectContaining({ code: 'MAIL_FACT_MISSING' }));
  expect(() => write('sign_up', { tokenId: 'tok_1', purpose: 'toString' })).toThrow(expect.objectContaining({ code: 'MAIL_FACT_MISSING' }));
  for (const kind of KINDS.filter((name) => !['sign_up', 'mail_confirmation', 'password_reset', 'invited', 'destination_changed', 'destination_added_before'].includes(name))) expect(`${write(kind).text}${write(kind).html}`).not.toContain('secret-of');
});

test('the mail about a payout method has a link that confirms it and one that takes it away; the old address gets the second alone', () => {
  const [confirm, disown] = ['https://app.cashback.test/app/payout-methods/confirm#token=tok_2.secret-of-mail:confirm_destination-tok_2', 'https://app.cashback.test/app/payout-methods/disown#token=tok_3.secret-of-mail:disown_destination-tok_3'];
  expect(write('destination_changed').text).toContain(confirm);
  expect(write('destination_changed').text).toContain(disown);
  expect(write('destination_added_before').text).toContain(disown);
  expect(write('destination_added_before').text).not.toContain(confirm);
  expect(write('destination_changed', { change: 'removed' }).text).toMatch(/If this was not you, write to support at once/);
});

test('a fact that is missing is said, never left blank', () => {
  expect(() => write('payout_paid', {})).toThrow('The notification has no fact "amount", which its mail needs.');
  expect(() => writeMail({ kind: 'constructor', facts: {}, at: AT }, 'https://a.test', () => '')).toThrow(expect.objectContaining({ code: 'NOTIFICATION_KIND_UNKNOWN' }));
});

test('amounts keep every place they have, and have at least two', () => {
  const subject = (amount: string) => write('cashback_available', { ...FACTS, amount }).subject;
  expect(subject('10')).toBe('10.00 USD of cashback is available');
  expect(subject('0.12345678')).toBe('0.12345678 USD of cashback is available');
  expect(subject('123456789012345.12345678')).toBe('123456789012345.12345678 USD of cashback is available');
});

test('a mail whose link works no longer is not worth sending', () => {
  const mail = { kind: 'password_reset', facts: { expiresAt: '2026-11-16T10:00:00.000Z' } };
  expect(linkExpired(mail, '2026-11-16T09:59:59.999Z')).toBe(false);
  expect(linkExpired(mail, '2026-11-16T10:00:00.000Z')).toBe(true);
  expect(linkExpired({ ...mail, kind: 'ownership_requested' }, '2026-11-16T10:00:00.000Z')).toBe(false);
});

test('every kind has a template, and every template a kind', () => {
  expect(Object.keys(TEMPLATES).toSorted()).toEqual(KINDS.toSorted());
});
