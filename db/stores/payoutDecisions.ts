import { newId } from '../../domain/ids.ts';
import { Problem } from '../../domain/problem.ts';
import { type SqlSource, sqlOf, type Tx } from '../connection.ts';
import { fileOf } from './payoutBatches.ts';

/** What an operator decided about an attempt with proof, and who agreed (null: no second operator was asked). ISO instants. */
export interface PayoutDecision {
  id: string; payoutId: string; attemptId: string; outcome: 'executed' | 'not_executed';
  /** The rail's name for the payment, or of the statement that proves that there is none. */
  reference: string;
  /** Of an executed one. */
  executedAt: string | null;
  proof: string;
  /** SHA-256 of the document that proves it, hex. */
  proofSha256: string | null;
  changeId: string | null; by: string; approvedBy: string | null; decidedAt: string;
}
export type NewPayoutDecision = Omit<PayoutDecision, 'id' | 'changeId' | 'approvedBy'>;

const COLUMNS = `id, payout_id AS "payoutId", attempt_id AS "attemptId", outcome, reference, executed_at AS "executedAt", proof, proof_sha256 AS "proofSha256",
  change_id AS "changeId", by, approved_by AS "approvedBy", decided_at AS "decidedAt"`;
type Row = Omit<PayoutDecision, 'executedAt' | 'decidedAt'> & { executedAt: Date | null; decidedAt: Date };
const shown = (row: Row): PayoutDecision => ({ ...row, executedAt: row.executedAt?.toISOString() ?? null, decidedAt: row.decidedAt.toISOString() });

/** Decisions that still say something of the attempt: it was not reopened since, and where it was not to execute any more not sent since. */
const IN_FORCE = `NOT EXISTS (SELECT FROM payout_attempt a WHERE a.id = payout_decision.attempt_id
  AND (a.reopened_at >= payout_decision.recorded_at OR (payout_decision.outcome = 'not_executed' AND a.last_sent_at >= payout_decision.decided_at)))`;

/** What operators decided about this attempt, or null: they did not, or it was sent or reopened since. */
export async function decisionOf(source: SqlSource, attemptId: string): Promise<PayoutDecision | null> {
  const { rows } = await sqlOf(source).query<Row>(`SELECT ${COLUMNS} FROM payout_decision WHERE attempt_id = $1 AND ${IN_FORCE} ORDER BY id DESC LIMIT 1`, [attemptId]);
  return rows[0] ? shown(rows[0]) : null;
}

/** A payout's decisions, oldest first. */
export async function decisionsOf(source: SqlSource, payoutId: string): Promise<PayoutDecision[]> {
  return (await sqlOf(source).query<Row>(`SELECT ${COLUMNS} FROM payout_decision WHERE payout_id = $1 ORDER BY id`, [payoutId])).rows.map(shown);
}

/**
 * Writes a decision; it is final. The second operator is the one who has just approved the change about it. The payout's row is locked by it: whoever sends reads what was decided under the same
 * lock. Throws PAYOUT_DECIDED, ATTEMPT_CAN_STILL_EXECUTE or REFERENCE_OF_ANOTHER_PAYOUT (409).
 */
export async function recordDecision(tx: Tx, decision: NewPayoutDecision): Promise<PayoutDecision> {
  await tx.client.query('SELECT FROM payout WHERE id = $1 FOR UPDATE', [decision.payoutId]);
  if (await decisionOf(tx, decision.attemptId) !== null) throw new Problem('PAYOUT_DECIDED', 'Operators have decided about this attempt already; what they decided is being carried out.', { status: 409 });
  if (decision.outcome === 'executed') await refuseOtherPayouts(tx, decision);
  // However long ago it was committed, a file that waits to be handed over pays whoever is in it.
  const file = await fileOf(tx, decision.attemptId);
  if (file?.state === 'assembled' && file.sends === 0) {
    throw new Problem('ATTEMPT_CAN_STILL_EXECUTE', `It was never given to the rail: it is in the file ${file.id}, which leaves when the rail can be used again. Withdraw that file (POST /v1/payout-files/${file.id}/withdraw), and its payouts go on.`, { status: 409 });
  }
  if (file?.state === 'assembled' && decision.outcome === 'not_executed') {
    throw new Problem('ATTEMPT_CAN_STILL_EXECUTE', `Nobody can say yet that it was not executed. It is in the file ${file.id}, of which it is not settled that it was handed over: it leaves when the rail can be used again.`, { status: 409 });
  }
  const { rows: [agreed] } = await tx.client.query<{ id: string; by: string }>(
    `SELECT id, decided_by AS by FROM change WHERE kind = 'payout_outcome' AND subject_id = $1 AND state = 'approved' AND payload->>'attemptId' = $2 ORDER BY decided_at DESC, id DESC LIMIT 1`,
    [decision.payoutId, decision.attemptId]);
  const { rows } = await tx.client.query<Row>(
    `INSERT INTO payout_decision (id, payout_id, attempt_id, outcome, reference, executed_at, proof, proof_sha256, change_id, by, approved_by, decided_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING ${COLUMNS}`,
    [newId('payoutDecision'), decision.payoutId, decision.attemptId, decision.outcome, decision.reference, decision.executedAt, decision.proof, decision.proofSha256, agreed?.id ?? null, decision.by, agreed?.by ?? null, decision.decidedAt]);
  return shown(rows[0]!);
}

/** One payment proves one payout: by no other payout's rail reference (of any of its bytes), booking, or decision. Two at a time are asked one after the other. */
async function refuseOtherPayouts(tx: Tx, { payoutId, reference }: NewPayoutDecision): Promise<void> {
  const named = reference.trim().toLowerCase();
  await tx.client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`payout-decision:${named}`]);
  const { rows: [other] } = await tx.client.query<{ id: string }>(
    `WITH bears AS (
       SELECT d.payout_id FROM payout_decision d WHERE d.outcome = 'executed' AND lower(btrim(d.reference)) = $2
       UNION ALL SELECT a.payout_id FROM payout_attempt a WHERE lower(a.rail_reference) = $2
       UNION ALL SELECT a.payout_id FROM payout_attempt_version v JOIN payout_attempt a ON a.id = v.attempt_id WHERE v.rail_reference IN ($2, $3)
       UNION ALL SELECT a.payout_id FROM rail_entry e JOIN payout_attempt a ON a.idempotency_key = e.idempotency_key JOIN payout p ON p.id = a.payout_id AND p.rail = e.rail WHERE e.kind = 'executed' AND lower(e.rail_reference) = $2)
     SELECT p.id FROM bears b JOIN payout p ON p.id = b.payout_id JOIN payout own ON own.id = $1 AND own.rail = p.rail WHERE p.id <> $1 LIMIT 1`, [payoutId, named, reference.trim()]);
  if (other === undefined) return;
  throw new Problem('REFERENCE_OF_ANOTHER_PAYOUT', `The reference "${reference.trim()}" is that of payout ${other.id}: one payment proves one payout. Name what is this payment's own, as its EndToEndId, operation number or transaction hash.`, { status: 409, facts: { payoutId: other.id } });
}
