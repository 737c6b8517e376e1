import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { domainToASCII } from 'node:url';
import type { MailVerdict, SignatureVerdict } from '../../../domain/reports/mailVerdict.ts';
import type { MailField } from '../read/emlFields.ts';
import type { MailAddress } from '../read/emlSender.ts';
import { keyResolver, type TxtResolver } from './dns.ts';
import { unsigned } from './signedHeaders.ts';

/** Signatures looked at; a mail has one or two. */
const MAX_SIGNATURES = 8;
/** Shorter ones can be broken (RFC 8301). */
const MIN_KEY_BITS = 1_024;
/** Bytes of a line; mail servers pass on a thousand, and far longer ones would take for ever. */
const MAX_LINE = 65_536;
/** How far ahead of us a signer's clock may be, in milliseconds. */
const AHEAD = 86_400_000;

/** What mailauth says of one signature; its own types leave half of it out. */
interface Checked {
  signingDomain?: string;
  selector?: string;
  algo?: string;
  rr?: string;
  signTime?: string | null;
  canonBodyLengthLimited?: boolean;
  signingHeaders?: { keys: string };
  status: { result: string; comment?: string; aligned?: string | false; policy?: Record<string, string> };
}

/**
 * Whether a mail is really its sender's: a DKIM signature (RFC 6376) that passes, covers the whole mail that we read, and is by the
 * organisation of the From address (relaxed alignment as in DMARC, RFC 7489 §3.1.1; hosts below one public suffix, private ones
 * included, are one organisation). Nothing that a server on the way wrote (Authentication-Results, ARC) is believed.
 *
 * @param at ISO instant at which the mail was received: a signature that had expired by then counts for nothing
 */
export async function dkimVerdict(raw: Buffer, mail: { fields: readonly MailField[]; sender: MailAddress; body: Buffer }, { at, txt }: { at: string; txt: TxtResolver }): Promise<MailVerdict> {
  const { sender, fields } = mail;
  const written = fields.filter(({ name }) => name === 'dkim-signature').length;
  if (written === 0) return { verdict: 'none', from: sender.domain, domain: null, selector: null, why: 'The mail has no DKIM signature.', signatures: [] };
  if (written > MAX_SIGNATURES) return { verdict: 'failed', from: sender.domain, domain: null, selector: null, why: `The mail has ${written} DKIM signatures, which no mail needs.`, signatures: [] };
  if (longestLine(raw) > MAX_LINE) return { verdict: 'failed', from: sender.domain, domain: null, selector: null, why: `The mail has a line of more than ${MAX_LINE} bytes, which no mail server passes on.`, signatures: [] };
  const names = new Set<string>();
  const resolver = keyResolver(txt, (name) => name.length <= 253 && (names.has(name) || names.add(name).size <= MAX_SIGNATURES));
  const { results, headerFrom } = await dkimVerify(raw, { resolver, minBitLength: MIN_KEY_BITS, curTime: new Date(at) });
  const sameSender = headerFrom.length === 1 && domainToASCII(headerFrom[0]!.split('@').at(-1) ?? '') === sender.domain;
  const signatures = (results as unknown as Checked[]).filter(({ signingDomain }) => signingDomain !== undefined)
    .map((checked) => judged(checked, mail, sameSender, at));
  return summary(signatures, sender.domain);
}

function judged(checked: Checked, mail: { fields: readonly MailField[]; body: Buffer }, sameSender: boolean, at: string): SignatureVerdict {
  const domain = shown(checked.signingDomain);
  const selector = shown(checked.selector);
  const { result, comment, policy } = checked.status;
  const aligned = sameSender && typeof checked.status.aligned === 'string';
  const say = (verdict: SignatureVerdict['verdict'], why: string): SignatureVerdict => ({ verdict, domain, selector, why });
  if (result === 'temperror') return say(aligned ? 'unknown' : 'unaligned', `DNS did not answer for its key (${shown(comment)}).`);
  if (result !== 'pass') return say('failed', `It does not hold: ${shown(policy?.['dkim-rules'] ?? comment ?? result)}.`);
  const fault = weakness(checked, mail, at);
  if (fault !== null) return say('failed', fault);
  return aligned ? say('aligned', 'It holds, and is by the organisation of the sender.') : say('unaligned', "It holds, but it is another organisation's than the sender's.");
}

/** Why a signature that passes still proves too little; null: nothing. */
function weakness({ algo = '', rr = '', canonBodyLengthLimited, signTime, signingHeaders }: Checked, mail: { fields: readonly MailField[]; body: Buffer }, at: string): string | null {
  if (!/-sha256$/i.test(algo)) return 'It is made with SHA-1, which can be forged.';
  if (canonBodyLengthLimited === true) return 'It covers only a part of the body (l=), so anything can have been added.';
  if (/(^|;)t=([a-z]:)*y(:|;|$)/i.test(rr)) return 'Its key is published for testing (t=y), which is the same as no signature.';
  if (signTime && Date.parse(signTime) > Date.parse(at) + AHEAD) return 'It says that it was made after the mail came.';
  const open = unsigned(mail.fields, mail.body, (signingHeaders?.keys ?? '').split(':').map((name) => name.trim().toLowerCase()));
  return open.length === 0 ? null : `It does not cover ${open.join(', ')}, which can have been changed.`;
}

/** The best that any signature says; what could still turn out to be aligned is unknown before it is anything less. */
function summary(signatures: readonly SignatureVerdict[], from: string): MailVerdict {
  const best = (['aligned', 'unknown', 'unaligned', 'failed'] as const).map((verdict) => signatures.find((one) => one.verdict === verdict)).find((one) => one !== undefined);
  if (best === undefined) return { verdict: 'failed', from, domain: null, selector: null, why: 'The mail has a DKIM signature that cannot be read.', signatures: [] };
  return { verdict: best.verdict, from, domain: best.domain, selector: best.selector, why: best.why, signatures: [...signatures] };
}

/** A text of the mail's that is kept and shown. */
const shown = (text: string | undefined): string => (text ?? '').replace(/[^\x20-\x7e]/g, '?').slice(0, 255);

function longestLine(raw: Buffer): number {
  let longest = 0;
  for (let start = 0; start < raw.length;) {
    const found = raw.indexOf(0x0a, start);
    const end = found < 0 ? raw.length : found;
    longest = Math.max(longest, end - start);
    start = end + 1;
  }
  return longest;
}
