import { type Client, ScheduleAlreadyRunning, type ScheduleOptions, ScheduleOverlapPolicy, type ScheduleSpec } from '@temporalio/client';
import { SCHEDULES, TASK_QUEUES, WORKFLOWS, workflowIds } from '../workflows/contracts.ts';

/** When things happen by themselves. All times are UTC: a pay day does not move with daylight saving. */
export interface ScheduleConfig {
  /** Default: Mondays 09:00 UTC. Either a calendar or cron lines (five fields, UTC). */
  payoutRun?: Pick<ScheduleSpec, 'calendars'> | Pick<ScheduleSpec, 'cronExpressions'>;
  /** Default: every hour. */
  sweepEvery?: string;
  /** No schedule fires; each can be triggered or unpaused by hand. For demos and case runs, where only steps pay. */
  paused?: boolean;
}

const MONDAY_NINE = { calendars: [{ dayOfWeek: 'MONDAY', hour: 9, minute: 0 }] } as const satisfies ScheduleSpec;

/**
 * Makes the Schedules what this configuration says, or brings existing ones to it; repeating it changes nothing. Whether one
 * is paused is left as operators (or a failure) put it. Runs that were missed while Temporal was down are caught up for three
 * days; a run that is still going on when the next is due buffers one; a failed run pauses the Schedule until somebody looked.
 */
export async function ensureSchedules(client: Client, config: ScheduleConfig = {}): Promise<void> {
  await ensure(client, {
    scheduleId: SCHEDULES.weeklyPayoutRun,
    spec: { ...(config.payoutRun ?? MONDAY_NINE), timezone: 'UTC' },
    action: { type: 'startWorkflow', workflowType: WORKFLOWS.payoutRun, workflowId: SCHEDULES.weeklyPayoutRun, taskQueue: TASK_QUEUES.payouts, args: [{}], staticSummary: 'Weekly payout run' },
    policies: { overlap: ScheduleOverlapPolicy.BUFFER_ONE, catchupWindow: '3 days', pauseOnFailure: true },
  }, config.paused ?? false);
  await ensure(client, {
    scheduleId: SCHEDULES.hourlySweep,
    spec: { intervals: [{ every: (config.sweepEvery ?? '1 hour') as '1 hour' }], timezone: 'UTC' },
    action: { type: 'startWorkflow', workflowType: WORKFLOWS.sweep, workflowId: workflowIds.sweep(), taskQueue: TASK_QUEUES.reports, args: [], staticSummary: 'Starts what the tables say should run' },
    // A sweep that was missed is made up for by the next one.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute', pauseOnFailure: false },
  }, config.paused ?? false);
  await ensure(client, {
    scheduleId: SCHEDULES.dailyRailComparison,
    spec: { calendars: [{ hour: 3, minute: 30 }], timezone: 'UTC' },
    action: { type: 'startWorkflow', workflowType: WORKFLOWS.railComparison, workflowId: workflowIds.railComparison(), taskQueue: TASK_QUEUES.payouts, args: [], staticSummary: "Each rail's own record against ours" },
    // A whole record is compared each time: a day that was missed needs only one more.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 day', pauseOnFailure: false },
  }, config.paused ?? false);
  await ensure(client, {
    scheduleId: SCHEDULES.dailyScreening,
    // Before the week's payout run, so that who is due does not miss it.
    spec: { calendars: [{ hour: 5, minute: 15 }], timezone: 'UTC' },
    action: { type: 'startWorkflow', workflowType: WORKFLOWS.screening, workflowId: workflowIds.screening(), taskQueue: TASK_QUEUES.payouts, args: [{}], staticSummary: 'Users whose screening is due' },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 day', pauseOnFailure: false },
  }, config.paused ?? false);
}

async function ensure(client: Client, wanted: ScheduleOptions, paused: boolean): Promise<void> {
  try {
    await client.schedule.create({ ...wanted, state: { paused } });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const { scheduleId: _, memo: _memo, searchAttributes: _old, typedSearchAttributes: _typed, ...rest } = wanted;
    await client.schedule.getHandle(wanted.scheduleId).update((before) => ({ ...rest, state: before.state }) as never);
  }
}
