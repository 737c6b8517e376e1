import type { Client } from '@temporalio/client';
import { type ReportPeriodInput, WORKFLOWS } from '../../workflows/contracts.ts';
import { reportPeriodStart } from '../../workflows/starts.ts';

/** Starts the workflow of a report period, or finds it running. */
export async function startReportPeriod(client: Client, input: ReportPeriodInput): Promise<void> {
  await client.workflow.start(WORKFLOWS.reportPeriod, reportPeriodStart(input));
}
