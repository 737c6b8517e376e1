import { Problem } from '../../domain/problem.ts';
import { NEXT_STEPS, shownToUser } from '../../domain/verification/nextSteps.ts';
import type { Tx } from '../../db/connection.ts';
import { notify } from '../../db/stores/notifications.ts';
import type { Blocked } from '../../db/stores/payoutBlocked.ts';
import { type Attempt, moveAttempt, movePayout, type Payout } from '../../db/stores/payouts.ts';
import { release } from './commit.ts';

/** Whoever must not be paid any more gets the money of an attempt that is prepared, and of which nothing has left, back; he is told why. */
export async function giveUpPrepared(tx: Tx, payout: Payout, attempt: Attempt, blocked: Blocked, asOf: string): Promise<void> {
  const problem = new Problem('PAYOUT_BLOCKED', NEXT_STEPS[shownToUser(blocked)].why, { status: 409 });
  await moveAttempt(tx, attempt.id, 'abandoned', { detail: `${problem.code}: ${problem.message}`, railReference: null, at: asOf });
  await giveUp(tx, payout, problem, asOf);
}

/** The money of a payout of which nothing can leave goes back, and the user is told why. */
export async function giveUp(tx: Tx, payout: Payout, { code, message }: Problem, asOf: string): Promise<void> {
  const why = `${code}: ${message}`;
  await release(tx, payout, asOf);
  await movePayout(tx, payout.id, 'failed', { detail: why, railReference: null, settledAt: asOf });
  await notify(tx, [{ eventId: `payout:${payout.id}:released`, userId: payout.userId, kind: 'payout_failed', facts: { payoutId: payout.id, amount: payout.amount, currency: payout.currency, reason: why }, at: asOf }]);
}
