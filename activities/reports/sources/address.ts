import type { LookupFunction } from 'node:net';
import { Problem } from '../../../domain/problem.ts';
import { type Address, type Resolver, vettedAddresses } from '../../webhooks/addresses.ts';
import { SendFailure } from '../../webhooks/sendFailure.ts';
import { awayOf } from './failure.ts';
import type { SourceSettings } from './settings.ts';

/** The addresses of a source's host that may be connected to. Throws `SourceAway`, or `Problem` SOURCE_ADDRESS_NOT_PUBLIC. */
export async function addressesOf(host: string, settings: SourceSettings, resolve: Resolver): Promise<readonly Address[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => { timer = setTimeout(() => fail(new SendFailure('CONNECT_TIMEOUT')), settings.connectTimeoutMs); });
  try {
    return await Promise.race([vettedAddresses(host, resolve, settings.allowPrivate), late]);
  } catch (error) {
    if (!(error instanceof SendFailure)) throw error;
    if (error.code === 'ADDRESS_NOT_PUBLIC') throw new Problem('SOURCE_ADDRESS_NOT_PUBLIC', `The host "${host}" leads into a private network, which a source may not.`);
    throw awayOf(error);
  } finally {
    clearTimeout(timer);
  }
}

/** Only vetted addresses are connected to: a name that leads elsewhere a moment later changes nothing. */
export const pinnedTo = (addresses: readonly Address[]): LookupFunction => (_host, options, done) => {
  if (options.all) done(null, [...addresses]);
  else done(null, addresses[0]!.address, addresses[0]!.family);
};
