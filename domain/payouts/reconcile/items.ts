import type { AttemptState, PayoutState } from '../states.ts';

/** A line of the rail's own record. `amount`: decimal string in `currency`; `settledUsd`: USD that the company's account was moved by, where the rail says so. */
export interface RecordItem {
  /** Names the line for good. */
  sequence: string;
  kind: 'executed' | 'returned';
  at: string;
  idempotencyKey: string | null;
  payoutId: string | null;
  railReference: string;
  amount: string;
  currency: string;
  settledUsd?: string;
}

export interface OwnAttempt {
  id: string;
  idempotencyKey: string;
  state: AttemptState;
  /** Of all its bytes, oldest first: any one of them may be what executed. */
  references: readonly string[];
  sends: number;
  looks: number;
  detail: string | null;
}

/** What we say of a payout of the rail. */
export interface OwnItem {
  id: string;
  state: PayoutState;
  /** USD that were reserved. */
  amount: string;
  /** What was ordered, in the rail's currency. */
  payAmount: string;
  payCurrency: string;
  /** USD that left for it, once paid. */
  settledUsd: string | null;
  /** USD that its journals moved to the rail's clearing account, less what came back. */
  posted: string;
  /** Oldest first. */
  attempts: readonly OwnAttempt[];
}

/** Operators see and decide by these; a code is never given another meaning. */
export const DIFFERENCE_CODES = [
  'UNKNOWN_OUTCOME', 'PAID_TWICE', 'FAILED_BUT_EXECUTED', 'PAID_NOT_EXECUTED', 'EXECUTED_NOT_PAID', 'AMOUNT_DIFFERS', 'RETURN_NOT_POSTED', 'RETURN_NOT_ON_RECORD', 'NOT_OURS',
  'LEDGER_DIFFERS', 'CLEARING_DIFFERS', 'RECORD_UNREACHABLE', 'LOST_PAYOUT',
] as const;
export type DifferenceCode = (typeof DIFFERENCE_CODES)[number];

/** What a look-up of the payout can mend, so that it is a case only if it stays. */
export const MENDED_BY_LOOK_UP: readonly DifferenceCode[] = ['EXECUTED_NOT_PAID', 'RETURN_NOT_POSTED'];

/** One difference. `subject`: what it is about (a payout, the rail's reference, the rail); with the code it names the case. */
export interface Difference { code: DifferenceCode; subject: string; payoutId: string | null; detail: string; facts: Readonly<Record<string, string>> }
