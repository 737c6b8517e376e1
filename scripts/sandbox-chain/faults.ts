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

export interface ChainFaults {
  /** Nothing reaches the chain, and nothing is answered. */
  down: boolean;
  /** Probability a request. */
  rates: Partial<Record<ChainFault, number>>;
  /** The next requests that the fault can meet, in order. */
  script: ChainFault[];
  /** Told each fault that meets a request. */
  onDrawn?: (fault: ChainFault) => void;
}

/** Seeded: the n-th draw of a start is the same in every run. */
export function drawFault(faults: ChainFaults, kinds: readonly (keyof typeof CHAIN_FAULTS)[], random: () => number): ChainFault | null {
  const names: readonly ChainFault[] = kinds.flatMap((kind) => CHAIN_FAULTS[kind]);
  const scripted = faults.script.findIndex((fault) => names.includes(fault));
  if (scripted >= 0) return told(faults, faults.script.splice(scripted, 1)[0]!);
  let point = random();
  for (const name of names) {
    point -= faults.rates[name] ?? 0;
    if (point < 0) return told(faults, name);
  }
  return null;
}

function told(faults: ChainFaults, fault: ChainFault): ChainFault {
  faults.onDrawn?.(fault);
  return fault;
}

/** Reads the body of `POST /admin/faults`: `{ down?, rates?, script? }`; each part replaces what was set. Throws on what it does not know. */
export function setFaults(faults: ChainFaults, body: Partial<ChainFaults>): void {
  for (const name of [...Object.keys(body.rates ?? {}), ...body.script ?? []]) {
    if (!NAMES.some((known) => known === name)) throw new Error(`Unknown fault "${name}"; known are ${NAMES.join(', ')}.`);
  }
  Object.assign(faults, { down: body.down ?? faults.down, rates: { ...body.rates ?? faults.rates }, script: [...body.script ?? faults.script] });
}
