import type { SqlSource, Tx } from '../connection.ts';
import { sqlOf } from '../connection.ts';

/** Marks prepared attempts that could not be put into a file with which others left, since `at` (ISO instant) unless they were before. */
export async function leaveOut(tx: Tx, attemptIds: readonly string[], at: string): Promise<void> {
  await tx.client.query(`UPDATE payout_attempt SET left_out_since = $2 WHERE id = ANY ($1) AND state = 'prepared' AND left_out_since IS NULL`, [attemptIds, at]);
}

/** Payouts of a rail that are left out of its files, each with why, the longest first. */
export async function leftOutOf(source: SqlSource, rail: string): Promise<{ payoutId: string; why: string }[]> {
  const { rows } = await sqlOf(source).query<{ payoutId: string; why: string }>(
    `SELECT p.id AS "payoutId", coalesce(p.detail, '') AS why FROM payout_attempt a JOIN payout p ON p.id = a.payout_id
     WHERE a.left_out_since IS NOT NULL AND a.state = 'prepared' AND p.rail = $1 AND p.state = 'reserved' ORDER BY a.left_out_since, p.id`, [rail]);
  return rows;
}
