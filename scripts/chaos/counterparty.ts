import type { Killable } from './storm.ts';

export const RAILS = ['sandbox', 'broker-credit', 'usdt-erc20'] as const;
export type RailName = (typeof RAILS)[number];

/** Money that moved by the counterparty's own record. `to` names the destination, in `destinationKey`'s form; `amount`: decimal string. */
export interface Movement { kind: 'executed' | 'returned'; to: string; amount: string; reference: string }

/** What a rail pays through: a process with a durable record that can be killed, and that misbehaves by itself. */
export interface Counterparty extends Killable {
  /** Of the rail in `payout_method.rail`. */
  railId: string;
  /** Where it listens, also after a restart. */
  port: number;
  /** A destination of its own for each user (0, 1, 2, …), and its name in the record. */
  destination(user: number): { fields: Record<string, string>; key: string };
  /** What the adapter needs besides the address, for the worker's environment. */
  env: Record<string, string>;
  /** Its own record, read from where it keeps it and past every adapter of ours. */
  movements(): Promise<Movement[]>;
  /** From now on it does nothing wrong, and what it held back is done. */
  endFaults(): Promise<void>;
  /** Whether something that it took is still to be done by it. */
  busy(): Promise<boolean>;
  /** How often each of its faults met a request. */
  faults: Record<string, number>;
  stop(): Promise<void>;
}

export interface CounterpartyOptions {
  folder: string;
  seed: number;
  /** Probability of each fault. */
  faultRate: number;
  /** Where it tells what happened; rails that tell nobody leave it alone. */
  webhookUrl: string | null;
  log: (line: string) => void;
}
