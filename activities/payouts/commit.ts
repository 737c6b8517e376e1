import { Decimal } from '../../domain/decimal.ts';
import { type AttemptFacts, type Decision, type LastOutcome, nextStep, type PayoutPolicy, type Step } from '../../domain/payouts/decide.ts';
import { type AvailableBalance, giveBack } from '../../domain/payouts/plan.ts';
import type { PayoutState } from '../../domain/payouts/states.ts';
import type { Tx } from '../../db/connection.ts';
import { moveExposure } from '../../db/stores/exposure.ts';
import type { AccountRef } from '../../db/ledger/accounts.ts';
import { type JournalDraft, postJournal } from '../../db/ledger/journals.ts';
import { notify } from '../../db/stores/notifications.ts';
import { type Attempt, countLook, moveAttempt, movePayout, noteOnPayout, type Payout, payoutSources, readPayout } from '../../db/stores/payouts.ts';
import type { RailRegistry } from './rails/registry.ts';

/** What the workflow does next. `sends`: of the latest attempt, so that a send is asked for once. */
export interface PayoutNext {
  step: Exclude<Step, 'settle_paid' | 'release_failed' | 'return'>;
  afterSeconds: number;
  state: PayoutState;
  attempts: number;
  sends: number;
  why: string;
}

export interface Committing { rails: RailRegistry; policy: PayoutPolicy }

/**
 * Decides under the payout's row lock from the stored states and what was just learnt, and commits the new states together
 * with what they post. What was learnt of an attempt that is no longer the latest one is dropped. Safe to repeat: a move
 * that was made before is not there to be made again.
 */
export async function decideAndCommit(tx: Tx, { rails, policy }: Committing, payoutId: string, asOf: string, learnt: { attemptId: string; last: LastOutcome } | null): Promise<PayoutNext> {
  let { payout, attempt } = await readPayout(tx, payoutId, true);
  const last = learnt !== null && learnt.attemptId === attempt?.id ? learnt.last : null;
  if (last?.from === 'look_up' && attempt) {
    await countLook(tx, attempt.id);
    attempt = { ...attempt, looks: attempt.looks + 1 };
  }
  const { guarantees } = rails.get(payout.rail);
  for (;;) {
    const decision = nextStep({ payout: payout.state, attempt: attempt && factsOf(payout, attempt), last, guarantees, policy, asOf });
    const posts = decision.step === 'settle_paid' || decision.step === 'release_failed' || decision.step === 'return';
    await commitStates(tx, payout, attempt, decision, last, asOf);
    if (!posts) {
      // Deferred: the send that was counted did not happen.
      const sends = decision.attempt === 'prepared' ? 0 : attempt?.sends ?? 0;
      return { step: decision.step as PayoutNext['step'], afterSeconds: decision.afterSeconds, state: decision.payout, attempts: attempt?.no ?? 0, sends, why: decision.why };
    }
    await post(tx, payout, decision, last, asOf);
    // Asked again with the same outcome: a payment that was executed and returned posts both.
    ({ payout, attempt } = await readPayout(tx, payoutId, true));
  }
}

export function factsOf(payout: Payout, attempt: Attempt): AttemptFacts {
  return {
    state: attempt.state, number: attempt.no, amount: payout.amount, currency: payout.currency, sends: attempt.sends, firstSentAt: attempt.firstSentAt,
    lastSentAt: attempt.lastSentAt, acceptedAt: attempt.acceptedAt, expiresAt: attempt.expiresAt, looks: attempt.looks,
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
  const kind = decision.step === 'settle_paid' ? 'paid' : decision.step === 'release_failed' ? 'released' : 'returned';
  const outcome = last?.outcome;
  const back = outcome?.kind === 'returned' ? outcome.returnedAmount : payout.amount;
  // Where the way back cost everything, the payout is returned and no money moves.
  if (kind !== 'returned' || !new Decimal(back).isZero()) await settle(tx, payout, kind, back, asOf);
  await notify(tx, [{
    eventId: `payout:${payout.id}:${kind}`, userId: payout.userId, kind: kind === 'released' ? 'payout_failed' : `payout_${kind}`, at: asOf,
    facts: { payoutId: payout.id, amount: kind === 'returned' ? back : payout.amount, currency: payout.currency, reason: decision.why },
  }]);
}

/** Posts the settlement; what goes back to the user no longer counts as paid before the broker has paid us. */
export async function settle(tx: Tx, payout: Pick<Payout, 'id' | 'userId' | 'rail'>, kind: 'paid' | 'released' | 'returned', amount: string, asOf: string): Promise<void> {
  const sources = giveBack(await payoutSources(tx, payout.id), amount);
  const { replayed } = await postJournal(tx, settlementJournal(payout, kind, sources, asOf));
  if (kind !== 'paid' && !replayed) await moveExposure(tx, sources, -1);
}

/**
 * The journal that settles a payout: paid (reserved → rail clearing), released (reserved → available) or returned (rail
 * clearing → available). Of a return only what came back is given back; what the way back cost stays with the rail.
 */
function settlementJournal(payout: Pick<Payout, 'id' | 'userId' | 'rail'>, kind: 'paid' | 'released' | 'returned', sources: readonly AvailableBalance[], asOf: string): JournalDraft {
  const clearing = { kind: 'rail_clearing', rail: payout.rail } as const;
  return {
    key: `payout:${payout.id}:${kind}`, kind: `payout_${kind}`, effectiveAt: asOf, cause: { type: 'payout', id: payout.id },
    postings: sources.flatMap(({ brokerId, programme, amount: part }): JournalDraft['postings'] => {
      const own = { userId: payout.userId, brokerId, programme };
      const [from, to]: [AccountRef, AccountRef] = kind === 'paid' ? [{ kind: 'reserved', ...own }, clearing]
        : kind === 'released' ? [{ kind: 'reserved', ...own }, { kind: 'available', ...own }] : [clearing, { kind: 'available', ...own }];
      return [{ account: from, amount: `-${part}` }, { account: to, amount: part }];
    }),
  };
}
