import { maySend } from '../../domain/payouts/decide.ts';
import type { SubmitOutcome } from '../../domain/payouts/outcomes.ts';
import { newId } from '../../domain/ids.ts';
import { NEXT_STEPS, shownToUser } from '../../domain/verification/nextSteps.ts';
import { Problem } from '../../domain/problem.ts';
import { withTransaction } from '../../db/connection.ts';
import { notify } from '../../db/stores/notifications.ts';
import { blockedSince } from '../../db/stores/payoutBlocked.ts';
import { type Attempt, insertAttempt, markSent, movePayout, readPayout } from '../../db/stores/payouts.ts';
import { openBytes, sealBytes, withDestinations } from '../../db/stores/sealedFields.ts';
import { alive } from '../alive.ts';
import type { Dependencies } from '../dependencies.ts';
import { refusing } from '../failure.ts';
import { decideAndCommit, factsOf, type PayoutNext, settle } from './commit.ts';
import type { PreparedAttempt } from './rails/rail.ts';
import { SEND_DEADLINE_MS, SEND_WITHIN_SECONDS, type PayoutSettings } from './settings.ts';

/** `asOf`: the workflow's time when it asked for this, an ISO instant. */
export interface PayoutStepInput { payoutId: string; asOf: string }

/** The steps of one payout. Each re-reads the row under its lock and is harmless when repeated. */
export function createAttemptActivities(deps: Pick<Dependencies, 'pool' | 'rails' | 'personal'>, { policy }: PayoutSettings) {
  const { pool, rails, personal } = deps;
  const committing = { rails, policy };
  const decide = (payoutId: string, asOf: string): Promise<PayoutNext> => withTransaction(pool, (tx) => decideAndCommit(tx, committing, payoutId, asOf, null));

  return {
    /** Where a payout stands and what it does next; a workflow begins with it, also after a step whose answer was lost. */
    takeUpPayout: (input: PayoutStepInput): Promise<PayoutNext> => refusing(() => decide(input.payoutId, input.asOf)),

    /**
     * Commits the next attempt's key, hash and bytes. Nothing is sent. Whoever must not be paid any more since it was planned (suspended, found
     * in a list, his data changed) gets the money back instead: a rail that was away, or a retry, can lie days after the planning.
     */
    prepareAttempt: (input: PayoutStepInput): Promise<PayoutNext> => refusing(async () => {
      const { payout, attempt } = await readPayout(pool, input.payoutId);
      const no = (attempt?.no ?? 0) + 1;
      // From the payout's id and the attempt's number alone: whoever prepares attempt n again gets the same key.
      const idempotencyKey = `${payout.id}-${no}`;
      const rail = rails.get(payout.rail);
      const attemptId = newId('payoutAttempt');
      const destination = (await withDestinations(personal, pool, [payout]))[0]!.destination;
      let prepared: PreparedAttempt | Problem;
      try {
        prepared = await rail.prepare({ payoutId: payout.id, attemptId, idempotencyKey, amount: payout.amount, currency: payout.currency, destination, asOf: input.asOf });
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        prepared = error;
      }
      return withTransaction(pool, async (tx) => {
        const next = await decideAndCommit(tx, committing, payout.id, input.asOf, null);
        if (next.step !== 'new_attempt' || next.attempts !== no - 1) return next;
        const blocked = await blockedSince(tx, payout.id, input.asOf);
        if (blocked !== null) prepared = new Problem('PAYOUT_BLOCKED', NEXT_STEPS[shownToUser(blocked)].why, { status: 409 });
        if (prepared instanceof Problem) {
          // Certain that nothing left: the rail's adapter itself says that this cannot be ordered, or the user must not be paid any more.
          await settle(tx, payout, 'released', payout.amount, input.asOf);
          const why = `${prepared.code}: ${prepared.message}`;
          await movePayout(tx, payout.id, 'failed', { detail: why, railReference: null, settledAt: input.asOf });
          await notify(tx, [{ eventId: `payout:${payout.id}:released`, userId: payout.userId, kind: 'payout_failed', facts: { payoutId: payout.id, amount: payout.amount, currency: payout.currency, reason: why }, at: input.asOf }]);
        } else {
          // The hash is of what goes over the wire; what is kept of it can be read only while the user's key is there.
          await insertAttempt(tx, { id: attemptId, payoutId: payout.id, no, idempotencyKey, ...prepared, bytes: await sealBytes(personal, tx, payout.userId, prepared.bytes), preparedAt: input.asOf });
        }
        return decideAndCommit(tx, committing, payout.id, input.asOf, null);
      });
    }),

    /**
     * Sends the latest attempt's committed bytes once. `sends` is how often they had been sent when this was asked for: a
     * send that was counted meanwhile is not repeated. `resend` allows the same key again where the rail honours it.
     */
    submitAttempt: (input: PayoutStepInput & { sends: number; resend: boolean }): Promise<PayoutNext> => refusing(() => alive(async (signal) => {
      const started = performance.now();
      const latest = new Date(Date.parse(input.asOf) + SEND_WITHIN_SECONDS * 1000).toISOString();
      const attempt = await withTransaction(pool, async (tx): Promise<Attempt | null> => {
        const { payout, attempt } = await readPayout(tx, input.payoutId, true);
        if (!attempt || attempt.sends !== input.sends || attempt.state !== (input.resend ? 'unknown' : 'prepared')) return null;
        if (!maySend(factsOf(payout, attempt), rails.get(payout.rail).guarantees, input.asOf)) return null;
        const bytes = await openBytes(personal, tx, payout.userId, attempt.bytes);
        // Erasing waits for the end of every payout, so this is never reached; should it be, nothing was sent by it.
        if (bytes === null) throw new Problem('ATTEMPT_UNREADABLE', `The bytes of attempt ${attempt.id} cannot be read any more.`, { status: 409 });
        await markSent(tx, attempt.id, input.asOf, latest);
        if (payout.state === 'reserved') await movePayout(tx, payout.id, 'submitting', { detail: `attempt ${attempt.no} is being sent`, railReference: null, settledAt: null });
        return { ...attempt, bytes };
      });
      if (!attempt) return decide(input.payoutId, input.asOf);
      const { payout } = await readPayout(pool, input.payoutId);
      const outcome: SubmitOutcome = performance.now() - started > SEND_DEADLINE_MS
        ? { kind: 'deferred', code: 'NOT_SENT_IN_TIME', reason: 'the worker was held up before sending', retryAfterSeconds: 1 }
        : await rails.get(payout.rail).submit(attempt, signal);
      return withTransaction(pool, (tx) => decideAndCommit(tx, committing, input.payoutId, input.asOf, { attemptId: attempt.id, last: { from: 'submit', outcome } }));
    })),

    /** Asks the rail about the latest attempt. `answered` false: the answer was no proof either way, look again. */
    lookUpAttempt: (input: PayoutStepInput): Promise<PayoutNext & { answered: boolean }> => refusing(() => alive(async (signal) => {
      const { payout, attempt } = await readPayout(pool, input.payoutId);
      if (!attempt || attempt.sends === 0) return { ...await decide(input.payoutId, input.asOf), answered: true };
      const outcome = await rails.get(payout.rail).lookUp(attempt, signal);
      const next = await withTransaction(pool, (tx) => decideAndCommit(tx, committing, input.payoutId, input.asOf, { attemptId: attempt.id, last: { from: 'look_up', outcome } }));
      return { ...next, answered: outcome.kind !== 'unknown' && outcome.kind !== 'not_found' };
    })),
  };
}
