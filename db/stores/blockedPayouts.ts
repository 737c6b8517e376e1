import type { GateDecision } from '../../domain/verification/gate.ts';
import { NEXT_STEPS, shownToUser } from '../../domain/verification/nextSteps.ts';
import { sum } from '../../domain/decimal.ts';
import type { Tx } from '../connection.ts';
import { notify } from './notifications.ts';

/** What the user is told in another way: he is asked for it. */
const ASKED: readonly GateDecision[] = ['verification_missing', 'ownership_missing'];

export interface Blocked { userId: string; blockedBy: readonly GateDecision[]; balances: readonly { amount: string }[] }

/** Tells each of these users once why he is not paid: again only for another reason or after his profile was changed. */
export async function noticesOfBlocked(tx: Tx, blocked: readonly Blocked[], at: string): Promise<void> {
  const told = blocked.flatMap(({ userId, blockedBy, balances }) => {
    const reason = blockedBy.find((code) => !ASKED.includes(code));
    return reason === undefined ? [] : [{ userId, reason: shownToUser(reason), amount: sum(balances.map((balance) => balance.amount)).toFixed() }];
  });
  if (told.length === 0) return;
  const { rows } = await tx.client.query<{ user_id: string; version: number }>('SELECT user_id, version FROM user_profile WHERE user_id = ANY ($1)', [told.map(({ userId }) => userId)]);
  const versions = new Map(rows.map((row) => [row.user_id, row.version]));
  await notify(tx, told.map(({ userId, reason, amount }) => ({
    eventId: `payout-blocked:${userId}:${reason}:${versions.get(userId) ?? 0}`, userId, kind: 'payout_blocked', at,
    facts: { code: reason, amount, currency: 'USD', reason: NEXT_STEPS[reason].why, nextStep: NEXT_STEPS[reason].nextStep },
  })));
}
