import { proxyActivities } from '@temporalio/workflow';
import type { createReconcileActivities } from '../activities/reconcile/activities.ts';
import type { Reconciled } from '../activities/reconcile/startMissing.ts';
import { LONG } from './retry.ts';

const { startMissing } = proxyActivities<ReturnType<typeof createReconcileActivities>>(LONG);

/** Hourly: starts every workflow that the tables say should run and does not. */
export async function sweep(): Promise<{ started: Reconciled }> {
  const started = await startMissing();
  return { started };
}
