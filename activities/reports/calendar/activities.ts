import { withTransaction } from '../../../db/connection.ts';
import { type Expectation, expectationOf, expectedPage, openPeriods, sourcesToPoll } from '../../../db/stores/expectedPeriods.ts';
import { noteLateness } from '../../../db/stores/periodLateness.ts';
import type { SourceToPoll } from '../../../domain/reports/sourceToPoll.ts';
import { alive } from '../../alive.ts';
import { concurrently } from '../../concurrently.ts';
import type { Dependencies } from '../../dependencies.ts';
import { refusing } from '../../failure.ts';
import { startReportPeriod, wakeForSources } from '../startReportPeriod.ts';
import { keepCalendarSchedule } from './schedule.ts';

/** Periods opened in one transaction, and workflows started in one activity. */
const PAGE_PERIODS = 100;
const AT_ONCE = 16;

/** The side effects of `reportCalendar`, and of `reportPeriod` while it waits for a report that is expected. Each can be repeated. */
export function createCalendarActivities({ pool, client }: Pick<Dependencies, 'pool' | 'client'>, options: { periods?: number } = {}) {
  const limit = options.periods ?? PAGE_PERIODS;
  return {
    openPeriods: (input: { brokerId: string; asOf: string }): Promise<{ opened: number; more: boolean }> => refusing(() => alive(async () => {
      const opened = await withTransaction(pool, (tx) => openPeriods(tx, input.brokerId, input.asOf, limit));
      return { opened, more: opened === limit };
    })),
    /** A page of the broker's periods whose report is expected: each is started; `wake`, or a source of its broker not looked at: or reads again where it may come from. Answers where to go on. */
    startExpected: (input: { brokerId: string; after: string; wake?: boolean }): Promise<string | null> => alive(async () => {
      const page = await expectedPage(pool, input.brokerId, new Date().toISOString(), { after: input.after, limit });
      await concurrently(page, AT_ONCE, ({ unlooked, ...period }) => (input.wake === true || unlooked ? wakeForSources : startReportPeriod)(client, period));
      return page.length < limit ? null : page.at(-1)!.periodId;
    }),
    keepSchedule: (input: { brokerId: string; asOf: string }): Promise<{ ends: number | null }> => alive(() => keepCalendarSchedule({ pool, client }, input.brokerId, input.asOf)),
    expectation: (input: { periodId: string; asOf: string }): Promise<Expectation | null> => expectationOf(pool, input.periodId, input.asOf),
    sourcesToPoll: (input: { periodId: string }): Promise<SourceToPoll[]> => sourcesToPoll(pool, input.periodId),
    noteLateness: (input: { periodId: string; asOf: string }): Promise<void> => alive(() => noteLateness(pool, input.periodId, input.asOf)),
  };
}
