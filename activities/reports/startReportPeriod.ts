import { TypedSearchAttributes, WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/common';
import type { Client } from '@temporalio/client';
import { periodKey, type ReportPeriodInput, searchAttribute, TASK_QUEUES, WORKFLOWS, workflowIds } from '../../workflows/contracts.ts';

/** Starts the workflow of a report period, or finds it running. */
export async function startReportPeriod(client: Client, input: ReportPeriodInput): Promise<void> {
  await client.workflow.start(WORKFLOWS.reportPeriod, {
    workflowId: workflowIds.reportPeriod(input.brokerId, input.from, input.to),
    taskQueue: TASK_QUEUES.reports,
    args: [input],
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    staticSummary: `Report of ${input.brokerId} for ${periodKey(input.from, input.to)}`,
    typedSearchAttributes: new TypedSearchAttributes([
      { key: searchAttribute.BrokerId, value: input.brokerId },
      { key: searchAttribute.ReportPeriod, value: periodKey(input.from, input.to) },
    ]),
  });
}
