import type { Pool } from 'pg';
import { z } from 'zod';
import { required } from '../../../../db/config.ts';
import { Problem } from '../../../../domain/problem.ts';
import { readWalletKey } from '../hot-wallet/walletKey.ts';
import type { Rail } from '../rail.ts';
import { addressHex } from './address.ts';
import { usdtTrc20Rail } from './rail.ts';
import { lazySigner, type TronSigner } from './signer.ts';

const amount = z.string().regex(/^\d{1,12}(\.\d{1,6})?$/, 'must be an amount such as 10 or 0.5');

/** The rail's variables; the network and its peg are data. */
export const UsdtTrc20Environment = z.object({
  USDT_TRC20_NETWORK: z.enum(['mainnet', 'nile', 'private']).default('mainnet').describe('Network of the rail `usdt-trc20`; `private` is named by USDT_TRC20_GENESIS.'),
  USDT_TRC20_NODE_URL: z.url({ protocol: /^https?$/ }).optional().describe('HTTP API of a TRON full node that keeps its history (no Lite node). Needed where RAILS names `usdt-trc20`.'),
  USDT_TRC20_SOLIDITY_URL: z.url({ protocol: /^https?$/ }).optional().describe('Its solidity API (`/walletsolidity`), where that has an address of its own.'),
  USDT_TRC20_HISTORY_URL: z.url({ protocol: /^https?$/ }).optional().describe("Service with the token's transfers by account (`/v1/accounts/…/transactions/trc20`), where the node has none; read by the reconciliation."),
  USDT_TRC20_API_KEY: z.string().optional().describe('Sent as `TRON-PRO-API-KEY` to all of them.'),
  USDT_TRC20_TOKEN: z.string().optional().describe("Address of the token's contract. Not set: USDT, on mainnet."),
  USDT_TRC20_GENESIS: z.string().regex(/^[0-9a-f]{64}$/).optional().describe('Id of the first block of a private network.'),
  USDT_TRC20_WALLET: z.string().refine((text) => addressHex(text) !== null, 'must be a TRON address').optional().describe('Address of the hot wallet; a key of another one never signs. Needed where RAILS names `usdt-trc20`.'),
  USDT_TRC20_PRIVATE_KEY: z.string().optional().describe("The hot wallet's private key, hex; only workers need it. Instead of it: a keystore."),
  USDT_TRC20_KEYSTORE: z.string().optional().describe("File with the hot wallet's key, encrypted (keystore version 3, with scrypt or pbkdf2)."),
  USDT_TRC20_KEYSTORE_PASSWORD: z.string().optional().describe('Password of that keystore.'),
  USDT_TRC20_FEE_LIMIT: amount.default('30').describe('Most TRX that one transfer may burn.'),
  USDT_TRC20_EXPIRES_SECONDS: z.coerce.number().int().min(30).max(43_200).default(600).describe('How long a signed transfer can be executed; only after that, and once the chain has solidified it, is one that never came proven not executed.'),
  USDT_TRC20_MINIMUM: amount.default('10').describe('Least USDT of a payout by TRC-20.'),
  USDT_TRC20_MAXIMUM: amount.optional().describe('Most USDT of a payout by TRC-20. Not set: no limit.'),
  USDT_TRC20_FEE: amount.default('0').describe('USDT that the payee bears of each payout by TRC-20; 0: the company bears all.'),
  USDT_TRC20_CALLS_PER_SECOND: z.coerce.number().min(0.1).max(1000).optional().describe('Steps of payouts that the rail takes a second; each asks the node some five times. Not set: unlimited, right for a node of your own.'),
});
export type UsdtTrc20Settings = z.infer<typeof UsdtTrc20Environment>;

export interface TronNetwork { id: string; shown: string; genesis: string; token: string | null; explorer: string | null }

/** Networks by name; the ids of their first blocks are compared with what the node says before anything is signed. */
const NETWORKS: Readonly<Record<'mainnet' | 'nile', TronNetwork>> = {
  mainnet: { id: 'mainnet', shown: 'TRON, TRC-20', genesis: '00000000000000001ebf88508a03865c71d452e25f4d51194196a1d22b6653dc', token: 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t', explorer: 'https://tronscan.org/#/transaction/{reference}' },
  nile: { id: 'nile', shown: 'TRON test network Nile, TRC-20', genesis: '0000000000000000d698d4192c56cb6be724a558448e2684802de4d6cd8690dc', token: null, explorer: 'https://nile.tronscan.org/#/transaction/{reference}' },
};

export interface TronConfig {
  id?: string;
  network: TronNetwork;
  /** The token's contract, base58check or hex. */
  token: string;
  nodeUrl: string;
  solidityUrl?: string | undefined;
  historyUrl?: string | undefined;
  apiKey?: string | undefined;
  signer: TronSigner;
  /** Most sun that one transfer burns. */
  feeLimitSun: bigint;
  expiresSeconds: number;
  minimum: string;
  maximum: string | null;
  fee: string;
  callsPerSecond?: number | undefined;
  timeoutMs?: number;
  /** A head older than this is a node that is behind (default 180 s). */
  behindSeconds?: number;
}

/** No key is read here: the API knows the same rails without one. Throws `Problem` CONFIG_MISSING or CONFIG_INVALID. */
export function tronConfig(settings: UsdtTrc20Settings): TronConfig {
  const network = settings.USDT_TRC20_NETWORK === 'private'
    ? { id: 'private', shown: 'TRON (private network), TRC-20', genesis: required('USDT_TRC20_GENESIS', settings.USDT_TRC20_GENESIS), token: null, explorer: null }
    : NETWORKS[settings.USDT_TRC20_NETWORK];
  const token = required('USDT_TRC20_TOKEN', settings.USDT_TRC20_TOKEN ?? network.token ?? undefined);
  if (addressHex(token) === null) throw new Problem('CONFIG_INVALID', `USDT_TRC20_TOKEN is "${token}", which is no TRON address.`);
  const readKey = () => readWalletKey('USDT_TRC20', { key: settings.USDT_TRC20_PRIVATE_KEY, keystore: settings.USDT_TRC20_KEYSTORE, password: settings.USDT_TRC20_KEYSTORE_PASSWORD });
  const [whole = '0', decimals = ''] = settings.USDT_TRC20_FEE_LIMIT.split('.');
  return {
    network, token, nodeUrl: required('USDT_TRC20_NODE_URL', settings.USDT_TRC20_NODE_URL), solidityUrl: settings.USDT_TRC20_SOLIDITY_URL, historyUrl: settings.USDT_TRC20_HISTORY_URL, apiKey: settings.USDT_TRC20_API_KEY,
    signer: lazySigner(required('USDT_TRC20_WALLET', settings.USDT_TRC20_WALLET), readKey), feeLimitSun: BigInt(whole + decimals.padEnd(6, '0')), expiresSeconds: settings.USDT_TRC20_EXPIRES_SECONDS,
    minimum: settings.USDT_TRC20_MINIMUM, maximum: settings.USDT_TRC20_MAXIMUM ?? null, fee: settings.USDT_TRC20_FEE, callsPerSecond: settings.USDT_TRC20_CALLS_PER_SECOND,
  };
}

/** The rail of the environment. Throws as `tronConfig`. */
export function usdtTrc20FromSettings(settings: UsdtTrc20Settings, { pool }: { pool: Pool }): Rail { return usdtTrc20Rail(tronConfig(settings), pool); }
