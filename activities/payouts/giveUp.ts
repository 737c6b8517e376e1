import { NEXT_STEPS, shownToUser } from '../../domain/verification/nextSteps.ts';
import type { Tx } from '../../db/connection.ts';
import { notify } from '../../db/stores/notifications.ts';
import type { blockedSince } from '../../db/stores/payoutBlocked.ts';
import { type Attempt, moveAttempt, movePayout, type Payout } from '../../db/stores/payouts.ts';
import { release } from './commit.ts';

/** Whoever must not be paid any more gets the money of an attempt that is prepared, and of which nothing has left, back; he is told why. */
export async function giveUpPrepared(tx: Tx, payout: Payout, attempt: Attempt, blocked: NonNullable<Awaited<ReturnType<typeof blockedSince>>>, asOf: string): Promise<void> {
  const why = `PAYOUT_BLOCKED: ${NEXT_STEPS[shownToUser(blocked)].why}`;
  await moveAttempt(tx, attempt.id, 'abandoned', { detail: why, railReference: null, at: asOf });
  await release(tx, payout, asOf);
  await movePayout(tx, payout.id, 'failed', { detail: why, railReference: null, settledAt: asOf });
  await notify(tx, [{ eventId: `payout:${payout.id}:released`, userId: payout.userId, kind: 'payout_failed', facts: { payoutId: payout.id, amount: payout.amount, currency: payout.currency, reason: why }, at: asOf }]);
}
