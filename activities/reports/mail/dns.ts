import { Resolver } from 'node:dns/promises';

/** TXT records of a name, each in its pieces; rejects with the resolver's code, ENOTFOUND or ENODATA where it surely has none. */
export type TxtResolver = (name: string) => Promise<string[][]>;

/** By DNS alone, at `servers` (`address` or `address:port`), or at those of this machine; some seconds at most. */
export function dnsTxt(servers: readonly string[] | null = null): TxtResolver {
  const dns = new Resolver({ timeout: 2_000, tries: 2 });
  if (servers !== null) dns.setServers(servers);
  return (name) => dns.resolveTxt(name);
}

/** Codes that say: there is no such record, and asking again will not change it (a name that DNS cannot hold among them). */
const NONE = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME', 'EBADQUERY', 'EINVAL', 'ERR_INVALID_ARG_VALUE', 'ERR_INVALID_ARG_TYPE']);

/**
 * A resolver as mailauth wants it, for keys alone. Several keys under one name are none: which of them counts is nobody's to guess. Names
 * that `worth` does not know are not asked for.
 */
export function keyResolver(txt: TxtResolver, worth: (name: string) => boolean) {
  const asked = new Map<string, Promise<string[][]>>();
  return async (name: string): Promise<string[][]> => {
    if (!worth(name)) throw Object.assign(new Error('not asked for'), { code: 'ENOTFOUND' });
    try {
      const found = asked.get(name) ?? txt(name);
      asked.set(name, found);
      const keys = (await found).filter((pieces) => /(^|;)\s*p\s*=/.test(pieces.join('')));
      if (keys.length === 1) return keys;
    } catch (error) {
      if (!NONE.has((error as { code?: string }).code ?? '')) throw error;
    }
    throw Object.assign(new Error('no single key'), { code: 'ENOTFOUND' });
  };
}
