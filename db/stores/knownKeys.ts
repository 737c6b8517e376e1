import { type SqlSource, sqlOf } from '../connection.ts';

/** Those of these idempotency keys that attempts of this rail carry, each with the batch in which it left (null: in none). */
export async function knownKeys(source: SqlSource, rail: string, keys: readonly string[]): Promise<Map<string, string | null>> {
  const { rows } = await sqlOf(source).query<{ key: string; batchId: string | null }>(
    `SELECT a.idempotency_key AS key, i.batch_id AS "batchId" FROM payout_attempt a JOIN payout p ON p.id = a.payout_id LEFT JOIN payout_batch_item i ON i.attempt_id = a.id AND i.withdrawn_at IS NULL
     WHERE p.rail = $1 AND a.idempotency_key = ANY ($2)`, [rail, [...new Set(keys)]]);
  return new Map(rows.map(({ key, batchId }) => [key, batchId]));
}
