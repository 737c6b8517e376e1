import type { LastOutcome } from '../../domain/payouts/decide.ts';
import { withTransaction } from '../../db/connection.ts';
import { decisionOf } from '../../db/stores/payoutDecisions.ts';
import { type Payout, readPayout } from '../../db/stores/payouts.ts';
import { alive } from '../alive.ts';
import type { Dependencies } from '../dependencies.ts';
import { refusing } from '../failure.ts';
import { decideAndCommit, type Learnt, type PayoutNext } from './commit.ts';
import { handleOf } from './handle.ts';
import { prepareNext } from './prepare.ts';
import { replaceBytes, sendAttempt } from './send.ts';
import type { PayoutSettings } from './settings.ts';

/** `asOf`: the workflow's time when it asked for this, an ISO instant. */
export interface PayoutStepInput { payoutId: string; asOf: string }

/** The steps of one payout. Each re-reads the row under its lock and is harmless when repeated. */
export function createAttemptActivities(deps: Pick<Dependencies, 'pool' | 'client' | 'rails' | 'personal'>, { policy }: PayoutSettings) {
  const { pool, rails, personal } = deps;
  const committing = { rails, policy };
  const decide = (payoutId: string, asOf: string, learnt: Learnt | null = null): Promise<PayoutNext> =>
    withTransaction(pool, (tx) => decideAndCommit(tx, committing, payoutId, asOf, learnt));

  return {
    /** Where a payout stands and what it does next; a workflow begins with it, also after a step whose answer was lost. */
    takeUpPayout: (input: PayoutStepInput): Promise<PayoutNext> => refusing(() => decide(input.payoutId, input.asOf)),

    prepareAttempt: (input: PayoutStepInput): Promise<PayoutNext> => refusing(() => alive((signal) => prepareNext(deps, committing, input, signal))),

    submitAttempt: (input: PayoutStepInput & { sends: number; resend: boolean }): Promise<PayoutNext> => refusing(() => alive((signal) => sendAttempt(deps, committing, input, signal))),

    replaceAttempt: (input: PayoutStepInput & { sends: number }): Promise<PayoutNext> => refusing(() => alive((signal) => replaceBytes(deps, committing, input, signal))),

    /**
     * Asks the rail about the latest attempt, unless operators have decided about it with proof. `answered` false: the answer was no proof either way, look again.
     */
    lookUpAttempt: (input: PayoutStepInput): Promise<PayoutNext & { answered: boolean }> => refusing(() => alive(async (signal) => {
      const { payout, attempt } = await readPayout(pool, input.payoutId);
      if (!attempt || attempt.sends === 0) return { ...await decide(input.payoutId, input.asOf), answered: true };
      const outcome = await rails.get(payout.rail).lookUp(await handleOf(personal, pool, payout, attempt), signal);
      const next = await decide(input.payoutId, input.asOf, { attemptId: attempt.id, sends: attempt.sends, last: { from: 'look_up', outcome } });
      const answered = outcome.kind !== 'unknown' && outcome.kind !== 'not_found';
      const undecided = next.step === 'look_up_later' || next.step === 'resend_same_key' || next.step === 'replace' || next.step === 'stay_unknown';
      const decision = undecided ? await decisionFor(payout, attempt.id) : null;
      // The rail's own word comes first: an operator's counts where the rail has none. While it says that it still has the payment, nobody says that it never will be executed.
      const decided = decision?.outcome.kind === 'not_executed' && outcome.kind === 'pending' ? null : decision;
      return decided === null ? { ...next, answered } : { ...await decide(input.payoutId, input.asOf, { attemptId: attempt.id, sends: attempt.sends, last: decided }), answered: true };
    })),
  };

  async function decisionFor(payout: Payout, attemptId: string): Promise<LastOutcome | null> {
    const decision = await decisionOf(pool, attemptId);
    if (decision === null) return null;
    if (decision.outcome === 'not_executed') return { from: 'operator', outcome: { kind: 'not_executed' } };
    return { from: 'operator', outcome: { kind: 'executed', railReference: decision.reference, executedAt: decision.executedAt!, amount: payout.payAmount, currency: payout.payCurrency, fee: '0' } };
  }
}
