import type { Executed } from './record.ts';
import { type TronTransaction, transferOf } from './transaction.ts';

/** What the chain knows at one block: whole token units, sun and energy units by address (`41…`). */
export interface State { token: Map<string, bigint>; trx: Map<string, bigint>; energy: Map<string, bigint>; paused: boolean }

export const emptyState = (): State => ({ token: new Map(), trx: new Map(), energy: new Map(), paused: false });
export const copyOf = ({ token, trx, energy, paused }: State): State => ({ token: new Map(token), trx: new Map(trx), energy: new Map(energy), paused });

/** What a transfer of the real token costs: less where the receiver already has some. */
const ENERGY_KNOWN_HOLDER = 64_285n;
const ENERGY_NEW_HOLDER = 130_285n;
const ENERGY_REVERTED = 2_500n;
const SUN_PER_BYTE = 1_000n;

export const bandwidthFee = (transaction: TronTransaction): bigint => BigInt(transaction.size) * SUN_PER_BYTE;
const add = (map: Map<string, bigint>, key: string, amount: bigint): void => { map.set(key, (map.get(key) ?? 0n) + amount); };

export type Misfortune = 'out_of_energy' | 'reverted' | 'skimmed';

/** Runs a transaction as the TVM would run the token's `transfer`; pure, what it changes is applied by `apply`. */
export function execute(state: State, transaction: TronTransaction, token: string, energyPrice: bigint, misfortune: Misfortune | null): Executed {
  const call = transaction.contract === token ? transferOf(transaction.data) : null;
  const refused = call === null || state.paused || (state.token.get(transaction.owner) ?? 0n) < call.amount || misfortune === 'reverted';
  const needed = refused ? ENERGY_REVERTED : state.token.has(call.to) ? ENERGY_KNOWN_HOLDER : ENERGY_NEW_HOLDER;
  const netFee = bandwidthFee(transaction);
  const funds = (state.trx.get(transaction.owner) ?? 0n) - netFee;
  const limit = funds < transaction.feeLimit ? funds : transaction.feeLimit;
  const staked = state.energy.get(transaction.owner) ?? 0n;
  const allowed = staked + (limit > 0n ? limit / energyPrice : 0n);
  const short = needed > allowed || misfortune === 'out_of_energy';
  const energy = short && allowed < needed ? allowed : needed;
  const burnt = energy > staked ? (energy - staked) * energyPrice : 0n;
  const costs = { id: transaction.id, energy: String(energy), energyFee: String(burnt), netFee: String(netFee) };
  if (short) return { ...costs, result: 'OUT_OF_ENERGY', moved: null };
  if (refused) return { ...costs, result: 'REVERT', moved: null };
  // A token may be set to keep a fee of each transfer: less arrives than was ordered.
  return { ...costs, result: 'SUCCESS', moved: { to: call.to, amount: String(misfortune === 'skimmed' ? call.amount - call.amount / 100n : call.amount) } };
}

export function apply(state: State, { owner }: TronTransaction, executed: Executed): void {
  const staked = state.energy.get(owner) ?? 0n;
  const used = BigInt(executed.energy);
  state.energy.set(owner, used > staked ? 0n : staked - used);
  add(state.trx, owner, -BigInt(executed.energyFee) - BigInt(executed.netFee));
  if (executed.moved === null) return;
  add(state.token, owner, -BigInt(executed.moved.amount));
  add(state.token, executed.moved.to, BigInt(executed.moved.amount));
}
