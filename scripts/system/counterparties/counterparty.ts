/** A stand-in for somebody outside whom rails need, run beside the system where nobody is named. */
export interface Counterparty {
  id: 'chain' | 'tron' | 'bank' | 'rates' | 'broker';
  /** For people. */
  name: string;
  /** Whether this rail, as RAILS names it, needs it. */
  serves(rail: string): boolean;
  /** Variables that name somebody outside, or a key or an account that is used there: with one of them set no stand-in takes their place. */
  outside: readonly string[];
  /** Throws `Problem` where this machine lacks what it needs. */
  start(ground: Ground): Promise<RunningCounterparty>;
}

export interface Ground {
  /** The rails that it is for. */
  rails: readonly string[];
  /** Of its own, absolute; its record, its keys: what it needs to go on where it stopped. */
  folder: string;
  log: (line: string) => void;
  /** Everything happens within seconds, for a demo that somebody watches; otherwise at the pace of the real one. */
  quick: boolean;
}

export interface RunningCounterparty {
  url: string;
  /** The rails' variables. */
  env: Record<string, string>;
  stop(): Promise<void>;
}
