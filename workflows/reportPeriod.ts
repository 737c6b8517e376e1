import { proxyActivities, setHandler } from '@temporalio/workflow';
import type { createReportActivities } from '../activities/reports/activities.ts';
import { linesMayCount, type ReportPeriodInput, type ReportProgress, reportProgress, reportReceived } from './contracts.ts';
import { DATABASE, LONG } from './retry.ts';

type Activities = ReturnType<typeof createReportActivities>;
const { nextReport, beginJudging, judgePage, tieOut, beginPosting, postPage, settlePage, replayWaiting } = proxyActivities<Activities>(DATABASE);
const { stageReport, startAccruals } = proxyActivities<Activities>(LONG);

/**
 * One broker × one period: every version that arrived is staged, judged, tied out and posted in order of arrival, and
 * its accruals are started; then lines whose link was verified meanwhile are judged again. Ends when nothing is left to
 * do; a later re-issue or verification starts it again under the same id.
 */
export async function reportPeriod({ periodId }: ReportPeriodInput): Promise<{ posted: number }> {
  const progress: ReportProgress = { reportId: null, phase: 'waiting', linesDone: 0, linesTotal: null };
  let arrived = 0;
  setHandler(reportProgress, () => progress);
  setHandler(reportReceived, () => { arrived++; });
  setHandler(linesMayCount, () => { arrived++; });

  let posted = 0;
  for (;;) {
    const seen = arrived;
    const next = await nextReport({ periodId });
    if (next === null) {
      const replayed = await replayWaiting({ periodId, asOf: new Date().toISOString() });
      if (replayed !== null) await startAll(replayed.reportId);
      if (replayed !== null || arrived > seen) continue;
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

    await startAll(next.reportId);
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

  async function startAll(reportId: string): Promise<void> {
    progress.phase = 'starting-accruals';
    for (let after: string | null = null; ;) {
      after = await startAccruals({ reportId, after });
      if (after === null) return;
    }
  }
}
