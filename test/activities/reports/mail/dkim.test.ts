import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { dkimVerdict } from '../../../../activities/reports/mail/dkim.ts';
import { readHeader } from '../../../../activities/reports/read/emlFields.ts';
import { senderOf } from '../../../../activities/reports/read/emlSender.ts';
import type { MailVerdict } from '../../../../domain/reports/mailVerdict.ts';
import { type KeyServer, keyServer } from './support/keyServer.ts';
import { changed, report, SENDER, type Signing, type SigningKey, signingKey, written } from './support/mails.ts';

const AT = '2026-11-21T10:00:00.000Z';
let dns: KeyServer;
let key: SigningKey;
let short: SigningKey;

beforeAll(async () => {
  dns = await keyServer();
  key = signingKey();
  short = signingKey(768);
});
afterAll(() => dns.close());
beforeEach(() => {
  dns.zone.clear();
  dns.failing.clear();
  dns.asked.length = 0;
  for (const domain of ['broker.example', 'mail.broker.example', 'evil.example', 'example', 'broker.co.uk', 'co.uk', 'github.io', 'other.github.io']) dns.zone.set(`one._domainkey.${domain}`, [key.record]);
});

async function verdict(mail: Buffer): Promise<MailVerdict> {
  const { fields, body } = readHeader(mail, 'm.eml');
  return dkimVerdict(mail, { fields, body, sender: senderOf(fields, 'm.eml') }, { at: AT, txt: dns.txt });
}
const by = (domain: string, rest: Partial<Signing> = {}): Signing => ({ key, domain, ...rest });
const sent = (...signings: Signing[]): Promise<Buffer> => written(report(), ...signings);
/** Signed by mailauth, which can do what nodemailer cannot. */
async function signed(options: object, mail: Promise<Buffer> = written(report())): Promise<Buffer> {
  const raw = await mail;
  const { signatures } = await dkimSign(raw, { canonicalization: 'relaxed/relaxed', signatureData: [{ signingDomain: 'broker.example', selector: 'one', privateKey: key.privateKey, ...options } as never], ...options } as never);
  return Buffer.concat([Buffer.from(signatures), raw]);
}

describe('aligned', () => {
  test.each<[what: string, mail: () => Promise<Buffer>]>([
    ['its own signature', () => sent(by('broker.example'))],
    ['a host of the same organisation', () => sent(by('mail.broker.example'))],
    ['the organisation above the sender’s host', () => written(report({ from: 'reports@mail.broker.example' }), by('broker.example'))],
    ['below a suffix of two parts', () => written(report({ from: 'reports@broker.co.uk' }), by('broker.co.uk'))],
    ['one of two', () => sent(by('evil.example'), by('broker.example'))],
    ['a signer’s clock that is an hour ahead', () => signed({ signTime: new Date('2026-11-21T11:00:00Z') })],
    ['a signature that expires later', () => signed({ expires: new Date('2026-11-22T10:00:00Z'), signTime: new Date('2026-11-20T10:00:00Z') })],
    ['headers added on the way', async () => Buffer.concat([Buffer.from('Received: by mx; now\r\nAuthentication-Results: x; dkim=fail\r\n'), await sent(by('broker.example'))])],
    ['Content-Type unsigned, but the body opens with its boundary', () => sent(by('broker.example', { skip: 'content-type' }))],
    ['many keys’ worth of text', async () => {
      dns.zone.set('one._domainkey.broker.example', [key.record.replace('; k=rsa', `; n=${'x'.repeat(100)}; k=rsa`)]);
      return sent(by('broker.example'));
    }],
  ])('%s', async (_what, mail) => {
    expect(await verdict(await mail())).toMatchObject({ verdict: 'aligned', selector: 'one' });
  });
});

describe('not aligned', () => {
  test.each<[what: string, verdict: MailVerdict['verdict'], why: RegExp, mail: () => Promise<Buffer>]>([
    ['no signature', 'none', /no DKIM signature/, () => sent()],
    ['forged: the signature is of another domain', 'unaligned', /another organisation/, () => sent(by('evil.example'))],
    ['a public suffix signs for those below', 'unaligned', /another organisation/, () => written(report({ from: 'reports@broker.co.uk' }), by('co.uk'))],
    ['neighbours below a private suffix', 'unaligned', /another organisation/, () => written(report({ from: 'reports@broker.github.io' }), by('other.github.io'))],
    ['a top-level domain', 'unaligned', /another organisation/, () => sent(by('example'))],
    ['the subject was changed', 'failed', /bad signature/, async () => changed(await sent(by('broker.example')), 'Daily report', 'Weekly report')],
    ['the attachment was changed', 'failed', /body hash/, async () => changed(await sent(by('broker.example')), 'RGVhbC', 'RGVhbD')],
    ['a part was added', 'failed', /body hash/, async () => Buffer.concat([await sent(by('broker.example')), Buffer.from('--x\r\n')])],
    ['signed in part only (l=)', 'failed', /a part of the body/, () => signed({ maxBodyLength: 20 })],
    ['signed to its very length (l=)', 'failed', /a part of the body/, async () => signed({ maxBodyLength: (await written(report())).length })],
    ['an empty length (l=0)', 'failed', /a part of the body/, () => signed({ maxBodyLength: 0 })],
    ['subject unsigned', 'failed', /does not cover subject/, () => sent(by('broker.example', { skip: 'subject' }))],
    ['message id unsigned', 'failed', /does not cover message-id/, () => sent(by('broker.example', { skip: 'message-id' }))],
    ['date unsigned', 'failed', /does not cover date/, () => sent(by('broker.example', { skip: 'date' }))],
    ['from unsigned', 'failed', /does not cover from/, () => sent(by('broker.example', { skip: 'from' }))],
    ['Content-Type unsigned, and the body could be read otherwise', 'failed', /does not cover content-type/, async () => {
      const mail = await sent();
      return signed({ headerList: 'from:subject:date:message-id' }, Promise.resolve(changed(mail, '\r\n\r\n', '\r\n\r\nFor old programs\r\n')));
    }],
    ['Content-Type of the whole mail unsigned', 'failed', /does not cover content-type/, () => signed({ headerList: 'from:subject:date:message-id' }, written({ from: SENDER, to: 'desk@cashback.example', subject: 's', text: 'a,b' }))],
    ['expired before it came', 'failed', /expired/, () => signed({ expires: new Date('2026-11-20T10:00:00Z'), signTime: new Date('2026-11-19T10:00:00Z') })],
    ['made after it came', 'failed', /after the mail came/, () => signed({ signTime: new Date('2026-11-25T10:00:00Z') })],
    ['SHA-1', 'failed', /SHA-1|cannot be read/, () => signed({ algorithm: 'rsa-sha1' })],
    ['a key too short', 'failed', /weak-key/, () => {
      dns.zone.set('one._domainkey.broker.example', [short.record]);
      return sent({ key: short, domain: 'broker.example' });
    }],
    ['another key in DNS', 'failed', /bad signature/, () => {
      dns.zone.set('one._domainkey.broker.example', [signingKey().record]);
      return sent(by('broker.example'));
    }],
    ['no key in DNS', 'failed', /no key/, () => sent(by('broker.example', { selector: 'gone' }))],
    ['a revoked key', 'failed', /key/, () => {
      dns.zone.set('one._domainkey.broker.example', ['v=DKIM1; p=']);
      return sent(by('broker.example'));
    }],
    ['a key for testing', 'failed', /testing/, () => {
      dns.zone.set('one._domainkey.broker.example', [key.record.replace('; k=rsa', '; t=y:s; k=rsa')]);
      return sent(by('broker.example'));
    }],
    ['two keys under one name', 'failed', /no key/, () => {
      dns.zone.set('one._domainkey.broker.example', [key.record, signingKey().record]);
      return sent(by('broker.example'));
    }],
    ['a selector that no name can hold', 'failed', /no key/, () => sent(by('broker.example', { selector: 'a..b' }))],
    ['a signature of nonsense', 'failed', /cannot be read/, async () => Buffer.concat([Buffer.from('DKIM-Signature: v=1; nonsense\r\n'), await sent()])],
    ['more signatures than anybody needs', 'failed', /9 DKIM signatures/, async () => Buffer.concat([Buffer.from('DKIM-Signature: v=1; a=rsa-sha256; d=broker.example; s=one; h=from; bh=x; b=x\r\n'.repeat(9)), await sent()])],
    ['DNS fails', 'unknown', /did not answer/, () => {
      dns.failing.add('one._domainkey.broker.example');
      return sent(by('broker.example'));
    }],
    ['DNS fails for one that could have been the sender’s, another’s holds', 'unknown', /did not answer/, () => {
      dns.failing.add('one._domainkey.mail.broker.example');
      return sent(by('evil.example'), by('mail.broker.example'));
    }],
    ['DNS fails for another’s, which would change nothing', 'unaligned', /did not answer/, () => {
      dns.failing.add('one._domainkey.evil.example');
      return sent(by('evil.example'));
    }],
  ])('%s', async (_what, result, why, mail) => {
    expect(await verdict(await mail())).toMatchObject({ verdict: result, why: expect.stringMatching(why), from: expect.any(String) });
  });

  test('what servers on the way say is not believed, and nothing is asked for', async () => {
    const mail = Buffer.concat([Buffer.from('Authentication-Results: mx.cashback.example; dkim=pass header.d=broker.example\r\nARC-Authentication-Results: i=1; mx; dkim=pass\r\n'), await sent()]);
    expect(await verdict(mail)).toMatchObject({ verdict: 'none' });
    expect(dns.asked).toEqual([]);
  });

  test('of many names that a forger writes only a few are asked for', async () => {
    const many = Array.from({ length: 8 }, (_, n) => by('broker.example', { selector: `s${n}` }));
    const arc = Array.from({ length: 3 }, (_, n) => `ARC-Seal: i=${n + 1}; a=rsa-sha256; d=evil.example; s=arc${n}; cv=none; b=x\r\nARC-Message-Signature: i=${n + 1}; a=rsa-sha256; d=evil.example; s=arc${n}; h=from; bh=x; b=x\r\nARC-Authentication-Results: i=${n + 1}; x\r\n`).join('');
    await verdict(Buffer.concat([Buffer.from(arc), await sent(...many)]));
    expect(new Set(dns.asked).size).toBeLessThanOrEqual(8);
  });
});
