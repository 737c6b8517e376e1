import { lookup, Resolver as DnsResolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { SendFailure } from './sendFailure.ts';

export interface Address { address: string; family: 4 | 6 }
/** Every address of a name; throws where there is none. Tests put their own in its place. */
export type Resolver = (host: string) => Promise<readonly Address[]>;

/** As every program of this machine would find it, /etc/hosts included: for development. */
export const systemResolver: Resolver = async (host) => {
  const found = await lookup(host, { all: true, verbatim: true });
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
};

/**
 * By DNS alone: no /etc/hosts, no search domains. It asks by itself, without the few threads that `lookup` shares with the whole
 * process, so that name servers that do not answer hold up nobody else. IPv4 first.
 */
export function publicDns(servers?: readonly string[]): Resolver {
  return async (host) => {
    const dns = new DnsResolver({ timeout: 1_500, tries: 2 });
    if (servers) dns.setServers(servers);
    const [four, six] = await Promise.all([dns.resolve4(host).catch(() => []), dns.resolve6(host).catch(() => [])]);
    return [...four.map((address) => ({ address, family: 4 }) as const), ...six.map((address) => ({ address, family: 6 }) as const)];
  };
}

/**
 * Whether anybody on the internet could reach this address: no loopback, private, link-local, carrier-grade NAT, multicast, reserved
 * or documentation range, and no IPv6 form that carries an IPv4 address inside (mapped, NAT64, 6to4, Teredo), as none is needed.
 */
export function isPublicAddress(text: string): boolean {
  if (isIP(text) === 0) return false;
  const address = ipaddr.parse(text);
  if (address.range() !== 'unicast') return false;
  // Global unicast is 2000::/3; everything else of IPv6 is for something special, known to the library or not.
  return address.kind() === 'ipv4' || address.match(ipaddr.IPv6.parse('2000::'), 3);
}

/** The addresses that a host may be reached at. Throws `SendFailure` DNS_FAILED, or ADDRESS_NOT_PUBLIC where a single one is not public. */
export async function vettedAddresses(hostname: string, resolve: Resolver, allowPrivate: boolean): Promise<readonly Address[]> {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(host);
  const addresses = family === 0 ? await resolve(host).catch(() => []) : [{ address: host, family: family === 6 ? 6 : 4 } as const];
  if (addresses.length === 0) throw new SendFailure('DNS_FAILED');
  if (!allowPrivate && !addresses.every(({ address }) => isPublicAddress(address))) throw new SendFailure('ADDRESS_NOT_PUBLIC');
  return addresses;
}
