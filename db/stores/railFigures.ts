import { PAYOUT_SETTLED, type PayoutState } from '../../domain/payouts/states.ts';
import { type SqlSource, sqlOf } from '../connection.ts';

/** A rail's payouts whose outcome is still to come. `amount`: USD; `unknownSince`: when the oldest of those of unknown outcome was first sent, ISO instant. */
export interface OpenPayouts { byState: Partial<Record<PayoutState, { count: number; amount: string }>>; unknown: number; unknownSince: string | null }

/** By rail; none of a rail without any. */
export async function openPayoutsByRail(source: SqlSource): Promise<Map<string, OpenPayouts>> {
  const { rows } = await sqlOf(source).query<{ rail: string; state: PayoutState; count: number; amount: string; since: Date | null }>(
    `SELECT p.rail, p.state, count(*)::int AS count, sum(p.amount) AS amount,
       min((SELECT a.first_sent_at FROM payout_attempt a WHERE a.payout_id = p.id ORDER BY a.open DESC, a.no DESC LIMIT 1)) FILTER (WHERE p.state = 'unknown') AS since
     FROM payout p WHERE p.state <> ALL ($1) GROUP BY 1, 2 ORDER BY 1, 2`, [PAYOUT_SETTLED]);
  const found = new Map<string, OpenPayouts>();
  for (const { rail, state, count, amount, since } of rows) {
    const of = found.get(rail) ?? { byState: {}, unknown: 0, unknownSince: null };
    found.set(rail, { byState: { ...of.byState, [state]: { count, amount } }, unknown: state === 'unknown' ? count : of.unknown, unknownSince: since?.toISOString() ?? of.unknownSince });
  }
  return found;
}
