import { domainToASCII, domainToUnicode } from 'node:url';
import { Problem } from '../../../domain/problem.ts';
import { damaged, type MailField } from './emlFields.ts';

/** A sender as it is compared: the domain as DNS knows it, both without regard to ASCII case. */
export interface MailAddress { address: string; domain: string }

/** Outside these characters an address is quoted or commented in ways that programs read differently. */
const ADDRESS = String.raw`[^\s<>()",;:\\@\[\]]+@[^\s<>()",;:\\@\[\]]+`;
const BARE = new RegExp(`^(${ADDRESS})$`, 'u');
const NAMED = new RegExp(String.raw`^(?:[^<>()",;:@]|"(?:[^"\\]|\\.)*")*<(${ADDRESS})>$`, 'u');

// Not `toLowerCase`: it also makes a plain k of the Kelvin sign.
const lower = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/**
 * Who sent a mail: the one address of its one From header. The name beside it never counts, and neither do Sender, Reply-To and
 * Return-Path. Throws MAIL_SENDER_UNCLEAR where there is not exactly one, or where readers could disagree about which it is.
 */
export function senderOf(fields: readonly MailField[], fileName: string): MailAddress {
  const from = fields.filter(({ name }) => name === 'from');
  if (from.length !== 1) throw unclear(fileName, from.length === 0 ? 'has no From header' : `has ${from.length} From headers`);
  const text = from[0]!.text;
  const written = text.length > 1_000 ? undefined : (BARE.exec(text) ?? NAMED.exec(text))?.[1];
  const address = written === undefined ? null : comparable(written);
  if (address === null) throw unclear(fileName, 'has a From header that is not one plain address, with or without a name before it');
  return address;
}

/**
 * Whether a sender stands in a profile's list: as an address, or by its domain (`@broker.example`, which is that domain alone and none
 * below it). Without a list nobody is allowed. Throws SENDER_NOT_ALLOWED.
 */
export function requireAllowed(sender: MailAddress, allowed: readonly string[] | undefined, fileName: string): void {
  const listed = (entry: string): boolean => (entry.startsWith('@') ? comparable(`x${entry}`)?.domain === sender.domain : comparable(entry)?.address === sender.address);
  if (allowed?.some((entry) => listed(entry.trim())) === true) return;
  const why = allowed === undefined || allowed.length === 0 ? 'the profile names no allowed sender, so nobody is' : "the profile's list of allowed senders does not name it";
  throw new Problem('SENDER_NOT_ALLOWED', `The mail "${fileName}" was sent by ${shown(sender)}, and ${why}. Check who sent it before adding anybody to the list.`, { at: { file: fileName }, facts: { sender: shown(sender) } });
}

/** Null for what is no address. A domain in letters beyond ASCII is the one DNS would be asked for; one that only maps to another is not that other. */
function comparable(written: string): MailAddress | null {
  const parts = written.split('@');
  if (parts.length !== 2) return null;
  const [local, host] = parts as [string, string];
  const domain = domainToASCII(host);
  if (domain === '' || (lower(host) !== domain && domainToUnicode(domain) !== lower(host))) return null;
  return { address: `${lower(local)}@${domain}`, domain };
}

const shown = ({ address }: MailAddress): string => address.replace(/[^\x21-\x7e]/g, '?').slice(0, 254);

const unclear = (fileName: string, what: string): Problem => new Problem('MAIL_SENDER_UNCLEAR', damaged(fileName, what).message, { at: { file: fileName } });
