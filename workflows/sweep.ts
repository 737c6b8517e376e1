import { proxyActivities } from '@temporalio/workflow';
import type { createReconcileActivities } from '../activities/reconcile/activities.ts';
import type { Reconciled } from '../activities/reconcile/startMissing.ts';
import { DATABASE, LONG } from './retry.ts';

type Activities = ReturnType<typeof createReconcileActivities>;
const { startMissing } = proxyActivities<Activities>(LONG);
const { sealLedger } = proxyActivities<Activities>(DATABASE);

/** Hourly: starts every workflow that the tables say should run and does not, and seals the journals of the hour. */
export async function sweep(): Promise<{ started: Reconciled; sealed: { blocks: number; journals: number } }> {
  const started = await startMissing();
  return { started, sealed: await sealLedger() };
}
