import { proxyActivities } from '@temporalio/workflow';
import type { createSourceActivities } from '../activities/reports/sources/activities.ts';
import type { SourceTestInput } from './contracts.ts';
import { SOURCE_TEST } from './retry.ts';

const { testSource } = proxyActivities<ReturnType<typeof createSourceActivities>>(SOURCE_TEST);

/** A try of a report source without taking anything, that an operator asks for; what was found is kept with the source. */
export async function sourceTest(input: SourceTestInput): Promise<void> {
  await testSource({ ...input, asOf: new Date().toISOString() });
}
