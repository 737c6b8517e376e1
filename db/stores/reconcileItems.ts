import type { Pool } from 'pg';
import type { OwnAttempt, OwnItem } from '../../domain/payouts/reconcile/items.ts';
import { sum } from '../../domain/decimal.ts';
import { withTransaction } from '../connection.ts';

type AttemptRow = OwnAttempt & { payoutId: string };

/** All that we say of a rail's payouts, attempts and clearing account, as of one instant. `ledgerTotal`: USD by journals about payments; what statements moved on to cash is left out. */
export function ownItems(pool: Pool, rail: string): Promise<{ payouts: OwnItem[]; ledgerTotal: string }> {
  return withTransaction(pool, async ({ client }) => {
    const { rows: payouts } = await client.query<Omit<OwnItem, 'posted' | 'attempts'>>(
      `SELECT id, state, amount, coalesce(pay_amount, amount) AS "payAmount", pay_currency AS "payCurrency", settled_usd AS "settledUsd" FROM payout WHERE rail = $1 ORDER BY id`, [rail]);
    const { rows: attempts } = await client.query<AttemptRow>(
      `SELECT a.id, a.payout_id AS "payoutId", a.idempotency_key AS "idempotencyKey", a.state, a.sends, a.looks, a.detail,
         array_remove(a.rail_reference || array(SELECT v.rail_reference FROM payout_attempt_version v WHERE v.attempt_id = a.id ORDER BY v.no), NULL) AS "references"
       FROM payout_attempt a JOIN payout p ON p.id = a.payout_id WHERE p.rail = $1 ORDER BY a.payout_id, a.no`, [rail]);
    const { rows: posted } = await client.query<{ type: string; id: string; amount: string }>(
      `SELECT j.cause_type AS type, j.cause_id AS id, sum(p.amount) AS amount FROM ledger_account a JOIN posting p ON p.account_id = a.id JOIN journal j ON j.id = p.journal_id
       WHERE a.kind = 'rail_clearing' AND a.rail = $1 AND j.kind <> 'rail_settled' GROUP BY 1, 2`, [rail]);
    const ofPayout = new Map(posted.filter(({ type }) => type === 'payout').map(({ id, amount }) => [id, amount]));
    const byPayout = Map.groupBy(attempts, ({ payoutId }) => payoutId);
    return {
      payouts: payouts.map((payout) => ({ ...payout, posted: ofPayout.get(payout.id) ?? '0', attempts: (byPayout.get(payout.id) ?? []).map(({ payoutId: _, ...attempt }) => attempt) })),
      ledgerTotal: sum(posted.map(({ amount }) => amount)).toFixed(),
    };
  }, { isolation: 'repeatable read' });
}
