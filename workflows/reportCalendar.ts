import { continueAsNew, proxyActivities, setCurrentDetails, setHandler, workflowInfo } from '@temporalio/workflow';
import type { createCalendarActivities } from '../activities/reports/calendar/activities.ts';
import { calendarChanged, type ReportCalendarInput, scheduledStartTime } from './contracts.ts';
import { PAGE } from './retry.ts';

const { openPeriods, startExpected, keepSchedule } = proxyActivities<ReturnType<typeof createCalendarActivities>>(PAGE);

/**
 * At the end of each period of a broker's calendar, by its Schedule: opens every period that has ended and was not opened yet, however long
 * nothing ran, starts the workflow that waits for each one's report, and keeps the Schedule up to date. After a change of the
 * calendar or of a source those that wait already read again which sources there are.
 */
export async function reportCalendar({ brokerId }: ReportCalendarInput): Promise<{ opened: number }> {
  let changed = false;
  let told = false;
  setHandler(calendarChanged, () => {
    changed = true;
    told = true;
  });
  const scheduled = workflowInfo().typedSearchAttributes.get(scheduledStartTime)?.getTime() ?? 0;
  // The server's clock may be a little ahead of the worker's: the period whose end started this has ended.
  const asOf = (): string => new Date(Math.max(Date.now(), scheduled)).toISOString();
  for (let opened = 0; ;) {
    changed = false;
    for (let more = true; more;) {
      const page = await openPeriods({ brokerId, asOf: asOf() });
      opened += page.opened;
      more = page.more;
      setCurrentDetails(`${opened} periods opened`);
      if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof reportCalendar>({ brokerId });
    }
    for (let after: string | null = ''; after !== null;) after = await startExpected({ brokerId, after, wake: told });
    await keepSchedule({ brokerId, asOf: asOf() });
    if (!changed) return { opened };
  }
}
