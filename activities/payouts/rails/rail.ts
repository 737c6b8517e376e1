import type { RailGuarantees } from '../../../domain/payouts/guarantees.ts';
import type { LookUpOutcome, SubmitOutcome } from '../../../domain/payouts/outcomes.ts';

/** A payout destination as the user entered it: the rail's own fields (`account`, `iban`, `address`, `network`, `holderName` …). */
export type Destination = Readonly<Record<string, string>>;

/** Either the normalised destination with a text safe to show (masked), or why it cannot be paid. */
export type DestinationCheck =
  | { ok: true; destination: Destination; shown: string }
  | { ok: false; code: string; reason: string; field: string };

/** What a payout of `amount` USD would pay out. `carried` USD stay on the balance (cut to the rail's precision). */
export interface Quote {
  amount: string; carried: string;
  payAmount: string; payCurrency: string;
  /** Units of `payCurrency` for 1 USD, where it comes from, and until when it holds (ISO instant; null: always). */
  rate: string; rateSource: string; validUntil: string | null;
  fee: string; feeBearer: RailGuarantees['feeBearer'];
}

/** One payment order. `idempotencyKey` is the attempt's id: the same attempt always carries the same key. */
export interface PayoutInstruction {
  payoutId: string;
  attemptId: string;
  idempotencyKey: string;
  /** Decimal string in `currency`, already cut to the rail's precision. */
  amount: string;
  currency: string;
  destination: Destination;
  /** ISO instant of the preparation (the workflow's clock), for expiries and dates inside the bytes. */
  asOf: string;
}

/** An attempt ready to be sent, to be committed to the database before anything leaves. */
export interface PreparedAttempt {
  /** Exactly what goes over the wire, signed where the rail signs. */
  bytes: Buffer;
  /** SHA-256 of `bytes`, hex. */
  requestHash: string;
  /** The rail's name for the payment where it is known beforehand (a transaction's hash), else null. */
  railReference: string | null;
  /** ISO instant after which the rail can no longer execute these bytes; null where they never expire. */
  expiresAt: string | null;
  /** What the rail needs again at submit and look-up (nonce, EndToEndId); no secrets. */
  facts: Readonly<Record<string, string>>;
}

/** How an attempt is named towards the rail: what is stored of it, read back. */
export interface AttemptHandle {
  idempotencyKey: string;
  railReference: string | null;
  facts: Readonly<Record<string, string>>;
}
export interface CommittedAttempt extends AttemptHandle { bytes: Buffer }

/** An inbound event whose signature and time were checked. Only a hint to look up: money never moves on its word. */
export interface RailEvent {
  /** Unique per rail; a repeated delivery carries the same id. */
  eventId: string;
  type: 'accepted' | 'executed' | 'rejected' | 'returned' | 'other';
  occurredAt: string;
  idempotencyKey: string | null;
  railReference: string | null;
}

/** A line of the rail's own record, the oracle of reconciliation. */
export interface RailRecordEntry {
  sequence: string;
  kind: 'executed' | 'returned';
  at: string;
  idempotencyKey: string | null;
  payoutId: string | null;
  railReference: string;
  amount: string;
  currency: string;
  destination: Destination;
}

/** Rails that take files: attempts that leave together. Present exactly where `guarantees.mode` is `batch`. */
export interface RailBatching {
  /** One file from committed attempts of one currency, with its control sums; committed before it is handed over. */
  assemble(batchId: string, attempts: readonly CommittedAttempt[], asOf: string): Promise<PreparedAttempt>;
  submit(batch: CommittedAttempt, signal: AbortSignal): Promise<SubmitOutcome>;
}

/**
 * A payout rail. Methods that talk to the rail never throw for what the rail or the network does: every such thing is an
 * outcome, and whatever is not final proof is `unknown`. They throw `Problem` only for our own mistakes.
 */
export interface Rail {
  readonly id: string;
  readonly guarantees: RailGuarantees;
  /** The destination's field that names the payee, who must be the verified user; missing where the rail knows no name (an address on a chain). */
  readonly payeeField?: string;
  validateDestination(destination: Destination): DestinationCheck;
  /** What would be paid for `amountUsd` (decimal string, up to 8 places) to that destination. */
  quote(amountUsd: string, destination: Destination, asOf: string, signal: AbortSignal): Promise<Quote>;
  /** Sends nothing. The same instruction prepared twice must not be able to execute twice. Throws `Problem` if it cannot be paid. */
  prepare(instruction: PayoutInstruction): Promise<PreparedAttempt>;
  /** Sends the committed bytes once; no retries within. */
  submit(attempt: CommittedAttempt, signal: AbortSignal): Promise<SubmitOutcome>;
  lookUp(attempt: AttemptHandle, signal: AbortSignal): Promise<LookUpOutcome>;
  /** Checks signature and time against `asOf` (the receiving server's clock). Throws `Problem` RAIL_EVENT_… with status 401 or 400. */
  verifyEvent(headers: Readonly<Record<string, string | string[] | undefined>>, rawBody: Buffer, asOf: Date): RailEvent;
  /** The rail's own record, ascending, entries with `from` ≤ at < `to` (ISO instants; null: open). Throws `Problem` RAIL_UNREACHABLE. */
  record(from: string | null, to: string | null, signal: AbortSignal): AsyncIterable<RailRecordEntry>;
  readonly batch?: RailBatching;
  /** New bytes in place of the attempt's earlier ones, of which at most one can execute (same nonce, higher fee). */
  replace?(attempt: CommittedAttempt, instruction: PayoutInstruction): Promise<PreparedAttempt>;
}
