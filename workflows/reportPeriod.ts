import { proxyActivities, setHandler } from '@temporalio/workflow';
import type { createReportActivities } from '../activities/reports/activities.ts';
import { type ReportPeriodInput, type ReportProgress, reportProgress, reportReceived } from './contracts.ts';
import { DATABASE, LONG } from './retry.ts';

type Activities = ReturnType<typeof createReportActivities>;
const { nextReport, beginJudging, judgePage, tieOut, beginPosting, postPage, settlePage } = proxyActivities<Activities>(DATABASE);
const { stageReport, startAccruals } = proxyActivities<Activities>(LONG);

/**
 * One broker × one period: every version that arrived is staged, judged, tied out and posted in order of arrival, and
 * its accruals are started. Ends when nothing is left to do; a later re-issue starts it again under the same id.
 */
export async function reportPeriod({ periodId }: ReportPeriodInput): Promise<{ posted: number }> {
  const progress: ReportProgress = { reportId: null, phase: 'waiting', linesDone: 0, linesTotal: null };
  let arrived = 0;
  setHandler(reportProgress, () => progress);
  setHandler(reportReceived, () => { arrived++; });

  let posted = 0;
  for (;;) {
    const seen = arrived;
    const next = await nextReport({ periodId });
    if (next === null) {
      if (arrived > seen) continue;
      progress.phase = 'done';
      return { posted };
    }
    Object.assign(progress, { reportId: next.reportId, phase: 'staging', linesDone: 0, linesTotal: next.lines });
    const staged = await stageReport({ reportId: next.reportId });
    if (staged.state === 'refused' || staged.state === 'unchanged') continue;
    progress.linesTotal = staged.lines;

    await beginJudging({ reportId: next.reportId });
    if (await eachPage('judging', judgePage) && await tieOut({ reportId: next.reportId }) === 'refused') continue;

    await beginPosting({ reportId: next.reportId, asOf: new Date().toISOString() });
    await eachPage('posting', postPage);
    while (!(await settlePage({ reportId: next.reportId })).done);

    progress.phase = 'starting-accruals';
    for (let after: string | null = null; ;) {
      after = await startAccruals({ reportId: next.reportId, after });
      if (after === null) break;
    }
    posted++;

    async function eachPage(phase: 'judging' | 'posting', page: Activities['judgePage']): Promise<true> {
      Object.assign(progress, { phase, linesDone: 0 });
      for (;;) {
        const { done, linesDone } = await page({ reportId: next!.reportId });
        progress.linesDone += linesDone;
        if (done) return true;
      }
    }
  }
}
