import { proxyActivities, sleep } from '@temporalio/workflow';

const { nothing } = proxyActivities<{ nothing(): Promise<string> }>({ startToCloseTimeout: '15s' });

/** The least that lives as an accrual does: one timer until an instant, one activity. */
export async function bare({ until }: { until: string }): Promise<string> {
  await sleep(Math.max(1, Date.parse(until) - Date.now()));
  return nothing();
}
