import { ActivityFailure, proxyActivities } from '@temporalio/workflow';
import type { createPreviewActivities } from '../activities/reports/preview/activities.ts';
import type { ReportPreviewInput } from './contracts.ts';
import { PREVIEW, STEP } from './retry.ts';

type Activities = ReturnType<typeof createPreviewActivities>;
const { examineSample } = proxyActivities<Activities>(PREVIEW);
const { giveUpSample } = proxyActivities<Activities>(STEP);

/** Looks at a sample of a broker's file once: by a profile, or for one. What it finds stands in the sample's row; nothing is posted. */
export async function reportPreview({ previewId }: ReportPreviewInput): Promise<{ state: 'done' | 'failed' }> {
  try {
    await examineSample({ previewId, asOf: new Date().toISOString() });
    return { state: 'done' };
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    await giveUpSample({ previewId, asOf: new Date().toISOString(), message: 'The sample could not be looked at, whatever it holds; the worker\'s log says why.' });
    return { state: 'failed' };
  }
}
