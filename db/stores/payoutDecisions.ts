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

/** What operators decided about this attempt, or null. */
export async function decisionOf(source: SqlSource, attemptId: string): Promise<PayoutDecision | null> {
  const { rows } = await sqlOf(source).query<Row>(`SELECT ${COLUMNS} FROM payout_decision WHERE attempt_id = $1`, [attemptId]);
  return rows[0] ? shown(rows[0]) : null;
}

/** A payout's decisions, oldest first. */
export async function decisionsOf(source: SqlSource, payoutId: string): Promise<PayoutDecision[]> {
  return (await sqlOf(source).query<Row>(`SELECT ${COLUMNS} FROM payout_decision WHERE payout_id = $1 ORDER BY id`, [payoutId])).rows.map(shown);
}

/** Writes a decision; it is final. The second operator is the one who has just approved the change about it. Throws PAYOUT_DECIDED or ATTEMPT_CAN_STILL_EXECUTE (409). */
export async function recordDecision(tx: Tx, decision: NewPayoutDecision): Promise<PayoutDecision> {
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
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (attempt_id) DO NOTHING RETURNING ${COLUMNS}`,
    [newId('payoutDecision'), decision.payoutId, decision.attemptId, decision.outcome, decision.reference, decision.executedAt, decision.proof, decision.proofSha256, agreed?.id ?? null, decision.by, agreed?.by ?? null, decision.decidedAt]);
  if (!rows[0]) throw new Problem('PAYOUT_DECIDED', 'Operators have decided about this attempt already; what they decided is being carried out.', { status: 409 });
  return shown(rows[0]);
}
