import type { RailGuarantees } from '../../../domain/payouts/guarantees.ts';
import type { LookUpOutcome, SubmitOutcome } from '../../../domain/payouts/outcomes.ts';
import type { FxRate } from '../../../domain/payouts/quote.ts';
import type { RecordItem } from '../../../domain/payouts/reconcile/items.ts';
import type { LostBy } from '../../../domain/payouts/reconcile/lost.ts';
import type { Tx } from '../../../db/connection.ts';

/** A payout destination as the user entered it: the rail's own fields (`account`, `iban`, `address`, `network`, `holderName` …). */
export type Destination = Readonly<Record<string, string>>;

/** Either the normalised destination with a text safe to show (masked), or why it cannot be paid. */
export type DestinationCheck =
  | { ok: true; destination: Destination; shown: string }
  | { ok: false; code: string; reason: string; field: string };

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
  attemptId: string;
  payoutId: string;
  idempotencyKey: string;
  /** Of the newest bytes. */
  railReference: string | null;
  facts: Readonly<Record<string, string>>;
  /** Bytes that the newest ones replaced (`Rail.replace`), oldest first: any one of all of them may be what executed. */
  replaced: readonly { railReference: string | null; facts: Readonly<Record<string, string>> }[];
  amount: string;
  currency: string;
  destination: Destination;
  preparedAt: string;
  /** The earliest and the latest instant at which bytes can have left; null: never sent. ISO. */
  firstSentAt: string | null;
  lastSentAt: string | null;
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

/** A line of the rail's own record, the oracle of reconciliation; asked again, the record has it under the same `sequence`. */
export interface RailRecordEntry extends RecordItem { destination: Destination }

/**
 * Whether the rail can be used now. `terms`: what preparing needs of the outside world (fees, the newest block), asked before the transaction. Not ready (hot wallet empty or
 * low, token paused, node behind): nothing is prepared or sent, the payout waits and operators are told; it is never a failure.
 */
export type RailReadiness =
  | { ready: true; terms: Readonly<Record<string, string>>; warning?: { code: string; detail: string } }
  /** With `terms`, bytes that are out already may still be replaced (`replace`): that needs no new money. */
  | { ready: false; code: string; reason: string; retryAfterSeconds: number; terms?: Readonly<Record<string, string>> };

/** Rails that take files: attempts that leave together. Present exactly where `guarantees.mode` is `batch`. */
export interface RailBatching {
  /** How many attempts one file takes. */
  readonly most: number;
  /** One file from committed attempts of one currency and execution day, with its control sums; pure, committed before it is handed over. */
  assemble(batch: BatchInstruction): Promise<PreparedAttempt>;
  /** The execution day (YYYY-MM-DD) of a file that is assembled at `asOf`. Missing: the UTC day. */
  dayOf?(asOf: string): string;
  /**
   * Brings the whole file beside its place, under a name that the rail does not read and that is another each time, and answers with that name: it is committed with the count of the
   * send. Handing over is then one rename, of which a crash leaves no doubt. Missing: `submit` does all. Throws where the rail is away.
   */
  stage?(batch: CommittedBatch, signal: AbortSignal): Promise<string>;
  /**
   * Hands the committed file over under its own name; again after a crash only where that cannot make the rail read it twice, else `unknown`. `sends` counts this call; what was
   * `staged` was so before the first. `unknown` of a staged file is looked at again by the next call. `deferred`: this call has certainly not handed it over, as where `lastLook`, asked right
   * before, says that nothing is sent.
   */
  submit(batch: CommittedBatch, signal: AbortSignal, lastLook?: LastLook): Promise<SubmitOutcome>;
  /** Removes whatever was staged of a file that was withdrawn before it was handed over, and never will be. Missing: nothing lies there, or it has to stay. Throws where the rail is away. */
  discard?(batchId: string, signal: AbortSignal): Promise<void>;
}
export interface BatchInstruction { batchId: string; currency: string; /** YYYY-MM-DD. */ day: string; attempts: readonly CommittedAttempt[]; asOf: string }
export interface CommittedBatch { batchId: string; bytes: Buffer; requestHash: string; facts: Readonly<Record<string, string>>; sends: number; staged: string | null }

/** Null: it may leave. Else what became of the send instead: nothing. Never throws. */
export type LastLook = () => Promise<Extract<SubmitOutcome, { kind: 'deferred' }> | null>;

/** What preparing needs: the transaction that commits the attempt (allocations made in it go with it), and the terms of a `ready` answer. */
export interface PrepareContext { tx: Tx; terms: Readonly<Record<string, string>> }

/**
 * A payout rail: the whole of what a plug-in has to be (README "Add a rail"; test/activities/payouts/rails/contract.ts is passed by each). Methods that talk to the rail never
 * throw for what the rail or the network does: every such thing is an outcome, and whatever is not final proof is `unknown`. They throw `Problem` only for our own mistakes.
 */
export interface Rail {
  readonly id: string;
  readonly guarantees: RailGuarantees;
  /** The destination's field that names the payee, who must be the verified user; missing where the rail knows no name (an address on a chain). */
  readonly payeeField?: string;
  /** The destination is a trading account (`server`, `account`) of this broker, which must be the payee's own and verified. */
  readonly tradingAccountOf?: string;
  validateDestination(destination: Destination): DestinationCheck;
  /** Which of `guarantees.currencies` that destination is paid in. */
  currencyOf(destination: Destination): string;
  /** What 1 USD is worth there; with the amount it makes the quote (`quoteAt`). Throws `Problem` FX_UNAVAILABLE (503), after which the payout waits. */
  rate(currency: string, asOf: string, signal: AbortSignal): Promise<FxRate>;
  /** Missing: always ready. */
  ready?(signal: AbortSignal): Promise<RailReadiness>;
  /** Sends nothing. The same instruction prepared twice must not be able to execute twice. Throws `Problem` if it cannot be paid. */
  prepare(instruction: PayoutInstruction, context: PrepareContext): Promise<PreparedAttempt>;
  /** Sends the committed bytes once; no retries within. `lastLook` is asked right before they leave, after whatever the rail asks first. Not called where `guarantees.mode` is `batch`. */
  submit(attempt: CommittedAttempt, signal: AbortSignal, lastLook?: LastLook): Promise<SubmitOutcome>;
  lookUp(attempt: AttemptHandle, signal: AbortSignal): Promise<LookUpOutcome>;
  /** New bytes in place of the attempt's earlier ones, of which at most one can execute (same nonce, higher fee). Null: not now. Present where `replacesAfterSeconds` is. */
  replace?(attempt: CommittedAttempt, context: PrepareContext): Promise<PreparedAttempt | null>;
  /** Checks signature and time against `asOf` (the receiving server's clock). Throws `Problem` RAIL_EVENT_… with status 401 or 400. Missing: the rail calls nobody. */
  verifyEvent?(headers: Readonly<Record<string, string | string[] | undefined>>, rawBody: Buffer, asOf: Date): RailEvent;
  /** Reads what the rail has left for us since the last time (files, entries), keeps it once, and answers with whom it is about. Missing: nothing to fetch. */
  ingest?(asOf: string, signal: AbortSignal): Promise<readonly RailEvent[]>;
  /** The rail's own record, ascending, entries with `from` ≤ at < `to` (ISO instants; null: open). Throws `Problem` RAIL_UNREACHABLE. */
  record(from: string | null, to: string | null, signal: AbortSignal): AsyncIterable<RailRecordEntry>;
  /** How a payment on its record that our database has lost is known (recordGuard.ts); missing: `by_key`. */
  readonly lostBy?: LostBy;
  /**
   * Where the record is what was taken from the rail and kept in our own database: what was taken since `since` (ISO instant; null: ever) and the database does not have, as after a restored backup.
   * Throws `Problem` RAIL_UNREACHABLE.
   */
  takenBefore?(since: string | null, signal: AbortSignal): AsyncIterable<RecordItem>;
  readonly batch?: RailBatching;
}
