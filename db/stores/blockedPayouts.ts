import type { GateDecision } from '../../domain/verification/gate.ts';
import { coolingDown, fundingWaits, NEXT_STEPS, shownToUser } from '../../domain/verification/nextSteps.ts';
import { sum } from '../../domain/decimal.ts';
import type { Tx } from '../connection.ts';
import type { Withheld } from './exposure.ts';
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

/** Tells members of a run that was just frozen whose methods are all unconfirmed or cooling down: again only after another one was added, or for the other reason. One statement to find them. */
export async function noticesOfDestinations(tx: Tx, runId: string, at: string): Promise<void> {
  const { rows } = await tx.client.query<{ user_id: string; available: string; decision: 'destination_unconfirmed' | 'destination_cooling_down'; newest: string; until: Date | null }>(
    `SELECT m.user_id, trim_scale(m.available)::text AS available, m.decision, max(d.id) AS newest, min(d.usable_from) FILTER (WHERE d.usable_from > $2) AS until
     FROM payout_run_member m JOIN payout_method d ON d.user_id = m.user_id AND d.removed_at IS NULL
     WHERE m.run_id = $1 AND m.decision IN ('destination_unconfirmed', 'destination_cooling_down') GROUP BY m.user_id, m.available, m.decision`, [runId, at]);
  await notify(tx, rows.map(({ user_id: userId, available: amount, decision, newest, until }) => {
    const { why, nextStep } = until === null ? NEXT_STEPS[decision] : coolingDown(until.toISOString());
    return { eventId: `payout-blocked:${userId}:${decision}:${newest}`, userId, kind: 'payout_blocked' as const, at, facts: { code: decision, amount, currency: 'USD', reason: why, nextStep } };
  }));
}

/** Tells users what of their money waits for which broker: again only after that broker has paid something, or a payment bounced. */
export async function noticesOfFunding(tx: Tx, withheld: readonly Withheld[], at: string): Promise<void> {
  if (withheld.length === 0) return;
  const { rows } = await tx.client.query<{ id: string; name: string; turn: string }>(
    `SELECT b.id, b.name, (SELECT count(*) FROM broker_payment m WHERE m.broker_id = b.id) + (SELECT count(*) FROM broker_payment m JOIN broker_payment_reversal r ON r.payment_id = m.id WHERE m.broker_id = b.id) AS turn
     FROM broker b WHERE b.id = ANY ($1)`, [[...new Set(withheld.map(({ brokerId }) => brokerId))]]);
  const brokers = new Map(rows.map((row) => [row.id, row]));
  const waiting = Map.groupBy(withheld, ({ userId, brokerId }) => `${userId} ${brokerId}`);
  await notify(tx, [...waiting.values()].map((own) => {
    const { userId, brokerId } = own[0]!;
    const { name, turn } = brokers.get(brokerId)!;
    const amount = sum(own.map((one) => one.amount)).toFixed();
    const { why, nextStep } = fundingWaits(name, amount);
    return { eventId: `payout-blocked:${userId}:broker_funding:${brokerId}:${turn}`, userId, kind: 'payout_blocked' as const, at, facts: { code: 'broker_funding', brokerId, amount, currency: 'USD', reason: why, nextStep } };
  }));
}
