import { Decimal } from '../decimal.ts';
import { Problem } from '../problem.ts';
import type { RailGuarantees } from './guarantees.ts';
import type { Execution, LookUpOutcome, SubmitOutcome } from './outcomes.ts';
import { ATTEMPT_PROVEN_UNPAID, type AttemptState, type PayoutState } from './states.ts';

/** What is stored of the payout's latest attempt. Instants are ISO. */
export interface AttemptFacts {
  state: AttemptState;
  /** 1 for the payout's first attempt. */
  number: number;
  amount: string;
  currency: string;
  /** Sends since the attempt was (last) prepared; each is counted and committed before the bytes leave. */
  sends: number;
  firstSentAt: string | null;
  lastSentAt: string | null;
  /** When the rail first said that it has the payment. */
  acceptedAt: string | null;
  expiresAt: string | null;
  /** Look-ups made so far: they space the next one. */
  looks: number;
  /** Attempts before it that were given up without ever being sent: they are none of the policy's. Missing: none. */
  neverSent?: number;
  /** Until when the rate at which it is prepared holds; null or missing: always. */
  quotedUntil?: string | null;
  /** It was taken for never to execute, and the rail has executed it after all: that it has not is no longer believed of the rail. */
  reopened?: boolean;
}

export interface PayoutPolicy {
  /** Attempts per payout; after the last one is proven unpaid the money is released. */
  maxAttempts: number;
  firstLookSeconds: number;
  maxLookSeconds: number;
}

/**
 * What an operator decided with proof, and a second one agreed to. What proves that nothing was executed (a statement, a letter) stands with the decision, for operators: the payee reads
 * `why`.
 */
export type OperatorOutcome = ({ kind: 'executed' } & Execution) | { kind: 'not_executed' };

export type LastOutcome = { from: 'submit'; outcome: SubmitOutcome } | { from: 'look_up'; outcome: LookUpOutcome } | { from: 'operator'; outcome: OperatorOutcome };

export interface Situation {
  payout: PayoutState;
  attempt: AttemptFacts | null;
  /** What was just learnt; null when a workflow takes up a payout again. */
  last: LastOutcome | null;
  guarantees: RailGuarantees;
  policy: PayoutPolicy;
  /** ISO instant, the workflow's time *before* the rail was asked: a later one could date a `not_found` past an expiry. */
  asOf: string;
  /** Something came back that is not posted yet: of a payout that came back before in part. */
  moreCameBack?: boolean;
  /** An earlier attempt that was taken for never to execute was executed after all. */
  executedAfterAll?: boolean;
}

export type Step =
  /** Prepare another attempt with a key of its own (none exists, or the last one is proven unpaid). */
  | 'new_attempt'
  | 'submit'
  | 'resend_same_key'
  /** Prepared, and waits for the file in which it leaves. */
  | 'await_batch'
  /** Commit bytes that take the place of those that wait, and send them (the rail's `replacesAfterSeconds`). */
  | 'replace'
  | 'look_up_later'
  /** Post reserved → paid. Where the look-up said `returned`, ask again with the same outcome: the next step is `return`. */
  | 'settle_paid'
  /** Post reserved → available. */
  | 'release_failed'
  | 'return'
  /** Take up the earlier attempt that was executed after all, in place of this one. */
  | 'reopen'
  /** Nothing may be done but look again at long intervals; an operator can decide with proof. */
  | 'stay_unknown'
  | 'done';

/** The step, after how many seconds, and the states to commit *now*, together with what the step posts. */
export interface Decision { step: Step; afterSeconds: number; payout: PayoutState; attempt: AttemptState | null; why: string }

/**
 * What a payout does next (architecture.md "Payout safety", libraries.md "Payouts"): a pure function of the stored states,
 * the last outcome and the rail's declared guarantees. The promise, proven by property tests: no sequence of outcomes yields
 * `new_attempt` or `release_failed` while an earlier send may still be executed by a rail that keeps its guarantees. Where one did not keep them (`executedAfterAll`) nothing is sent any more.
 * Throws `Problem` PAYOUT_STATES_CONTRADICT where the stored states cannot both be true.
 */
export function nextStep(situation: Situation): Decision {
  const decision = byStates(situation);
  return situation.executedAfterAll === true ? insteadOfPayingTwice(situation, decision) : decision;
}

/** Steps after which money may leave, or go back to the user: none of them where an earlier attempt was executed after all. */
export const TAKES_FOR_UNPAID: readonly Step[] = ['new_attempt', 'submit', 'await_batch', 'resend_same_key', 'replace', 'release_failed'];

function insteadOfPayingTwice(situation: Situation, decision: Decision): Decision {
  const { attempt, policy } = situation;
  if (!TAKES_FOR_UNPAID.includes(decision.step)) return decision;
  // What is out is asked about first: only of one attempt can it be unknown whether it was executed.
  if (decision.step === 'resend_same_key' || decision.step === 'replace') return { ...decision, step: 'look_up_later', afterSeconds: lookUpDelay(attempt?.looks ?? 0, policy) };
  const ended = decision.attempt === 'prepared' ? 'abandoned' : decision.attempt;
  return { step: 'reopen', afterSeconds: 0, payout: 'unknown', attempt: ended, why: 'EXECUTED_AFTER_ALL: an earlier attempt, which was taken for never to execute, was executed after all' };
}

function byStates(situation: Situation): Decision {
  const { payout, attempt, last } = situation;
  if (payout === 'failed') return stay(situation, 'done', 'payout is failed');
  if (payout === 'returned') return afterReturned(situation);
  if (payout === 'paid') return afterPaid(situation);
  if (attempt === null || ATTEMPT_PROVEN_UNPAID.includes(attempt.state)) {
    if (payout !== 'reserved') throw contradiction(payout, attempt);
    return stay(situation, 'new_attempt', attempt === null ? 'no attempt yet' : `the last attempt is ${attempt.state}`);
  }
  if (attempt.state === 'prepared') return fromPrepared(situation, attempt);
  if (attempt.state === 'executed' || attempt.state === 'returned' || payout === 'reserved') throw contradiction(payout, attempt);
  if (last === null) return stay(situation, 'look_up_later', 'taken up again: the rail is asked first');
  if (last.from === 'operator') return afterOperator(situation, attempt, last.outcome);
  return last.from === 'submit' ? afterSubmit(situation, attempt, last.outcome) : afterLookUp(situation, attempt, last.outcome);
}

/**
 * Whether the attempt's bytes may leave at `asOf`: never sent and not expired, or inside the window in which the rail honours
 * its key, less a tenth for clocks and slow wires. Checked again by the submitting activity under the row's lock, whose
 * schedule-to-close time-out must be shorter than that tenth.
 */
export function maySend(attempt: AttemptFacts, guarantees: RailGuarantees, asOf: string): boolean {
  const now = Date.parse(asOf);
  if (attempt.expiresAt !== null && now >= Date.parse(attempt.expiresAt)) return false;
  if (attempt.state === 'prepared') return !quoteRanOut(attempt, asOf);
  if (attempt.reopened === true) return false;
  if (attempt.state !== 'sent' && attempt.state !== 'accepted' && attempt.state !== 'unknown') return false;
  if (guarantees.honoursKeysForSeconds === 'forever') return true;
  // Not by a window of no length: of two clocks one may be behind.
  if (guarantees.honoursKeysForSeconds === 0) return false;
  return attempt.firstSentAt !== null && now < Date.parse(attempt.firstSentAt) + guarantees.honoursKeysForSeconds * 900;
}

const quoteRanOut = ({ quotedUntil }: AttemptFacts, asOf: string): boolean => quotedUntil !== undefined && quotedUntil !== null && Date.parse(asOf) >= Date.parse(quotedUntil);

/** Seconds until the next look-up: doubles with every look, up to the policy's longest. */
export function lookUpDelay(looks: number, policy: PayoutPolicy): number {
  return Math.min(policy.firstLookSeconds * 2 ** Math.min(looks, 20), policy.maxLookSeconds);
}

function fromPrepared(situation: Situation, attempt: AttemptFacts): Decision {
  if (situation.payout !== 'reserved') throw contradiction(situation.payout, attempt);
  const may = maySend(attempt, situation.guarantees, situation.asOf);
  if (may && situation.guarantees.mode === 'batch') return { ...stay(situation, 'await_batch', 'prepared, leaves with the next file'), afterSeconds: situation.policy.maxLookSeconds };
  if (may) return stay(situation, 'submit', 'prepared and never considered by the rail');
  // However often: the rate is asked for anew, the bytes are none of the attempts that the rail was given.
  if (quoteRanOut(attempt, situation.asOf)) return { step: 'new_attempt', afterSeconds: 0, payout: 'reserved', attempt: 'abandoned', why: `its rate held until ${attempt.quotedUntil}, before it was sent` };
  return provenUnpaid(situation, attempt, 'abandoned', true, 'expired before it was sent');
}

function afterSubmit(situation: Situation, attempt: AttemptFacts, outcome: SubmitOutcome): Decision {
  switch (outcome.kind) {
    case 'accepted': {
      const decision = withRail(situation, attempt, 'the rail has it');
      return situation.guarantees.finalOn === 'accepted' ? { ...decision, afterSeconds: 0 } : decision;
    }
    case 'rejected': return provenUnpaid(situation, attempt, 'rejected', outcome.retryable, `${outcome.code}: ${outcome.reason}`, outcome.retryAfterSeconds);
    case 'deferred':
      // Only the one send that was deferred is proven not executed; with another one outstanding nothing is proven.
      if (attempt.state === 'sent' && attempt.sends === 1 && situation.payout === 'submitting') {
        return { step: 'submit', afterSeconds: outcome.retryAfterSeconds, payout: 'reserved', attempt: 'prepared', why: `${outcome.code}: ${outcome.reason}` };
      }
      return doubt(situation, attempt, 'look_up_later', `${outcome.code}: ${outcome.reason}`);
    case 'unknown': return doubt(situation, attempt, 'look_up_later', outcome.detail);
  }
}

function afterLookUp(situation: Situation, attempt: AttemptFacts, outcome: LookUpOutcome): Decision {
  switch (outcome.kind) {
    case 'executed':
    case 'returned':
      if (!executedAsOrdered(attempt, outcome)) {
        return doubt(situation, attempt, 'stay_unknown', `AMOUNT_DIFFERS: ordered ${attempt.amount} ${attempt.currency}, the rail says ${outcome.amount} ${outcome.currency}`);
      }
      return { step: 'settle_paid', afterSeconds: 0, payout: 'paid', attempt: 'executed', why: `executed as ${outcome.railReference}${outcome.detail === undefined ? '' : `; ${outcome.detail}`}` };
    case 'pending': {
      const decision = withRail(situation, attempt, outcome.detail ?? 'pending at the rail');
      return outcome.replaceable === true && mayReplace(attempt, situation) ? { ...decision, step: 'replace', afterSeconds: 0 } : decision;
    }
    case 'rejected': return provenUnpaid(situation, attempt, 'rejected', outcome.retryable, `${outcome.code}: ${outcome.reason}`, outcome.retryAfterSeconds);
    case 'not_found':
      if (notFoundIsProof(attempt, situation)) return provenUnpaid(situation, attempt, 'not_executed', true, 'not found, which this rail makes a proof');
      if (maySend(attempt, situation.guarantees, situation.asOf)) return doubt(situation, attempt, 'resend_same_key', 'not found, and the rail still honours the key');
      return doubt(situation, attempt, 'stay_unknown', 'not found, which proves nothing, and the key is no longer honoured');
    case 'unknown':
      if (attempt.state === 'accepted') return withRail(situation, attempt, outcome.detail);
      return doubt(situation, attempt, 'look_up_later', outcome.detail);
  }
}

/** An operator's word with proof counts only where the rail's own has not settled it. */
function afterOperator(situation: Situation, attempt: AttemptFacts, outcome: OperatorOutcome): Decision {
  if (outcome.kind === 'not_executed') return provenUnpaid(situation, attempt, 'not_executed', true, 'it is proven that it was not executed');
  if (!executedAsOrdered(attempt, outcome)) return doubt(situation, attempt, 'stay_unknown', `AMOUNT_DIFFERS: ordered ${attempt.amount} ${attempt.currency}, the operator says ${outcome.amount} ${outcome.currency}`);
  return { step: 'settle_paid', afterSeconds: 0, payout: 'paid', attempt: 'executed', why: `executed as ${outcome.railReference}, confirmed by an operator with proof` };
}

function mayReplace(attempt: AttemptFacts, { guarantees, asOf }: Situation): boolean {
  const { replacesAfterSeconds: after } = guarantees;
  return after !== undefined && attempt.lastSentAt !== null && Date.parse(asOf) >= Date.parse(attempt.lastSentAt) + after * 1000;
}

function afterPaid(situation: Situation): Decision {
  if (situation.attempt?.state !== 'executed') throw contradiction(situation.payout, situation.attempt);
  const outcome = situation.last?.outcome;
  if (outcome?.kind !== 'returned') return stay(situation, 'done', 'paid');
  return { step: 'return', afterSeconds: 0, payout: 'returned', attempt: 'returned', why: `${outcome.code}: ${outcome.reason}` };
}

/** A payment may come back in parts: each is posted once. */
function afterReturned(situation: Situation): Decision {
  const outcome = situation.last?.outcome;
  if (outcome?.kind !== 'returned' || situation.moreCameBack !== true) return stay(situation, 'done', 'payout is returned');
  return stay(situation, 'return', `${outcome.code}: ${outcome.reason}`);
}

function notFoundIsProof(attempt: AttemptFacts, { guarantees, asOf }: Situation): boolean {
  const rule = guarantees.provesNonExecution;
  if (rule === 'never') return false;
  const now = Date.parse(asOf);
  if (rule === 'after_expiry') return attempt.expiresAt !== null && now > Date.parse(attempt.expiresAt);
  // A rail that had it and no longer knows it contradicts itself: no proof.
  return attempt.acceptedAt === null && attempt.lastSentAt !== null && now > Date.parse(attempt.lastSentAt) + rule.secondsAfterLastSend * 1000;
}

/** The rail has the payment: wait, and show it as unknown once it is overdue. */
function withRail(situation: Situation, attempt: AttemptFacts, why: string): Decision {
  const since = attempt.acceptedAt ?? attempt.firstSentAt;
  const overdue = since !== null && Date.parse(situation.asOf) > Date.parse(since) + situation.guarantees.settlesWithinSeconds * 1000;
  return {
    step: 'look_up_later', afterSeconds: lookUpDelay(attempt.looks, situation.policy), payout: overdue ? 'unknown' : 'submitted', attempt: 'accepted',
    why: overdue ? `${why}, but not settled within ${situation.guarantees.settlesWithinSeconds} s` : why,
  };
}

function doubt(situation: Situation, attempt: AttemptFacts, step: 'look_up_later' | 'resend_same_key' | 'stay_unknown', why: string): Decision {
  const afterSeconds = step === 'stay_unknown' ? situation.policy.maxLookSeconds : lookUpDelay(attempt.looks, situation.policy);
  return { step, afterSeconds, payout: 'unknown', attempt: 'unknown', why };
}

/** No money left and none will: the only way to another attempt or to releasing the reservation. */
function provenUnpaid(situation: Situation, attempt: AttemptFacts, state: AttemptState, retryable: boolean, why: string, againAfterSeconds = 0): Decision {
  if (attempt.reopened === true && situation.last?.from !== 'operator') return doubt(situation, attempt, 'look_up_later', `EXECUTED_AFTER_ALL: the rail says now (${why}), and has told of its execution before`);
  const again = retryable && attempt.number - (attempt.neverSent ?? 0) < situation.policy.maxAttempts;
  return { step: again ? 'new_attempt' : 'release_failed', afterSeconds: again ? againAfterSeconds : 0, payout: again ? 'reserved' : 'failed', attempt: state, why };
}

function executedAsOrdered(attempt: AttemptFacts, execution: Execution): boolean {
  return execution.currency === attempt.currency && new Decimal(execution.amount).equals(attempt.amount);
}

function stay(situation: Situation, step: Step, why: string): Decision {
  return { step, afterSeconds: 0, payout: situation.payout, attempt: situation.attempt?.state ?? null, why };
}

function contradiction(payout: PayoutState, attempt: AttemptFacts | null): Problem {
  return new Problem('PAYOUT_STATES_CONTRADICT', `A payout that is ${payout} cannot have ${attempt ? `a latest attempt that is ${attempt.state}` : 'no attempt'}; run the reconciliation and look at its history.`, { status: 409 });
}
