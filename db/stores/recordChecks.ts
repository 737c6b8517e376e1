import { type SqlSource, sqlOf, type Tx } from '../connection.ts';

/** How a rail's last check stands to now. `at`, `now`: ISO instants of the database's clock; `at` null: never checked. `incarnation`: of the database as it is now; `same`: it was checked as such. */
export interface RecordCheck { at: string | null; now: string; incarnation: string; same: boolean }

/**
 * Names this database as it is now: another one after a restore of any kind (server started anew, database or tables made anew, tables filled anew), after a failover to a replica, and after a mere
 * restart of the server, which costs one more look.
 */
const INCARNATION = `concat_ws(':', (SELECT oid FROM pg_database WHERE datname = current_database()), 'payout_attempt'::regclass::oid, pg_relation_filenode('payout_attempt'),
  extract(epoch FROM pg_postmaster_start_time()))`;

export async function readRecordCheck(source: SqlSource, rail: string): Promise<RecordCheck> {
  const { rows: [row] } = await sqlOf(source).query<{ at: Date | null; now: Date; incarnation: string; same: boolean }>(
    `SELECT c.checked_at AS at, clock_timestamp() AS now, i.incarnation, coalesce(c.incarnation = i.incarnation, false) AS same
     FROM (SELECT ${INCARNATION} AS incarnation) i LEFT JOIN rail_record_check c ON c.rail = $1`, [rail]);
  return { ...row!, at: row!.at?.toISOString() ?? null, now: row!.now.toISOString() };
}

/** The record was looked through as of `at`, by the database `incarnation`. */
export async function noteRecordCheck(tx: Tx, { rail, incarnation, at }: { rail: string; incarnation: string; at: string }): Promise<void> {
  await tx.client.query(
    `INSERT INTO rail_record_check AS c (rail, incarnation, checked_at) VALUES ($1, $2, $3)
     ON CONFLICT (rail) DO UPDATE SET incarnation = excluded.incarnation, checked_at = excluded.checked_at WHERE c.checked_at <= excluded.checked_at`, [rail, incarnation, at]);
}

/** Which of these keys, and of these references (of any of their bytes), attempts of the rail bear that were sent. */
export async function sentAmong(source: SqlSource, rail: string, keys: readonly string[], references: readonly string[]): Promise<{ keys: Set<string>; references: Set<string> }> {
  const { rows } = await sqlOf(source).query<{ key: string; reference: string | null }>(
    `WITH found AS (
       SELECT id, NULL AS reference FROM payout_attempt WHERE idempotency_key = ANY ($2)
       UNION ALL SELECT id, rail_reference FROM payout_attempt WHERE rail_reference = ANY ($3)
       UNION ALL SELECT attempt_id, rail_reference FROM payout_attempt_version WHERE rail_reference = ANY ($3))
     SELECT a.idempotency_key AS key, f.reference FROM found f JOIN payout_attempt a ON a.id = f.id JOIN payout p ON p.id = a.payout_id WHERE p.rail = $1 AND a.sends > 0`, [rail, keys, references]);
  return { keys: new Set(rows.map(({ key }) => key)), references: new Set(rows.flatMap(({ reference }) => (reference === null ? [] : [reference]))) };
}

/** Of these subjects those that were never a case LOST_PAYOUT of the rail: an operator who let the rail go on has seen the others. */
export async function neverSeenLost(tx: Tx, rail: string, subjects: readonly string[]): Promise<Set<string>> {
  const { rows } = await tx.client.query<{ subject: string }>(
    `SELECT s.subject FROM unnest($2::text[]) AS s (subject) WHERE NOT EXISTS (SELECT FROM reconciliation_case c WHERE c.rail = $1 AND c.code = 'LOST_PAYOUT' AND c.subject = s.subject)`, [rail, subjects]);
  return new Set(rows.map(({ subject }) => subject));
}

/** Of these payouts what our database says: its rail, and whether anything of it was ever sent. One that is not there is missing. */
export async function sentPayouts(source: SqlSource, ids: readonly string[]): Promise<Map<string, { rail: string; sent: boolean }>> {
  const { rows } = await sqlOf(source).query<{ id: string; rail: string; sent: boolean }>(
    'SELECT p.id, p.rail, EXISTS (SELECT FROM payout_attempt a WHERE a.payout_id = p.id AND a.sends > 0) AS sent FROM payout p WHERE p.id = ANY ($1)', [ids]);
  return new Map(rows.map(({ id, ...of }) => [id, of]));
}
