import { Problem } from '../problem.ts';

/** `allowPrivate`: http, any port and addresses of private networks too, for development and tests. */
export interface UrlPolicy { allowPrivate: boolean }

const PORTS = new Set(['', '443', '8443']);
const IP_LITERAL = /^(\[.*\]|\d+\.\d+\.\d+\.\d+)$/;
/** Names that mean this machine or an inner network and are in no public DNS. */
const INNER = /(^|\.)(localhost|local|internal|intranet|lan|home|corp|private|test|example|invalid|onion|arpa)$/;

/**
 * The address of an endpoint as it is kept (WHATWG form), if it may be one: https, a public DNS name, port 443 or 8443, no user name in
 * it. Where the name leads is checked at every delivery, not here. Throws `Problem` WEBHOOK_URL_NOT_ALLOWED.
 */
export function checkEndpointUrl(text: string, { allowPrivate }: UrlPolicy): string {
  const url = URL.parse(text);
  if (url === null) throw refused('is not a URL; write it as https://hooks.program.com/cashback.');
  if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:')) throw refused('must begin with https://.');
  if (url.username !== '' || url.password !== '') throw refused('must not hold a user name or password; the signature proves who sends.');
  if (url.hash !== '') throw refused('must not have a fragment (#…), which is never sent.');
  if (allowPrivate) return url.href;
  const host = url.hostname.replace(/\.$/, '');
  if (!PORTS.has(url.port)) throw refused('must use port 443 or 8443.');
  // The parser has written decimal, octal and hexadecimal forms of an IPv4 address as the usual one.
  if (IP_LITERAL.test(host)) throw refused('must name a host, not an IP address.');
  if (!host.includes('.') || INNER.test(host)) throw refused(`names "${host}", which is no public host.`);
  return url.href;
}

const refused = (why: string): Problem => new Problem('WEBHOOK_URL_NOT_ALLOWED', `The endpoint's url ${why}`, { at: { field: 'url' } });
