import type { SqlSource, Tx } from '../connection.ts';
import { sqlOf } from '../connection.ts';

/** Conditions of a rail, and in front of why on each payout that waits for it: it leaves transfers out of its files; it can make no file at all. */
export const LEFT_OUT = 'RAIL_TRANSFER_LEFT_OUT';
export const NOT_MADE = 'RAIL_FILE_NOT_MADE';

/** A prepared attempt that could not be put into a file, and why: `CODE: sentence`, without anything of its payee. */
export interface LeftOut { payoutId: string; attemptId: string; why: string }

/** Says on payouts that are still prepared why they wait. */
export async function noteWhy(tx: Tx, waiting: readonly LeftOut[]): Promise<void> {
  await tx.client.query(
    `UPDATE payout p SET detail = CASE WHEN a.left_out_since IS NULL THEN '${NOT_MADE}: ' ELSE '${LEFT_OUT}: it cannot be put into a file, and is tried again with each: ' END || w.why
     FROM unnest($1::text[], $2::text[], $3::text[]) AS w(id, attempt_id, why), payout_attempt a WHERE p.id = w.id AND p.state = 'reserved' AND a.id = w.attempt_id AND a.state = 'prepared'`,
    [waiting.map(({ payoutId }) => payoutId), waiting.map(({ attemptId }) => attemptId), waiting.map(({ why }) => why)]);
}

/** The same of those that could not be put into a file although others could: left out since `at` (ISO instant), unless they were before. */
export async function leaveOut(tx: Tx, waiting: readonly LeftOut[], at: string): Promise<void> {
  await tx.client.query(`UPDATE payout_attempt SET left_out_since = $2 WHERE id = ANY ($1) AND state = 'prepared' AND left_out_since IS NULL`, [waiting.map(({ attemptId }) => attemptId), at]);
  await noteWhy(tx, waiting);
}

/** Payouts of a rail that are left out of its files, each with why, the longest first. */
export async function leftOutOf(source: SqlSource, rail: string): Promise<{ payoutId: string; why: string }[]> {
  const { rows } = await sqlOf(source).query<{ payoutId: string; why: string }>(
    `SELECT p.id AS "payoutId", coalesce(p.detail, '') AS why FROM payout_attempt a JOIN payout p ON p.id = a.payout_id
     WHERE a.left_out_since IS NOT NULL AND a.state = 'prepared' AND p.rail = $1 AND p.state = 'reserved' ORDER BY a.left_out_since, p.id`, [rail]);
  return rows;
}
