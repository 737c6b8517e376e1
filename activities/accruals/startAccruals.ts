import { TypedSearchAttributes, WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/common';
import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { type AccrualInput, searchAttribute, TASK_QUEUES, WORKFLOWS, workflowIds } from '../../workflows/contracts.ts';
import { concurrently } from '../concurrently.ts';

/** What is needed to start an accrual's workflow. */
export interface StartableAccrual { id: string; seq: string; clearsAt: Date; userId: string; brokerId: string; accountLinkId: string; period: string; amount: string; onHold: boolean }

/** Starts in flight at once: enough to keep the server busy, few enough not to swamp it. */
const CONCURRENCY = 32;

export const STARTABLE = `SELECT a.id, a.seq, a.clears_at AS "clearsAt", a.user_id AS "userId", a.broker_id AS "brokerId", a.account_link_id AS "accountLinkId",
  to_char(p.period_from AT TIME ZONE 'UTC', 'YYYY-MM-DD') || '_' || to_char(p.period_to AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS period, trim_scale(a.amount)::text AS amount,
  EXISTS (SELECT FROM hold h WHERE h.accrual_id = a.id AND h.released_at IS NULL) AS "onHold"
  FROM accrual a JOIN report_period p ON p.id = a.period_id`;

/**
 * Starts the workflows of a report's accruals that are not at an end, one page, never as children (architecture "Temporal").
 * Starting one that runs already changes nothing, so the page may be repeated. Answers the last `seq`, or null at the end.
 */
export async function startAccrualPage({ pool, client }: { pool: Pool; client: Client }, reportId: string, after: string | null, size: number, progress: () => void): Promise<string | null> {
  const page = await pool.query<StartableAccrual>(
    `${STARTABLE} JOIN report r ON r.no = a.report_no WHERE r.id = $1 AND a.state = 'pending' AND ($2::bigint IS NULL OR a.seq > $2) ORDER BY a.seq LIMIT $3`, [reportId, after, size]);
  await concurrently(page.rows, CONCURRENCY, async (accrual) => {
    await startAccrual(client, accrual);
    progress();
  });
  return page.rows.length < size ? null : page.rows.at(-1)!.seq;
}

/** Starts one accrual's workflow, or finds it running. */
export async function startAccrual(client: Client, accrual: StartableAccrual): Promise<void> {
  const input: AccrualInput = { accrualId: accrual.id, clearsAt: accrual.clearsAt.toISOString() };
  await client.workflow.start(WORKFLOWS.accrual, {
    workflowId: workflowIds.accrual(accrual.id),
    taskQueue: TASK_QUEUES.accruals,
    args: [input],
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    staticSummary: `${accrual.amount} USD of ${accrual.brokerId} ${accrual.period}, available ${input.clearsAt}`,
    typedSearchAttributes: new TypedSearchAttributes([
      { key: searchAttribute.BrokerId, value: accrual.brokerId },
      { key: searchAttribute.ReportPeriod, value: accrual.period },
      { key: searchAttribute.UserId, value: accrual.userId },
      { key: searchAttribute.AccountLinkId, value: accrual.accountLinkId },
      { key: searchAttribute.ClearsAt, value: accrual.clearsAt },
      { key: searchAttribute.Held, value: accrual.onHold },
    ]),
  });
}
