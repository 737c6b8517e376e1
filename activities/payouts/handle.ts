import type { SqlSource } from '../../db/connection.ts';
import type { PersonalData } from '../../db/personal/personalData.ts';
import type { Attempt, Payout } from '../../db/stores/payouts.ts';
import { withDestinations } from '../../db/stores/sealedFields.ts';
import type { AttemptHandle } from './rails/rail.ts';

/** How an attempt is named towards its rail; its destination is opened for this one call. */
export async function handleOf(personal: PersonalData, source: SqlSource, payout: Payout, attempt: Attempt): Promise<AttemptHandle> {
  const { destination } = (await withDestinations(personal, source, [payout]))[0]!;
  return {
    attemptId: attempt.id, payoutId: payout.id, idempotencyKey: attempt.idempotencyKey, railReference: attempt.railReference, facts: attempt.facts, replaced: attempt.replaced,
    amount: payout.payAmount, currency: payout.payCurrency, destination, preparedAt: attempt.preparedAt, firstSentAt: attempt.firstSentAt, lastSentAt: attempt.lastSentAt,
  };
}
