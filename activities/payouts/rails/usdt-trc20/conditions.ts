import type { TronNode, TronBlock } from './node.ts';
import { fromUnits, trxText, USDT_DECIMALS } from './units.ts';

/** What a transfer burns at worst: to someone who never had the token, with nothing staked. */
const ENERGY_PER_TRANSFER = 131_000n;
const BANDWIDTH_SUN = 500_000n;
/** Blocks between head and solidified head; more of them mean that the network does not agree at the moment. */
const MOST_UNSOLIDIFIED = 200;

export interface Wallet {
  node: TronNode;
  /** Hex addresses. */
  own: string; token: string;
  genesis: string;
  feeLimitSun: bigint;
  behindSeconds: number;
  now(): number;
}

export type Conditions =
  | { ok: true; head: TronBlock; solid: TronBlock; balance: bigint; sun: bigint; burn: bigint }
  | { ok: false; code: string; reason: string; retryAfterSeconds: number };

const not = (code: string, reason: string, retryAfterSeconds: number): Conditions => ({ ok: false, code, reason, retryAfterSeconds });

/** Whether a transfer would go through now: right network and token, node up to date, token not paused, `need` units of it and the TRX for the energy in the wallet. Asks only. */
export async function conditions(wallet: Wallet, need: bigint, signal: AbortSignal): Promise<Conditions> {
  const { node, own, token } = wallet;
  const padded = own.slice(2).padStart(64, '0');
  const [first, head, solid, decimals, paused, balance, means] = await Promise.all([
    node.block(0, signal), node.head(signal), node.solid(signal), node.read(token, 'decimals()', '', 'head', signal), node.read(token, 'paused()', '', 'head', signal),
    // Solidified, so that a top-up which is taken back is not paid from, and what is out and in a block already is not counted twice for long.
    node.read(token, 'balanceOf(address)', padded, 'solid', signal), node.means(own, signal),
  ]);
  const unreachable = (detail: string): Conditions => not('RAIL_UNREACHABLE', `The TRON node cannot be asked: ${detail}.`, 15);
  if (first.kind === 'silent') return unreachable(first.detail);
  if (head.kind === 'silent') return unreachable(head.detail);
  if (solid.kind === 'silent') return unreachable(solid.detail);
  if (decimals.kind === 'silent') return unreachable(decimals.detail);
  if (paused.kind === 'silent') return unreachable(paused.detail);
  if (balance.kind === 'silent') return unreachable(balance.detail);
  if (means.kind === 'silent') return unreachable(means.detail);
  if (first.value?.id !== wallet.genesis) return not('TRON_WRONG_NETWORK', `The node is of another network: its first block is ${first.value?.id ?? 'unknown'}, not ${wallet.genesis}.`, 600);
  if (decimals.value !== BigInt(USDT_DECIMALS)) return not('TRON_WRONG_TOKEN', `The token has ${decimals.value} decimals, USDT has ${USDT_DECIMALS}.`, 600);
  const age = Math.round((wallet.now() - head.value.at) / 1000);
  if (age > wallet.behindSeconds) return not('TRON_NODE_BEHIND', `The node's newest block is ${age} s old; it is behind or cut off.`, 60);
  if (head.value.number - solid.value.number > MOST_UNSOLIDIFIED) return not('TRON_NODE_BEHIND', `The newest ${head.value.number - solid.value.number} blocks are not solidified.`, 60);
  if (solid.value.number === 0) return not('TRON_NODE_BEHIND', 'No block is solidified yet.', 60);
  if (paused.value !== 0n) return not('TOKEN_PAUSED', 'The issuer has paused USDT on TRON; payouts wait until it is taken back.', 600);
  if (balance.value < need) {
    return not(balance.value === 0n ? 'HOT_WALLET_EMPTY' : 'HOT_WALLET_LOW', `The hot wallet holds ${fromUnits(balance.value)} USDT; ${fromUnits(need)} are needed for what is under way and the largest payout that waits.`, 120);
  }
  const { sun, energy, energyPrice } = means.value;
  const burn = (energy >= ENERGY_PER_TRANSFER ? 0n : ENERGY_PER_TRANSFER - energy) * energyPrice;
  if (burn > wallet.feeLimitSun - 10_000n) return not('TRON_FEE_ABOVE_LIMIT', `A transfer may burn ${trxText(burn)}, and USDT_TRC20_FEE_LIMIT is ${trxText(wallet.feeLimitSun)}; stake TRX for energy or raise the limit.`, 300);
  if (sun < burn + BANDWIDTH_SUN) return not('HOT_WALLET_TRX_LOW', `The hot wallet has ${trxText(sun)} and energy for ${energy}; a transfer needs ${trxText(burn + BANDWIDTH_SUN)}. Send TRX to it.`, 120);
  return { ok: true, head: head.value, solid: solid.value, balance: balance.value, sun, burn: burn + BANDWIDTH_SUN };
}
