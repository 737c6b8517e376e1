import { type AttemptState, attemptStatesBefore, payoutStatesBefore } from '../../domain/payouts/states.ts';
import { Problem } from '../../domain/problem.ts';
import type { SqlSource, Tx } from '../connection.ts';
import { sqlOf } from '../connection.ts';
import { getBatch, oddOneIn, type PayoutBatch } from './payoutBatches.ts';
import { clearCondition } from './railConditions.ts';

/** States of an attempt in a file that nobody was ever given: it waits, or it was given up without a word of the rail. */
const MAY: readonly AttemptState[] = ['sent', 'unknown', 'not_executed', 'abandoned'];

/** Why this file cannot be withdrawn, by its own row; null: it was provably never handed over. */
export function notWithdrawable({ id, state, sends, sentAt, withdrawnAt }: PayoutBatch): Problem | null {
  if (state === 'withdrawn') return new Problem('BATCH_WITHDRAWN', `The file ${id} was withdrawn on ${withdrawnAt}; its payouts go with other files.`, { status: 409 });
  if (state === 'assembled' && sends === 0) return null;
  return new Problem('BATCH_HANDED_OVER', `The file ${id} is ${state}, and handing it over was begun on ${sentAt}: the rail may have it, and may pay what is in it, so it cannot be withdrawn. What becomes of each payout is for the rail to say; where it never will, two operators decide with proof (POST /v1/payouts/{payoutId}/decision).`, {
    status: 409, facts: { state, sends, sentAt },
  });
}

/**
 * Takes a file back that was provably never handed over (`sends` 0: each hand-over is counted, under the row's lock that this takes, before it can begin). From the commit on nobody can hand it
 * over: its state is final. Its payouts are prepared again as they were, with the same keys and bytes, and go with the next file; one whose attempt is proven unpaid has gone on by itself and
 * stays as it is. `by` whom, `reason`, `at` (ISO instant). Answers with the file and the payouts that are prepared again.
 * Throws `Problem` BATCH_UNKNOWN (404), BATCH_WITHDRAWN, BATCH_HANDED_OVER, or RAIL_CONTRADICTS where the rail or operators have said of a payout what cannot be true of such a file (409).
 */
export async function withdrawBatch(tx: Tx, batchId: string, { by, reason, at }: { by: string; reason: string; at: string }): Promise<{ batch: PayoutBatch; payoutIds: string[] }> {
  const batch = await getBatch(tx, batchId, true);
  const refusal = notWithdrawable(batch);
  if (refusal !== null) throw refusal;
  // In the order of their ids, as everywhere; whoever decides about one of them now is waited for.
  await tx.client.query(
    'SELECT FROM payout WHERE id IN (SELECT a.payout_id FROM payout_batch_item i JOIN payout_attempt a ON a.id = i.attempt_id WHERE i.batch_id = $1) ORDER BY id FOR UPDATE', [batchId]);
  const odd = await oddOneIn(tx, batchId, MAY);
  if (odd !== null) {
    throw new Problem('RAIL_CONTRADICTS', `${odd.decided ? 'Operators have decided' : 'The rail has spoken'} about payout ${odd.payoutId} of the file ${batchId} (its attempt is ${odd.state}), although the file was never handed over: find out how before anything else is done with it.`, { status: 409, facts: { payoutId: odd.payoutId, state: odd.state } });
  }
  const detail = `FILE_WITHDRAWN: the file ${batchId} was withdrawn before it was handed over, and it goes with another: ${reason}`;
  const { rows: back } = await tx.client.query<{ payoutId: string }>(
    `UPDATE payout_attempt a SET state = 'prepared', detail = $2, sends = 0, first_sent_at = NULL, last_sent_at = NULL FROM payout_batch_item i
     WHERE i.batch_id = $1 AND a.id = i.attempt_id AND a.state = ANY ($3) RETURNING a.payout_id AS "payoutId"`, [batchId, detail, attemptStatesBefore('prepared')]);
  const payoutIds = back.map(({ payoutId }) => payoutId).sort();
  const { rowCount } = await tx.client.query(`UPDATE payout SET state = 'reserved', detail = $2 WHERE id = ANY ($1) AND state = ANY ($3)`, [payoutIds, detail, payoutStatesBefore('reserved')]);
  if (rowCount !== payoutIds.length) throw new Problem('PAYOUT_MOVE_REFUSED', `A payout of the file ${batchId} cannot become reserved from where it is.`, { status: 409, facts: { to: 'reserved' } });
  await tx.client.query('UPDATE payout_batch_item SET withdrawn_at = $2 WHERE batch_id = $1', [batchId, at]);
  await tx.client.query(`UPDATE payout_batch SET state = 'withdrawn', withdrawn_at = $2, withdrawn_by = $3, detail = $4 WHERE id = $1`, [batchId, at, by, reason]);
  // Nothing is left whose handing over could fail.
  const { rows: waiting } = await tx.client.query(`SELECT FROM payout_batch WHERE rail = $1 AND state = 'assembled' LIMIT 1`, [batch.rail]);
  if (waiting.length === 0) await clearCondition(tx, { rail: batch.rail, code: 'RAIL_HAND_OVER_FAILS', at });
  return { batch: await getBatch(tx, batchId), payoutIds };
}

/** Withdrawn files of which something may still lie at the rail. */
export async function batchesToDiscard(source: SqlSource, rail: string): Promise<string[]> {
  const { rows } = await sqlOf(source).query<{ id: string }>(`SELECT id FROM payout_batch WHERE rail = $1 AND state = 'withdrawn' AND discarded_at IS NULL ORDER BY id LIMIT 100`, [rail]);
  return rows.map(({ id }) => id);
}

/** Nothing of these lies at the rail any more; of those withdrawn after `settled` (ISO instant) a worker may still stage one. */
export async function noteDiscarded(tx: Tx, ids: readonly string[], { settled, at }: { settled: string; at: string }): Promise<void> {
  await tx.client.query('UPDATE payout_batch SET discarded_at = $2 WHERE id = ANY ($1) AND withdrawn_at <= $3', [ids, at, settled]);
}
