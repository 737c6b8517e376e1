import type { ReturnPart } from './returns.ts';

/** The rail's final word that a payment was not and never will be executed. Only such a word releases reserved money. */
export interface Rejection {
  kind: 'rejected';
  /** UPPER_SNAKE, from the adapter's own list; the rail's text goes to `reason`. */
  code: string;
  reason: string;
  /** True where the same instruction may be accepted later (rail short of funds); false where it never will be. */
  retryable: boolean;
  /** Another attempt is of no use before. Missing: at once. */
  retryAfterSeconds?: number;
}

/** A time-out, reset, 5xx, unreadable answer or key conflict: it may or may not be executed, now or later. */
export interface Unknown { kind: 'unknown'; detail: string }

/** What came of sending an attempt's bytes once. */
export type SubmitOutcome =
  /** Taken by the rail; money is settled by a look-up, not by this. */
  | { kind: 'accepted'; railReference: string | null }
  | Rejection
  /**
   * The rail refused to consider *this send* (429, maintenance, hot wallet empty): it will not execute from it, and the
   * same bytes may be sent again. Says nothing about earlier sends of the same attempt. `executedBefore`: the key of an earlier attempt of the payout that the rail has something of, although it
   * was taken for never to execute: that one is asked about instead, and this one never sent.
   */
  | { kind: 'deferred'; code: string; reason: string; retryAfterSeconds: number; executedBefore?: string }
  | Unknown;

/** An execution as the rail states it. `amount` in `currency` is what left the company, without `fee`. */
export interface Execution {
  railReference: string; executedAt: string; amount: string; currency: string; fee: string;
  /** USD that the company's account was debited for `amount`, where the rail says so; missing: at the payout's quote. */
  settledUsd?: string;
  /** What the network took besides, in its own coin, to be shown (`0.00031 ETH`). */
  networkFee?: string;
  /** What people should know besides (credited twice). */
  detail?: string;
}

/** What the rail answers when asked about an attempt. */
export type LookUpOutcome =
  | ({ kind: 'executed' } & Execution)
  /** `replaceable`: it waits because of its bytes (a fee too low), so others may take their place. */
  | { kind: 'pending'; railReference: string | null; replaceable?: boolean; detail?: string }
  | Rejection
  /**
   * Executed, and sent back later, all of it or a part. `returnedAmount`: what came back so far; smaller than `amount` too where the way back costs a fee. `parts`: each of them, where the rail names them;
   * missing: what is more than before is one.
   */
  | ({ kind: 'returned'; returnedAt: string; returnedAmount: string; code: string; reason: string; parts?: readonly ReturnPart[] } & Execution)
  /** The rail does not know the key. Proves nothing unless `RailGuarantees.provesNonExecution` says so. */
  | { kind: 'not_found' }
  | Unknown;
