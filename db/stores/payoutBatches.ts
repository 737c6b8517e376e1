import { ATTEMPT_PROVEN_UNPAID, type AttemptState } from '../../domain/payouts/states.ts';
import { Problem } from '../../domain/problem.ts';
import type { SqlSource, Tx } from '../connection.ts';
import { sqlOf } from '../connection.ts';

export const BATCH_STATES = ['assembled', 'sent', 'accepted', 'rejected', 'unknown', 'withdrawn'] as const;
/** `assembled`: committed, and not settled whether it was handed over. `withdrawn`: it never was, and never will be. */
export type BatchState = (typeof BATCH_STATES)[number];

/** A file of attempts that leave together. `bytes`: what of it belongs to no attempt (activities/payouts/batchBytes.ts). ISO instants, `day` YYYY-MM-DD. */
export interface PayoutBatch {
  id: string; rail: string; currency: string; day: string; items: number; controlSum: string; state: BatchState; requestHash: string; bytes: Buffer; railReference: string | null;
  facts: Record<string, string>; detail: string | null; assembledAt: string; sends: number; sentAt: string | null; staged: string | null;
  withdrawnAt: string | null; withdrawnBy: string | null;
}

/**
 * Payouts of a rail whose latest attempt is prepared and may leave, locked (payout first, as everywhere) and all in one currency, that of the first; what others hold is theirs. In the
 * order of their ids, but those that were left out of an earlier file after all others and by themselves. `except`: payouts that this turn has looked at already.
 */
export async function lockPrepared(tx: Tx, rail: string, most: number, except: readonly string[] = []): Promise<string[]> {
  const { rows } = await tx.client.query<{ id: string; currency: string; leftOut: boolean }>(
    `SELECT p.id, p.pay_currency AS currency, a.left_out_since IS NOT NULL AS "leftOut" FROM payout p JOIN payout_attempt a ON a.payout_id = p.id AND a.state = 'prepared'
     WHERE p.rail = $1 AND p.state = 'reserved' AND p.id <> ALL ($3) ORDER BY "leftOut", p.id LIMIT $2 FOR UPDATE OF p SKIP LOCKED`, [rail, most, except]);
  return rows.filter(({ currency, leftOut }) => currency === rows[0]?.currency && leftOut === rows[0].leftOut).map(({ id }) => id);
}

type NewBatch = Omit<PayoutBatch, 'state' | 'detail' | 'sends' | 'sentAt' | 'staged' | 'items' | 'withdrawnAt' | 'withdrawnBy'>;

/** Commits a file before anything of it leaves. The table refuses an attempt that is in another already, unless that one was withdrawn. */
export async function insertBatch(tx: Tx, batch: NewBatch, attemptIds: readonly string[]): Promise<void> {
  await tx.client.query(
    `INSERT INTO payout_batch (id, rail, currency, day, items, control_sum, state, request_hash, request_bytes, rail_reference, facts, assembled_at) VALUES ($1, $2, $3, $4, $5, $6, 'assembled', $7, $8, $9, $10, $11)`,
    [batch.id, batch.rail, batch.currency, batch.day, attemptIds.length, batch.controlSum, batch.requestHash, batch.bytes, batch.railReference, JSON.stringify(batch.facts), batch.assembledAt]);
  await tx.client.query('INSERT INTO payout_batch_item (batch_id, attempt_id, no) SELECT $1, id, no FROM unnest($2::text[]) WITH ORDINALITY AS i(id, no)', [batch.id, attemptIds]);
  await tx.client.query('UPDATE payout_attempt SET left_out_since = NULL WHERE id = ANY ($1) AND left_out_since IS NOT NULL', [attemptIds]);
}

type Row = Omit<PayoutBatch, 'assembledAt' | 'sentAt' | 'withdrawnAt'> & { assembledAt: Date; sentAt: Date | null; withdrawnAt: Date | null };
const BATCH = `id, rail, currency, to_char(day, 'YYYY-MM-DD') AS day, items, control_sum AS "controlSum", state, request_hash AS "requestHash", request_bytes AS bytes, rail_reference AS "railReference", facts, detail,
  assembled_at AS "assembledAt", sends, sent_at AS "sentAt", staged, withdrawn_at AS "withdrawnAt", withdrawn_by AS "withdrawnBy"`;
const shown = (row: Row): PayoutBatch => ({ ...row, assembledAt: row.assembledAt.toISOString(), sentAt: row.sentAt?.toISOString() ?? null, withdrawnAt: row.withdrawnAt?.toISOString() ?? null });

/** `lock` keeps its row until the transaction ends. */
export async function readBatch(source: SqlSource, id: string, lock = false): Promise<PayoutBatch | null> {
  const { rows } = await sqlOf(source).query<Row>(`SELECT ${BATCH} FROM payout_batch WHERE id = $1${lock ? ' FOR UPDATE' : ''}`, [id]);
  return rows[0] === undefined ? null : shown(rows[0]);
}

/** Throws `Problem` BATCH_UNKNOWN (404). */
export async function getBatch(source: SqlSource, id: string, lock = false): Promise<PayoutBatch> {
  const batch = await readBatch(source, id, lock);
  if (batch === null) throw new Problem('BATCH_UNKNOWN', `There is no payout file "${id}".`, { status: 404 });
  return batch;
}

/** Files, the newest first; `before`: the last one that was shown. */
export async function listBatches(source: SqlSource, { rail, state }: { rail?: string; state?: BatchState }, { before, limit }: { before: string | null; limit: number }): Promise<PayoutBatch[]> {
  const { rows } = await sqlOf(source).query<Row>(
    `SELECT ${BATCH} FROM payout_batch WHERE ($1::text IS NULL OR rail = $1) AND ($2::text IS NULL OR state = $2) AND ($3::text IS NULL OR id < $3) ORDER BY id DESC LIMIT $4`, [rail ?? null, state ?? null, before, limit]);
  return rows.map(shown);
}

/** Files that are committed and of which it is not settled that they were handed over, the oldest first. */
export async function batchesToHandOver(source: SqlSource, rail: string): Promise<string[]> {
  const { rows } = await sqlOf(source).query<{ id: string }>(`SELECT id FROM payout_batch WHERE rail = $1 AND state = 'assembled' ORDER BY id`, [rail]);
  return rows.map(({ id }) => id);
}

/** What is in a file, in its order. */
export async function batchItems(source: SqlSource, batchId: string): Promise<{ attemptId: string; payoutId: string; userId: string; bytes: Buffer }[]> {
  const { rows } = await sqlOf(source).query<{ attemptId: string; payoutId: string; userId: string; bytes: Buffer }>(
    `SELECT i.attempt_id AS "attemptId", a.payout_id AS "payoutId", p.user_id AS "userId", a.request_bytes AS bytes
     FROM payout_batch_item i JOIN payout_attempt a ON a.id = i.attempt_id JOIN payout p ON p.id = a.payout_id WHERE i.batch_id = $1 ORDER BY i.no`, [batchId]);
  return rows;
}

/** The first payout of a file whose attempt was taken for never to execute; another attempt may pay it. Null: there is none. */
export async function provenUnpaidIn(tx: Tx, batchId: string): Promise<string | null> {
  const { rows } = await tx.client.query<{ payoutId: string }>(
    'SELECT a.payout_id AS "payoutId" FROM payout_batch_item i JOIN payout_attempt a ON a.id = i.attempt_id WHERE i.batch_id = $1 AND a.state = ANY ($2) ORDER BY i.no LIMIT 1', [batchId, ATTEMPT_PROVEN_UNPAID]);
  return rows[0]?.payoutId ?? null;
}

/**
 * A payout of a file that was never handed over whose attempt is in none of the states `may`, or about which operators have decided although it still waits for its file: such a file is
 * neither handed over nor withdrawn. Null: there is none.
 */
export async function oddOneIn(tx: Tx, batchId: string, may: readonly AttemptState[]): Promise<{ payoutId: string; state: AttemptState; decided: boolean } | null> {
  const { rows } = await tx.client.query<{ payoutId: string; state: AttemptState; decided: boolean }>(
    `SELECT a.payout_id AS "payoutId", a.state, d.attempt_id IS NOT NULL AS decided FROM payout_batch_item i JOIN payout_attempt a ON a.id = i.attempt_id
     LEFT JOIN payout_decision d ON d.attempt_id = a.id AND a.state IN ('sent', 'unknown')
     WHERE i.batch_id = $1 AND (a.state <> ALL ($2) OR d.attempt_id IS NOT NULL) ORDER BY i.no LIMIT 1`, [batchId, may]);
  return rows[0] ?? null;
}

/** In which file an attempt leaves or left; null: in none yet, or that one was withdrawn. */
export async function fileOf(source: SqlSource, attemptId: string): Promise<Pick<PayoutBatch, 'id' | 'state' | 'sends' | 'sentAt'> | null> {
  const { rows } = await sqlOf(source).query<{ id: string; state: BatchState; sends: number; sentAt: Date | null }>(
    'SELECT b.id, b.state, b.sends, b.sent_at AS "sentAt" FROM payout_batch_item i JOIN payout_batch b ON b.id = i.batch_id WHERE i.attempt_id = $1 AND i.withdrawn_at IS NULL', [attemptId]);
  return rows[0] === undefined ? null : { ...rows[0], sentAt: rows[0].sentAt?.toISOString() ?? null };
}

/** Of these payouts those whose attempt is in a file of which it is not settled that it was handed over, and whether that was begun (`in_doubt`). */
export async function notHandedOver(source: SqlSource, payoutIds: readonly string[]): Promise<Map<string, 'waits' | 'in_doubt'>> {
  const { rows } = await sqlOf(source).query<{ payoutId: string; sends: number }>(
    `SELECT a.payout_id AS "payoutId", b.sends FROM payout_attempt a JOIN payout_batch_item i ON i.attempt_id = a.id AND i.withdrawn_at IS NULL JOIN payout_batch b ON b.id = i.batch_id
     WHERE a.payout_id = ANY ($1) AND a.open AND a.state IN ('sent', 'unknown') AND b.state = 'assembled'`, [payoutIds]);
  return new Map(rows.map(({ payoutId, sends }) => [payoutId, sends === 0 ? 'waits' : 'in_doubt']));
}

/** Counts a hand-over before it begins; the first keeps under which name the file was staged. */
export async function countHandOver(tx: Tx, id: string, { staged, at }: { staged: string | null; at: string }): Promise<void> {
  await tx.client.query(`UPDATE payout_batch SET sends = sends + 1, sent_at = coalesce(sent_at, $3), staged = coalesce(staged, $2) WHERE id = $1 AND state = 'assembled'`, [id, staged, at]);
}

/** The only hand-over that was ever counted has certainly not happened: the file is as it was before. What it had staged is nobody's. Counted by somebody else since, it stays counted. */
export async function uncountHandOver(tx: Tx, id: string, staged: string): Promise<void> {
  await tx.client.query(`UPDATE payout_batch SET sends = 0, sent_at = NULL, staged = NULL WHERE id = $1 AND state = 'assembled' AND sends = 1 AND staged = $2`, [id, staged]);
}

/** One guarded move; false where it was made before. */
export async function moveBatch(tx: Tx, id: string, from: readonly BatchState[], to: BatchState, set: { detail: string; railReference?: string | null }): Promise<boolean> {
  const { rowCount } = await tx.client.query('UPDATE payout_batch SET state = $2, detail = $3, rail_reference = coalesce($4, rail_reference) WHERE id = $1 AND state = ANY ($5)', [id, to, set.detail, set.railReference ?? null, from]);
  return rowCount === 1;
}

/** Why a file waits. */
export async function noteOnBatch(tx: Tx, id: string, detail: string): Promise<void> {
  await tx.client.query(`UPDATE payout_batch SET detail = $2 WHERE id = $1 AND state = 'assembled' AND detail IS DISTINCT FROM $2`, [id, detail]);
}

/** Marks files of which the rail has spoken: rejected as a whole, or taken. That it saw a file before (DUPL, AM05) says neither. */
export async function settleBatches(tx: Tx, rail: string): Promise<void> {
  await tx.client.query(
    `UPDATE payout_batch b SET state = told.state, detail = told.detail FROM (
       SELECT e.batch_id, CASE WHEN NOT bool_or(e.kind IN ('accepted', 'executed', 'returned')) AND bool_or(e.kind = 'rejected' AND e.idempotency_key IS NULL) THEN 'rejected' ELSE 'accepted' END AS state,
         (array_agg(concat_ws(': ', e.code, e.reason) ORDER BY e.id DESC))[1] AS detail
       FROM rail_entry e WHERE e.rail = $1 AND e.batch_id IN (SELECT id FROM payout_batch WHERE rail = $1 AND state IN ('sent', 'unknown')) AND e.code NOT IN ('DUPL', 'AM05', 'DU01', 'DU02', 'DU03', 'DU04', 'DU05', 'RF01') GROUP BY e.batch_id) AS told
     WHERE b.id = told.batch_id`, [rail]);
}
