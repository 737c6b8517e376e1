import { drawFault, faultNamed, type Misfortune } from '../sandbox/faults.ts';

/** What the door before the chain can do wrong. `…_before`: the chain never sees the request; `…_after`: it does, and the answer is lost. */
export const CHAIN_FAULTS = {
  /** Handing in a signed transaction. `dropped`: taken, and forgotten by the mempool before it is mined. */
  send: ['reset_before', 'reset_after', 'error_before', 'error_after', 'dropped'],
  read: ['read_reset', 'read_error'],
  /** Asking for a transaction: a copy of the chain that has not heard of it says that there is none. */
  find: ['stale'],
} as const;
export type ChainFault = (typeof CHAIN_FAULTS)[keyof typeof CHAIN_FAULTS][number];
const NAMES: readonly ChainFault[] = Object.values(CHAIN_FAULTS).flat();

export interface ChainFaults extends Misfortune<ChainFault> {
  /** Nothing reaches the chain, and nothing is answered. */
  down: boolean;
}

/** Seeded: the n-th draw of a start is the same in every run. */
export const drawChainFault = (faults: ChainFaults, kinds: readonly (keyof typeof CHAIN_FAULTS)[], random: () => number): ChainFault | null =>
  drawFault<ChainFault, ChainFault>(faults, kinds.flatMap((kind): readonly ChainFault[] => CHAIN_FAULTS[kind]), random);

/** Reads the body of `POST /admin/faults`: `{ down?, rates?, script? }`; each part replaces what was set. Throws on what it does not know. */
export function setFaults(faults: ChainFaults, body: Partial<ChainFaults>): void {
  for (const name of [...Object.keys(body.rates ?? {}), ...body.script ?? []]) faultNamed(NAMES, name);
  Object.assign(faults, { down: body.down ?? faults.down, rates: { ...body.rates ?? faults.rates }, script: [...body.script ?? faults.script] });
}
