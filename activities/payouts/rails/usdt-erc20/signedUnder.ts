import { type Address, getAddress, isAddress } from 'viem';
import { Problem } from '../../../../domain/problem.ts';
import type { AttemptHandle } from '../rail.ts';
import type { UsdtErc20Config } from './config.ts';
import type { TransactionSigner } from './signer.ts';

/** Chain, wallet and token of a transfer, kept with it: its nonce means something for these alone. */
export const signedFor = ({ chainId, signer, token }: UsdtErc20Config): Readonly<Record<'chain' | 'wallet' | 'token', string>> => ({ chain: String(chainId), wallet: signer.address, token });

/**
 * The configuration for what was signed with `facts`. Where wallet, chain or token have been changed since, it is asked about under its own, by a signer that signs nothing: a version of it
 * under another key would be a second transfer, and another wallet's nonces prove nothing about it. Throws `Problem` RAIL_FACTS_UNREADABLE (500).
 */
export function signedUnder(config: UsdtErc20Config, facts: AttemptHandle['facts']): UsdtErc20Config {
  const own = signedFor(config);
  // Attempts of before this was kept with them.
  const { chain = own.chain, wallet = own.wallet, token = own.token } = facts;
  if (chain === own.chain && wallet === own.wallet && token === own.token) return config;
  return { ...config, chainId: chainOf(chain), token: addressOf('token', token), signer: signsNothing(addressOf('wallet', wallet), config.signer.address) };
}

function signsNothing(address: Address, configured: Address): TransactionSigner {
  const changed = new Problem('WALLET_CHANGED', `This transfer is from the hot wallet ${address}, configured is ${configured}; nothing can be signed for it.`, { status: 409 });
  return { address, sign: () => Promise.reject(new Error(changed.message)), unusable: () => changed };
}

function addressOf(name: string, text: string): Address {
  if (!isAddress(text, { strict: false })) throw unreadable(name, 'an address');
  return getAddress(text);
}

function chainOf(text: string): number {
  const chainId = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (chainId === 0) throw unreadable('chain', "a chain's number");
  return chainId;
}

const unreadable = (name: string, what: string): Problem => new Problem('RAIL_FACTS_UNREADABLE', `The attempt's stored ${name} is not ${what}.`, { status: 500 });
