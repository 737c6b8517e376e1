import { condition, continueAsNew, proxyActivities, setHandler, workflowInfo } from '@temporalio/workflow';
import type { createReportActivities } from '../activities/reports/activities.ts';
import { linesMayCount, reportDecided, type ReportPeriodInput, type ReportProgress, reportProgress, reportReceived } from './contracts.ts';
import { LONG, PAGE, STEP } from './retry.ts';

type Activities = ReturnType<typeof createReportActivities>;
const { nextReport } = proxyActivities<Activities>(STEP);
const { beginJudging, judgePage, tieOut, beginPosting, postPage, settlePage, replayWaiting } = proxyActivities<Activities>(PAGE);
const { stageReport, startAccruals } = proxyActivities<Activities>(LONG);

/**
 * One broker × one period: every version that arrived is staged, judged, tied out and posted in order of arrival, and
 * its accruals are started; then lines whose link was verified meanwhile are judged again. Ends when nothing is left to
 * do; a later re-issue or verification starts it again under the same id. Where it stands is in the rows, so it may go
 * on as a new execution (a long history) or after a rebuild between any two steps.
 */
export async function reportPeriod(input: ReportPeriodInput): Promise<{ posted: number }> {
  const { periodId } = input;
  const progress: ReportProgress = { reportId: null, phase: 'waiting', linesDone: 0, linesTotal: null };
  let arrived = 0;
  let decided = 0;
  setHandler(reportProgress, () => progress);
  setHandler(reportReceived, () => { arrived++; });
  setHandler(linesMayCount, () => { arrived++; });
  // It may be about the report that waits here, or about lines that waited for their link.
  setHandler(reportDecided, () => {
    decided++;
    arrived++;
  });

  let posted = input.posted ?? 0;
  const roomForMore = async (): Promise<void> => {
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof reportPeriod>({ ...input, posted });
  };

  for (;;) {
    const seen = arrived;
    const next = await nextReport({ periodId });
    if (next === null) {
      const replayed = await replayWaiting({ periodId, asOf: new Date().toISOString() });
      if (replayed !== null) await startAll(replayed.reportId);
      if (replayed !== null || arrived > seen) {
        await roomForMore();
        continue;
      }
      progress.phase = 'done';
      return { posted };
    }
    Object.assign(progress, { reportId: next.reportId, phase: 'staging', linesDone: 0, linesTotal: next.lines });
    const staged = await stageReport({ reportId: next.reportId });
    if (staged.state === 'refused' || staged.state === 'unchanged') continue;
    progress.linesTotal = staged.lines;

    await beginJudging({ reportId: next.reportId });
    await eachPage('judging', judgePage, next.reportId);
    if (await tiedOut(next.reportId) === 'refused') continue;

    await beginPosting({ reportId: next.reportId, asOf: new Date().toISOString() });
    await eachPage('posting', postPage, next.reportId);
    while (!(await settlePage({ reportId: next.reportId })).done) await roomForMore();

    await startAll(next.reportId);
    posted++;
  }

  /** Lots in = lots out; then a report over the limit waits until a second operator has decided, or the time for it is over. */
  async function tiedOut(reportId: string): Promise<'tied_out' | 'refused'> {
    for (;;) {
      progress.phase = 'tying-out';
      const seen = decided;
      const state = await tieOut({ reportId, asOf: new Date().toISOString() });
      if (state !== 'awaiting_approval') return state;
      progress.phase = 'awaiting-approval';
      await condition(() => decided > seen);
    }
  }

  async function eachPage(phase: 'judging' | 'posting', page: Activities['judgePage'], reportId: string): Promise<void> {
    Object.assign(progress, { phase, linesDone: 0 });
    for (;;) {
      const { done, linesDone } = await page({ reportId });
      progress.linesDone += linesDone;
      if (done) return;
      await roomForMore();
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
