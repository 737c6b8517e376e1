/** A stand-in for whom a rail pays at, run beside the system where nobody outside is named. */
export interface Counterparty {
  /** The rail, as RAILS names it. */
  rail: string;
  /** For people: `Local chain`. */
  name: string;
  /** Variables that name somebody outside, or a key or an account that is used there: with one of them set no stand-in takes their place. */
  outside: readonly string[];
  /** Throws `Problem` where this machine lacks what it needs. */
  start(ground: Ground): Promise<RunningCounterparty>;
}

export interface Ground {
  /** Of its own, absolute; its record, its keys: what it needs to go on where it stopped. */
  folder: string;
  log: (line: string) => void;
  /** Everything happens within seconds, for a demo that somebody watches; otherwise at the pace of the real one. */
  quick: boolean;
}

export interface RunningCounterparty {
  url: string;
  /** The rail's variables. */
  env: Record<string, string>;
  stop(): Promise<void>;
}
