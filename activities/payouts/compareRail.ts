import { WorkflowIdConflictPolicy, type Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { compareRecord, type Finding, type RecordMovement } from '../../domain/payouts/compareRecord.ts';
import type { PayoutState } from '../../domain/payouts/states.ts';
import { type PayoutInput, railHint, TASK_QUEUES, WORKFLOWS, workflowIds } from '../../workflows/contracts.ts';
import type { Rail } from './rails/rail.ts';

/** Wakes a payout's workflow, or starts it again where it has ended, so that it asks the rail. The reason stands in its history. */
export async function hintPayout(client: Client, payout: PayoutInput, reason: string): Promise<void> {
  await client.workflow.signalWithStart(WORKFLOWS.payout, {
    workflowId: workflowIds.payout(payout.payoutId), taskQueue: TASK_QUEUES.payouts, args: [payout], signal: railHint, signalArgs: [{ eventId: reason }],
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
  });
}

/**
 * Compares the rail's own record with our payouts and ledger. What a look-up can mend (a return or an execution that nobody
 * told us of) is hinted; the rest is for people. Throws `Problem` RAIL_UNREACHABLE.
 */
export async function compareRail({ pool, client }: { pool: Pool; client: Client }, rail: Rail, signal: AbortSignal): Promise<Finding[]> {
  // Ours is read first, so a payment that was executed in between shows as "not paid yet", which is harmless, never as "not executed".
  const record: RecordMovement[] = [];
  const { rows } = await pool.query<{ id: string; state: PayoutState; amount: string }>('SELECT id, state, amount FROM payout WHERE rail = $1', [rail.id]);
  const clearing = await pool.query<{ amount: string | null }>(`SELECT sum(amount) AS amount FROM account_balance WHERE kind = 'rail_clearing' AND rail = $1`, [rail.id]);
  for await (const { kind, payoutId, amount, railReference } of rail.record(null, null, signal)) record.push({ kind, payoutId, amount, railReference });
  const findings = compareRecord(rows, record, clearing.rows[0]?.amount ?? '0');
  for (const { code, payoutId } of findings) {
    if (payoutId !== null && (code === 'RETURN_NOT_POSTED' || code === 'EXECUTED_NOT_PAID')) await hintPayout(client, { payoutId, rail: rail.id }, `record: ${code}`);
  }
  return findings;
}
