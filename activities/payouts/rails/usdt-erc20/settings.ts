import type { Pool } from 'pg';
import { type Address, checksumAddress, isAddress, parseGwei } from 'viem';
import { z } from 'zod';
import { required, whole } from '../../../../db/config.ts';
import { readWalletKey } from '../hot-wallet/walletKey.ts';
import type { Rail } from '../rail.ts';
import type { UsdtErc20Config } from './config.ts';
import { ethereumNode } from './node.ts';
import { usdtErc20Rail } from './rail.ts';
import { keySigner } from './signer.ts';

const amount = z.string().regex(/^\d{1,12}(\.\d{1,6})?$/, 'must be an amount of at most 6 decimals');

/** The USDT (ERC-20) rail's variables. */
export const UsdtErc20Environment = z.object({
  USDT_ERC20_RPC_URL: z.url({ protocol: /^https?$/ }).optional().describe("JSON-RPC address of an Ethereum node; with a provider's key in it, a secret. Needed where RAILS names `usdt-erc20`."),
  USDT_ERC20_CHAIN_ID: whole(1, 1, 2_147_483_647).describe('Chain on which USDT is paid (1: Ethereum); a node of another chain is never used.'),
  USDT_ERC20_NETWORK: z.string().min(1).max(60).default('Ethereum, ERC-20').describe('Name of the network as users are shown it.'),
  USDT_ERC20_EXPLORER: z.string().regex(/^https:\/\/[^ ]*\{reference\}[^ ]*$/, 'must be an https address with {reference} in it').optional().describe('Where anybody can look at a transfer: an address with `{reference}`, its hash, in it. Not set: etherscan.io, on Ethereum.'),
  USDT_ERC20_COIN: z.string().regex(/^[A-Z]{2,6}$/).default('ETH').describe('Coin in which the network takes its fees.'),
  USDT_ERC20_TOKEN: z.string().refine((text) => isAddress(text), 'must be an address').default('0xdAC17F958D2ee523a2206206994597C13D831ec7').describe("The token's address (default: USDT on Ethereum); it must have 6 decimals."),
  USDT_ERC20_WALLET: z.string().refine((text) => isAddress(text), 'must be an address').optional().describe('Address of the hot wallet. Needed where RAILS names `usdt-erc20`.'),
  USDT_ERC20_PRIVATE_KEY: z.string().optional().describe("The hot wallet's private key, hex; workers of that rail need it, the API does not. Instead of it: a keystore."),
  USDT_ERC20_KEYSTORE: z.string().optional().describe("File with the hot wallet's key, encrypted (keystore version 3, with scrypt or pbkdf2)."),
  USDT_ERC20_KEYSTORE_PASSWORD: z.string().optional().describe('Password of that keystore.'),
  USDT_ERC20_CONFIRMATIONS: whole(12, 1, 10_000).describe("Blocks, the transfer's own included, after which it is paid."),
  USDT_ERC20_MINIMUM: amount.default('10').describe('Least amount that is paid, USDT.'),
  USDT_ERC20_MAXIMUM: amount.optional().describe('Most that one payout pays, USDT; the rest is carried. Not set: no limit.'),
  USDT_ERC20_FEE: amount.default('0').describe('Fee a payout, USDT.'),
  USDT_ERC20_FEE_BEARER: z.enum(['company', 'payee']).default('company').describe('Who bears that fee.'),
  USDT_ERC20_GAS_LIMIT: whole(100_000, 21_000, 1_000_000).describe('Gas that one transfer may use.'),
  USDT_ERC20_MAX_FEE_GWEI: z.string().regex(/^\d{1,6}(\.\d{1,9})?$/, 'must be gwei').default('100').describe('Most that is offered for one unit of gas, gwei, also when a stuck transfer is replaced; above it payouts wait.'),
  USDT_ERC20_REPLACE_SECONDS: whole(180, 10, 86_400).describe('A transfer whose fee has become too low is replaced by one with a higher fee after so many seconds.'),
  USDT_ERC20_LOW_USDT: amount.default('1000').describe('Operators are warned when the hot wallet has less than this beyond what is on its way, USDT.'),
  USDT_ERC20_LOW_COIN: z.string().regex(/^\d{1,9}(\.\d{1,18})?$/).default('0.05').describe("Operators are warned when the hot wallet has less than this for the network's fees."),
  USDT_ERC20_FIRST_BLOCK: whole(0, 0, Number.MAX_SAFE_INTEGER).describe('First block of the reconciled record: the one in which the hot wallet was first used.'),
  USDT_ERC20_LOG_BLOCKS: whole(2_000, 1, 1_000_000).describe('Blocks of which the node is asked for transfers at once; providers limit it.'),
  USDT_ERC20_NONCE_KNOWN: whole(0, 0, Number.MAX_SAFE_INTEGER).describe('Nonces of the hot wallet below this may have been used without our database knowing it: set once after `WALLET_USED_ELSEWHERE`, when what they paid was compared with the payouts.'),
  USDT_ERC20_CALLS_PER_SECOND: z.coerce.number().min(0.1).max(1000).optional().describe('Steps of payouts that the rail takes a second; each asks the node some ten times. Not set: unlimited, right for a node of your own.'),
  USDT_ERC20_TIMEOUT_MS: whole(5_000, 100, 60_000).describe('How long the node may take for an answer, milliseconds.'),
});
export type UsdtErc20Settings = z.infer<typeof UsdtErc20Environment>;

/** Throws `Problem` CONFIG_MISSING; the key is read when it is first needed. */
export const usdtErc20FromSettings = (settings: UsdtErc20Settings, deps: { pool: Pool }): Rail => usdtErc20Rail(usdtErc20Config(settings, deps));

/** `cacheMs`: how long readiness may be old. */
export function usdtErc20Config(settings: UsdtErc20Settings, { pool }: { pool: Pool }, { cacheMs = 1_500 }: { cacheMs?: number } = {}): UsdtErc20Config {
  return {
    id: 'usdt-erc20', pool, node: ethereumNode(required('USDT_ERC20_RPC_URL', settings.USDT_ERC20_RPC_URL), settings.USDT_ERC20_TIMEOUT_MS), 
    signer: keySigner(checksumAddress(required('USDT_ERC20_WALLET', settings.USDT_ERC20_WALLET) as Address), () => readWalletKey('USDT_ERC20', { key: settings.USDT_ERC20_PRIVATE_KEY, keystore: settings.USDT_ERC20_KEYSTORE, password: settings.USDT_ERC20_KEYSTORE_PASSWORD })),
    chainId: settings.USDT_ERC20_CHAIN_ID, token: checksumAddress(settings.USDT_ERC20_TOKEN as Address), network: settings.USDT_ERC20_NETWORK, explorer: settings.USDT_ERC20_EXPLORER ?? (settings.USDT_ERC20_CHAIN_ID === 1 ? 'https://etherscan.io/tx/{reference}' : null), coin: settings.USDT_ERC20_COIN,
    confirmations: settings.USDT_ERC20_CONFIRMATIONS, minimum: settings.USDT_ERC20_MINIMUM, maximum: settings.USDT_ERC20_MAXIMUM ?? null, fee: settings.USDT_ERC20_FEE, feeBearer: settings.USDT_ERC20_FEE_BEARER,
    gasLimit: BigInt(settings.USDT_ERC20_GAS_LIMIT), mostFeePerGas: parseGwei(settings.USDT_ERC20_MAX_FEE_GWEI), replacesAfterSeconds: settings.USDT_ERC20_REPLACE_SECONDS,
    lowUsdt: settings.USDT_ERC20_LOW_USDT, lowCoin: settings.USDT_ERC20_LOW_COIN, firstBlock: BigInt(settings.USDT_ERC20_FIRST_BLOCK), logBlocks: BigInt(settings.USDT_ERC20_LOG_BLOCKS),
    knownNonce: BigInt(settings.USDT_ERC20_NONCE_KNOWN), cacheMs, ...(settings.USDT_ERC20_CALLS_PER_SECOND !== undefined && { callsPerSecond: settings.USDT_ERC20_CALLS_PER_SECOND }),
  };
}
