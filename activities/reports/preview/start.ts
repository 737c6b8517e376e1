import type { Client } from '@temporalio/client';
import { WORKFLOWS } from '../../../workflows/contracts.ts';
import { reportPreviewStart } from '../../../workflows/starts.ts';

/** Starts the look at a sample, or finds it running. */
export async function startReportPreview(client: Client, previewId: string): Promise<void> {
  await client.workflow.start(WORKFLOWS.reportPreview, reportPreviewStart(previewId));
}
