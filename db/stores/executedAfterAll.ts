import { ATTEMPT_PROVEN_UNPAID, ATTEMPT_REOPENS } from '../../domain/payouts/states.ts';
import { Problem } from '../../domain/problem.ts';
import { type SqlSource, sqlOf, type Tx } from '../connection.ts';

/** An attempt that was taken for never to execute, and that messages of the rail book as executed all the same. */
export interface ExecutedAfterAll { payoutId: string; attemptId: string; railReference: string }

/** By payout id; payouts of which that is not so are missing. Of one that was reopened, and ended again by operators, only what was read since then counts. */
export async function executedAfterAll(source: SqlSource, payoutIds: readonly string[]): Promise<Map<string, ExecutedAfterAll>> {
  if (payoutIds.length === 0) return new Map();
  const { rows } = await sqlOf(source).query<ExecutedAfterAll>(
    `SELECT DISTINCT ON (a.payout_id) a.payout_id AS "payoutId", a.id AS "attemptId", e.rail_reference AS "railReference"
     FROM payout_attempt a JOIN payout p ON p.id = a.payout_id JOIN rail_entry e ON e.rail = p.rail AND e.idempotency_key = a.idempotency_key AND e.kind = 'executed'
     WHERE a.payout_id = ANY ($1) AND a.state = ANY ($2) AND (a.reopened_at IS NULL OR e.recorded_at > a.reopened_at) ORDER BY a.payout_id, a.no, e.id`, [payoutIds, ATTEMPT_REOPENS]);
  return new Map(rows.map((row) => [row.payoutId, row]));
}

/** An attempt of the payout that was sent and taken for never to execute, by its key; null: the key is of none. */
export async function unpaidByKey(source: SqlSource, payoutId: string, idempotencyKey: string): Promise<string | null> {
  const { rows } = await sqlOf(source).query<{ id: string }>('SELECT id FROM payout_attempt WHERE payout_id = $1 AND idempotency_key = $2 AND state = ANY ($3)', [payoutId, idempotencyKey, ATTEMPT_REOPENS]);
  return rows[0]?.id ?? null;
}

/**
 * Takes the attempt up again: unknown until the rail or operators say what became of it, and the payout as it was ordered by it, at its own quote. The payout's row is locked, and none of its
 * other attempts is open. Throws `Problem` PAYOUT_ATTEMPT_MOVE_REFUSED (409).
 */
export async function reopenAttempt(tx: Tx, payoutId: string, attemptId: string, detail: string): Promise<void> {
  const { rowCount } = await tx.client.query(
    `UPDATE payout_attempt SET state = 'unknown', open = true, closed_at = NULL, detail = $2, reopened_at = clock_timestamp() WHERE id = $1 AND state = ANY ($3)`, [attemptId, detail, ATTEMPT_REOPENS]);
  if (rowCount !== 1) throw new Problem('PAYOUT_ATTEMPT_MOVE_REFUSED', `Attempt ${attemptId} cannot be reopened from where it is.`, { status: 409, facts: { to: 'unknown' } });
  // Quoted anew since it was prepared: of the quotes the last one counts, so its own is the last again.
  await tx.client.query(
    `INSERT INTO payout_quote (payout_id, no, amount, pay_amount, pay_currency, rate, rate_source, quoted_at, valid_until, fee, fee_bearer)
     SELECT q.payout_id, l.no + 1, q.amount, q.pay_amount, q.pay_currency, q.rate, q.rate_source, q.quoted_at, q.valid_until, q.fee, q.fee_bearer
     FROM payout_attempt a
     JOIN LATERAL (SELECT * FROM payout_quote q WHERE q.payout_id = a.payout_id AND (q.no = 1 OR q.quoted_at <= a.prepared_at) ORDER BY q.no DESC LIMIT 1) q ON true
     JOIN LATERAL (SELECT max(no) AS no FROM payout_quote l WHERE l.payout_id = a.payout_id) l ON true WHERE a.id = $1 AND q.no < l.no`, [attemptId]);
  await tx.client.query(
    `UPDATE payout p SET pay_amount = q.pay_amount, pay_currency = q.pay_currency
     FROM (SELECT pay_amount, pay_currency FROM payout_quote WHERE payout_id = $1 ORDER BY no DESC LIMIT 1) q WHERE p.id = $1 AND (p.pay_amount IS DISTINCT FROM q.pay_amount OR p.pay_currency <> q.pay_currency)`, [payoutId]);
}

/** The same of all payouts of a rail, also of those whose money was given back, in messages since `since` (ISO instant), as long as no case was made of it since it was read. */
export async function executedAfterAllUntold(source: SqlSource, rail: string, since: string): Promise<(ExecutedAfterAll & { state: string })[]> {
  const { rows } = await sqlOf(source).query<ExecutedAfterAll & { state: string }>(
    `SELECT DISTINCT ON (p.id) p.id AS "payoutId", p.state, a.id AS "attemptId", e.rail_reference AS "railReference"
     FROM rail_message m JOIN rail_entry e ON e.message_id = m.id AND e.kind = 'executed' JOIN payout_attempt a ON a.idempotency_key = e.idempotency_key AND a.state = ANY ($3) JOIN payout p ON p.id = a.payout_id AND p.rail = $1
     WHERE m.rail = $1 AND m.received_at >= $2
       AND NOT EXISTS (SELECT FROM reconciliation_case c WHERE c.rail = $1 AND c.code = 'FAILED_BUT_EXECUTED' AND c.subject = p.id AND c.recorded_at > e.recorded_at) ORDER BY p.id, e.id`, [rail, since, ATTEMPT_PROVEN_UNPAID]);
  return rows;
}

/** A payout that the rail executed for more than stands here: what it was paid, less what of that came back and was posted. In the pay-out currency. */
export interface ExecutedBeyond { payoutId: string; state: string; references: string; beyond: string }

/** Paid and returned payouts of a rail of which messages since `since` (ISO instant) book another execution, as long as no case was made of it since it was read. One that came back as well is none. */
export async function executedBeyondUntold(source: SqlSource, rail: string, since: string): Promise<ExecutedBeyond[]> {
  const { rows } = await sqlOf(source).query<ExecutedBeyond>(
    `WITH told AS (SELECT a.payout_id AS id, max(e.recorded_at) AS at FROM rail_message m JOIN rail_entry e ON e.message_id = m.id AND e.kind = 'executed' AND e.same_as IS NULL JOIN payout_attempt a ON a.idempotency_key = e.idempotency_key
         WHERE m.rail = $1 AND m.received_at >= $2 GROUP BY 1),
       moved AS (
         SELECT p.id, p.state, t.at, p.pay_amount - coalesce((SELECT sum(r.amount) FROM payout_return r WHERE r.payout_id = p.id), 0) AS ours,
           sum(CASE e.kind WHEN 'executed' THEN e.amount ELSE -e.amount END) AS theirs, count(*) FILTER (WHERE e.kind = 'executed') AS times, string_agg(e.rail_reference, ', ' ORDER BY e.id) FILTER (WHERE e.kind = 'executed') AS "references"
         FROM told t JOIN payout p ON p.id = t.id AND p.rail = $1 AND p.state IN ('paid', 'returned') JOIN payout_attempt a ON a.payout_id = p.id
           JOIN rail_entry e ON e.rail = $1 AND e.idempotency_key = a.idempotency_key AND e.kind IN ('executed', 'returned') AND e.same_as IS NULL AND e.currency = p.pay_currency GROUP BY p.id, p.state, t.at)
     SELECT id AS "payoutId", state, "references", trim_scale(theirs - ours)::text AS beyond FROM moved
     WHERE times > 1 AND theirs > ours AND NOT EXISTS (SELECT FROM reconciliation_case c WHERE c.rail = $1 AND c.code = 'PAID_TWICE' AND c.subject = moved.id AND c.recorded_at > moved.at) ORDER BY id`, [rail, since]);
  return rows;
}
