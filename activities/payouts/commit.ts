import { Decimal, plain } from '../../domain/decimal.ts';
import { type AttemptFacts, type Decision, type LastOutcome, nextStep, type PayoutPolicy, type Step, TAKES_FOR_UNPAID } from '../../domain/payouts/decide.ts';
import type { Execution } from '../../domain/payouts/outcomes.ts';
import { giveBack } from '../../domain/payouts/plan.ts';
import { detailForPayee } from '../../domain/payouts/payoutStory.ts';
import { settlementOf } from '../../domain/payouts/settlement.ts';
import type { PayoutState } from '../../domain/payouts/states.ts';
import type { Tx } from '../../db/connection.ts';
import { executedAfterAll, reopenAttempt, unpaidByKey } from '../../db/stores/executedAfterAll.ts';
import { moveExposure } from '../../db/stores/exposure.ts';
import { postJournal } from '../../db/ledger/journals.ts';
import { notify } from '../../db/stores/notifications.ts';
import { type Attempt, countLook, moveAttempt, movePayout, noteOnPayout, noteSettlement, type Payout, payoutSources, readPayout } from '../../db/stores/payouts.ts';
import { quoteInForce } from './quoteInForce.ts';
import type { RailRegistry } from './rails/registry.ts';
import { cameBack, settleReturned } from './settleReturned.ts';
import { feeJournal, paidJournal, releasedJournal } from './settlementJournals.ts';

/** What the workflow does next. `sends`: of the latest attempt, so that a send is asked for once. */
export interface PayoutNext {
  step: Exclude<Step, 'settle_paid' | 'release_failed' | 'return' | 'reopen'>;
  afterSeconds: number;
  state: PayoutState;
  attempts: number;
  sends: number;
  why: string;
  /** Wait `afterSeconds` as they are, however often: nothing was tried. Missing: pace it. */
  waits?: true;
  /** Came back, and more of it may: hints are still followed. */
  mayComeBack?: true;
}

export interface Committing { rails: RailRegistry; policy: PayoutPolicy }

/** What was just learnt of an attempt. `sends`: how often it had been sent when the rail was asked; an answer about fewer sends says nothing of bytes that left (or replaced others) since. */
export interface Learnt { attemptId: string; sends?: number; last: LastOutcome }

/**
 * Decides under the payout's row lock from the stored states and what was just learnt, and commits the new states together
 * with what they post. What was learnt of an attempt that is no longer the latest one, or was sent again since, is dropped. Safe to repeat: a move
 * that was made before is not there to be made again.
 */
export async function decideAndCommit(tx: Tx, { rails, policy }: Committing, payoutId: string, asOf: string, learnt: Learnt | null): Promise<PayoutNext> {
  let { payout, attempt } = await readPayout(tx, payoutId, true);
  let last = learnt !== null && learnt.attemptId === attempt?.id && (learnt.sends ?? attempt.sends) === attempt.sends ? learnt.last : null;
  if (last?.from === 'look_up' && attempt) {
    await countLook(tx, attempt.id);
    attempt = { ...attempt, looks: attempt.looks + 1 };
  }
  const { guarantees } = rails.get(payout.rail);
  for (;;) {
    const more = payout.state === 'returned' && last?.outcome.kind === 'returned' ? await cameBack(tx, payout, last.outcome) : null;
    const moreCameBack = more !== null && (more.parts.length > 0 || more.corrections.length > 0);
    const situation = { payout: payout.state, attempt: attempt && factsOf(payout, attempt), last, guarantees, policy, asOf, moreCameBack };
    let decision = nextStep(situation);
    const other = TAKES_FOR_UNPAID.includes(decision.step) ? await executedBefore(tx, payout.id, last) : null;
    if (other !== null) decision = nextStep({ ...situation, executedAfterAll: true });
    if (decision.step === 'reopen') {
      await reopen(tx, payout, attempt, other!, decision, asOf);
      // From here on it is the one that is asked about; what was learnt was of another.
      last = null;
      ({ payout, attempt } = await readPayout(tx, payoutId, true));
      continue;
    }
    const posts = decision.step === 'settle_paid' || decision.step === 'release_failed' || decision.step === 'return';
    await commitStates(tx, payout, attempt, decision, last, asOf);
    if (!posts) {
      // Deferred: the send that was counted did not happen.
      const sends = decision.attempt === 'prepared' ? 0 : attempt?.sends ?? 0;
      return { step: decision.step as PayoutNext['step'], afterSeconds: decision.afterSeconds, state: decision.payout, attempts: attempt?.no ?? 0, sends, why: decision.why, ...(decision.payout === 'returned' && guarantees.canReturn && { mayComeBack: true }) };
    }
    await post(tx, payout, decision, last, asOf);
    // Asked again with the same outcome: a payment that was executed and returned posts both.
    ({ payout, attempt } = await readPayout(tx, payoutId, true));
  }
}

/** The attempt that was taken for never to execute and was executed after all: by the rail's messages, or by what it has just said. */
async function executedBefore(tx: Tx, payoutId: string, last: LastOutcome | null): Promise<string | null> {
  const booked = (await executedAfterAll(tx, [payoutId])).get(payoutId);
  if (booked !== undefined) return booked.attemptId;
  const key = last?.outcome.kind === 'deferred' ? last.outcome.executedBefore : undefined;
  return key === undefined ? null : unpaidByKey(tx, payoutId, key);
}

/** Ends the attempt that is in its place, of which it is certain that no money left, and takes the earlier one up. */
async function reopen(tx: Tx, payout: Payout, attempt: Attempt | null, attemptId: string, { attempt: ended, payout: state, why }: Decision, asOf: string): Promise<void> {
  // A send that was deferred never was.
  const moves = attempt === null || ended === null || ended === attempt.state ? [] : attempt.state === 'sent' && ended === 'abandoned' ? ['prepared', ended] as const : [ended];
  for (const to of moves) await moveAttempt(tx, attempt!.id, to, { detail: why, railReference: null, at: asOf });
  await reopenAttempt(tx, payout.id, attemptId, why);
  if (payout.state === state) await noteOnPayout(tx, payout.id, why);
  else await movePayout(tx, payout.id, state, { detail: why, railReference: null, settledAt: null });
}

export function factsOf(payout: Payout, attempt: Attempt): AttemptFacts {
  return {
    state: attempt.state, number: attempt.no, amount: payout.payAmount, currency: payout.payCurrency, sends: attempt.sends, firstSentAt: attempt.firstSentAt,
    lastSentAt: attempt.lastSentAt, acceptedAt: attempt.acceptedAt, expiresAt: attempt.expiresAt, looks: attempt.looks, neverSent: attempt.neverSent, quotedUntil: attempt.quotedUntil, reopened: attempt.reopenedAt !== null,
  };
}

async function commitStates(tx: Tx, payout: Payout, attempt: Attempt | null, decision: Decision, last: LastOutcome | null, asOf: string): Promise<void> {
  const outcome = last?.outcome;
  const railReference = outcome !== undefined && 'railReference' in outcome ? outcome.railReference : null;
  if (attempt && decision.attempt !== null && decision.attempt !== attempt.state) {
    await moveAttempt(tx, attempt.id, decision.attempt, { detail: decision.why, railReference, at: asOf });
  }
  if (decision.payout !== payout.state) {
    const settled = decision.payout === 'paid' || decision.payout === 'failed' || decision.payout === 'returned';
    await movePayout(tx, payout.id, decision.payout, { detail: decision.why, railReference, settledAt: settled ? asOf : null });
    if (decision.payout === 'submitted') {
      await notify(tx, [{ eventId: `payout:${payout.id}:sent`, userId: payout.userId, kind: 'payout_sent', facts: { payoutId: payout.id, amount: payout.amount, currency: payout.currency }, at: asOf }]);
    }
  } else if (last !== null && decision.step !== 'done') {
    await noteOnPayout(tx, payout.id, decision.why);
  }
}

/** The journal of a settlement and what the user is told, in the transaction that moves the states. */
async function post(tx: Tx, payout: Payout, decision: Decision, last: LastOutcome | null, asOf: string): Promise<void> {
  const outcome = last?.outcome;
  if (decision.step === 'return') return outcome?.kind === 'returned' ? settleReturned(tx, payout, outcome, asOf) : undefined;
  const kind = decision.step === 'settle_paid' ? 'paid' : 'released';
  let amount = payout.amount;
  if (kind === 'released') await release(tx, payout, asOf);
  else amount = await settlePaid(tx, payout, outcome as Execution, asOf);
  await notify(tx, [{
    eventId: `payout:${payout.id}:${kind}`, userId: payout.userId, kind: kind === 'released' ? 'payout_failed' : 'payout_paid', at: asOf,
    facts: { payoutId: payout.id, amount, currency: payout.currency, reason: detailForPayee(decision.why, decision.payout) ?? '' },
  }]);
}

/** All that was reserved goes back; it no longer counts as paid before the broker has paid us. */
export async function release(tx: Tx, payout: Pick<Payout, 'id' | 'userId' | 'rail'>, asOf: string): Promise<void> {
  const sources = await payoutSources(tx, payout.id);
  const { replayed } = await postJournal(tx, releasedJournal(payout, 'released', sources, asOf));
  if (!replayed) await moveExposure(tx, sources, -1);
}

/** Answers with the USD that the payout took of the user. */
async function settlePaid(tx: Tx, payout: Payout, execution: Execution, asOf: string): Promise<string> {
  const sources = await payoutSources(tx, payout.id);
  const settled = settlementOf(payout.amount, await quoteInForce(tx, payout), execution);
  const back = giveBack(sources, settled.back);
  const { replayed } = await postJournal(tx, paidJournal(payout, sources, back, settled, asOf));
  await noteSettlement(tx, payout.id, { usd: settled.toRail, rate: settled.settledRate, networkFee: execution.networkFee ?? null, executedAt: execution.executedAt });
  if (back.length > 0) await postJournal(tx, releasedJournal(payout, 'rest', back, asOf));
  if (back.length > 0 && !replayed) await moveExposure(tx, back, -1);
  if (!new Decimal(settled.railFee).isZero()) await postJournal(tx, feeJournal(payout, settled.railFee, asOf));
  return plain(new Decimal(payout.amount).minus(settled.back));
}
