import { type Client, isGrpcServiceError, ScheduleAlreadyRunning, ScheduleNotFoundError, ScheduleOverlapPolicy, ServiceError } from '@temporalio/client';
import type { CalendarSpec, Month, ScheduleOptions } from '@temporalio/client';
import { agreementSpans, calendarVersions, type ReportCalendar } from '../../../db/stores/reportCalendars.ts';
import { nextEnds } from '../../../domain/reports/expectedPeriods.ts';
import { calendarSchedule, TASK_QUEUES, WORKFLOWS, workflowIds } from '../../../workflows/contracts.ts';
import type { Dependencies } from '../../dependencies.ts';

/** Ends of periods that a Schedule knows ahead: two months of days; the workflow that it starts, and each sweep, renews them. */
const AHEAD = 62;
const MONTHS: readonly Month[] = ['JANUARY', 'FEBRUARY', 'MARCH', 'APRIL', 'MAY', 'JUNE', 'JULY', 'AUGUST', 'SEPTEMBER', 'OCTOBER', 'NOVEMBER', 'DECEMBER'];
const UNIMPLEMENTED: number = 12;

/**
 * Makes the broker's Schedule fire at the ends of its next periods; whether it is paused is left as operators put it. They are named one by one
 * (docs/decisions/report-calendar.md). Where no period is to come there is none. Answers how many ends it knows, null where the server has no Schedules: there the sweep opens periods.
 */
export async function keepCalendarSchedule({ pool, client }: Pick<Dependencies, 'pool' | 'client'>, brokerId: string, asOf: string): Promise<{ ends: number | null }> {
  for (;;) {
    const versions = await calendarVersions(pool, brokerId);
    const ends = nextEnds(versions, await agreementSpans(pool, brokerId), asOf, AHEAD);
    try {
      await (ends.length === 0 ? remove(client, brokerId) : put(client, schedule(brokerId, ends, versions.at(-1)!)));
    } catch (error) {
      const cause = error instanceof ServiceError ? error.cause : error;
      const status: number | null = isGrpcServiceError(cause) ? cause.code : null;
      if (status === UNIMPLEMENTED) return { ends: null };
      throw error;
    }
    // A version that was posted meanwhile may have been put by another, before this.
    if ((await calendarVersions(pool, brokerId)).length === versions.length) return { ends: ends.length };
  }
}

function schedule(brokerId: string, ends: readonly string[], newest: ReportCalendar): ScheduleOptions {
  return {
    scheduleId: calendarSchedule(brokerId),
    spec: { calendars: ends.map(instantSpec), timezone: 'UTC' },
    action: { type: 'startWorkflow', workflowType: WORKFLOWS.reportCalendar, workflowId: workflowIds.reportCalendar(brokerId), taskQueue: TASK_QUEUES.reports, args: [{ brokerId }], staticSummary: `Report periods of ${brokerId} that have ended: ${newest.cadence}, ${newest.zone}` },
    // One run opens whatever has ended: of those that were missed one is enough, but the newest must not be lost.
    policies: { overlap: ScheduleOverlapPolicy.BUFFER_ONE, catchupWindow: '30 days', pauseOnFailure: false },
  };
}

function instantSpec(end: string): CalendarSpec {
  const at = new Date(end);
  return { year: at.getUTCFullYear(), month: MONTHS[at.getUTCMonth()]!, dayOfMonth: at.getUTCDate(), hour: at.getUTCHours(), minute: at.getUTCMinutes(), second: at.getUTCSeconds() };
}

async function put(client: Client, wanted: ScheduleOptions): Promise<void> {
  try {
    await client.schedule.create(wanted);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const { scheduleId, memo: _memo, searchAttributes: _old, typedSearchAttributes: _typed, ...rest } = wanted;
    await client.schedule.getHandle(scheduleId).update((before) => ({ ...rest, state: before.state }) as never);
  }
}

async function remove(client: Client, brokerId: string): Promise<void> {
  try {
    await client.schedule.getHandle(calendarSchedule(brokerId)).delete();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}
