import { condition, continueAsNew, proxyActivities, setCurrentDetails, setHandler, workflowInfo } from '@temporalio/workflow';
import type { createReportActivities } from '../activities/reports/activities.ts';
import type { createCalendarActivities } from '../activities/reports/calendar/activities.ts';
import { expectedText, instantOf, LATENESS, stepsReached } from '../domain/reports/lateness.ts';
import { linesMayCount, lookBeside, lookNow, periodClosed, reportDecided, type ReportPeriodInput, type ReportProgress, reportProgress, reportReading, reportReceived, sourcesChanged } from './contracts.ts';
import { phasePace } from './phasePace.ts';
import { LONG, PAGE, STEP } from './retry.ts';
import { sourcePolls } from './sourcePolls.ts';

type Activities = ReturnType<typeof createReportActivities>;
const { nextReport } = proxyActivities<Activities>(STEP);
const { beginJudging, judgePage, tieOut, beginPosting, postPage, settlePage, replayWaiting } = proxyActivities<Activities>(PAGE);
const { stageReport, startAccruals } = proxyActivities<Activities>(LONG);
const { expectation, sourcesToPoll } = proxyActivities<ReturnType<typeof createCalendarActivities>>(STEP);
const { noteLateness } = proxyActivities<ReturnType<typeof createCalendarActivities>>(PAGE);

/** While it waits for a report the rows are read again at least this often: a signal that was lost delays by a day at most. */
const LOOK_AGAIN_MS = 86_400_000;

/**
 * One broker × one period: waits for the report that a calendar expects, while it looks at the broker's sources; every version that arrived is
 * staged, judged, tied out and posted in order of arrival, and its accruals are started; then lines whose link was verified meanwhile are
 * judged again. Ends when nothing is left to do, or an operator closed the period; a later re-issue, verification or look starts it again
 * under the same id. Where it stands is in the rows, so it may go on as a new execution (a long history) or after a rebuild between any two steps.
 */
export async function reportPeriod(input: ReportPeriodInput): Promise<{ posted: number }> {
  const { periodId } = input;
  const progress: ReportProgress = { reportId: null, phase: 'waiting', linesDone: 0, linesTotal: null, percent: null, linesPerSecond: null };
  const pace = phasePace(progress);
  let arrived = 0;
  let decided = 0;
  let asked = input.look === undefined || input.look === false ? 0 : 1;
  let looked = 0;
  // Whether an operator asks, who means every source; or the sweep, which means what a broker sends of itself.
  let byOperator = input.look === true;
  const polls = sourcePolls(periodId, () => { arrived++; });
  setHandler(lookNow, () => {
    asked++;
    byOperator = true;
  });
  setHandler(lookBeside, () => { asked++; });
  setHandler(periodClosed, () => { arrived++; });
  setHandler(reportProgress, () => progress);
  setHandler(reportReading, ({ reportId, lines, percent }) => {
    if (progress.phase === 'staging' && progress.reportId === reportId) pace.done(lines, percent);
  });
  setHandler(reportReceived, () => { arrived++; });
  setHandler(linesMayCount, () => { arrived++; });
  setHandler(sourcesChanged, () => { arrived++; });
  // It may be about the report that waits here, or about lines that waited for their link.
  setHandler(reportDecided, () => {
    decided++;
    arrived++;
  });

  let posted = input.posted ?? 0;
  const roomForMore = async (): Promise<void> => {
    if (!workflowInfo().continueAsNewSuggested) return;
    if (polls.running()) await polls.settled();
    await continueAsNew<typeof reportPeriod>({ ...input, posted, look: asked > looked && (byOperator || 'beside') });
  };

  for (;;) {
    const seen = arrived;
    if (asked > looked) {
      looked = asked;
      const everything = byOperator;
      byOperator = false;
      if (Date.parse(input.to) <= Date.now()) {
        const sources = await sourcesToPoll({ periodId });
        if (everything) polls.all(sources);
        else polls.due(sources.filter(({ kind }) => kind !== 'api'));
      }
    }
    const next = await nextReport({ periodId });
    if (next?.reportId === null) {
      const replayed = next.begun === true ? await replayWaiting({ periodId, asOf: new Date().toISOString() }) : null;
      if (replayed === null) await waitForReport(seen);
      else await startAll(replayed.reportId);
      await roomForMore();
      continue;
    }
    if (next === null) {
      const replayed = await replayWaiting({ periodId, asOf: new Date().toISOString() });
      if (replayed !== null) await startAll(replayed.reportId);
      if (replayed !== null || arrived > seen) {
        await roomForMore();
        continue;
      }
      if (asked > looked) continue;
      if (polls.running()) {
        await condition(() => !polls.running() || arrived > seen || asked > looked);
        continue;
      }
      progress.phase = 'done';
      return { posted };
    }
    if (progress.dueAt !== undefined) setCurrentDetails('');
    delete progress.dueAt;
    delete progress.lateness;
    Object.assign(progress, { reportId: next.reportId, phase: 'staging', linesDone: 0, linesTotal: next.lines });
    pace.begin();
    const staged = await stageReport({ reportId: next.reportId });
    if (staged.state === 'refused' || staged.state === 'unchanged') continue;
    progress.linesTotal = staged.lines;

    await beginJudging({ reportId: next.reportId });
    await eachPage('judging', judgePage, next.reportId);
    if (await tiedOut(next.reportId) !== 'tied_out') continue;

    await beginPosting({ reportId: next.reportId, asOf: new Date().toISOString() });
    await eachPage('posting', postPage, next.reportId);
    while (!(await settlePage({ reportId: next.reportId })).done) await roomForMore();

    await startAll(next.reportId);
    posted++;
  }

  /** One turn of waiting: notes how late it is, looks at the sources whose turn has come, and waits for a report or the next instant. */
  async function waitForReport(seen: number): Promise<void> {
    const now = (): string => new Date().toISOString();
    const expected = await expectation({ periodId, asOf: now() });
    if (expected === null) return;
    const reached = stepsReached(expected, now());
    Object.assign(progress, { reportId: null, phase: 'waiting', linesDone: 0, linesTotal: null, dueAt: expected.dueAt, lateness: reached.at(-1) ?? null });
    setCurrentDetails(`${expectedText(expected.dueAt, now())}${reached.length === 0 ? '' : ` (${reached.at(-1)})`}`);
    if (reached.length > expected.noted) await noteLateness({ periodId, asOf: now() });
    // Before the period has ended no source can have its whole report.
    const end = Date.parse(expected.to);
    const sources = end <= Date.now() ? expected.sources : [];
    polls.due(sources);
    const steps = LATENESS.slice(reached.length).map((step) => Date.parse(instantOf(expected, step)));
    const again = Math.min(Date.now() + LOOK_AGAIN_MS, ...steps, ...(end > Date.now() ? [end] : []));
    for (;;) {
      const ended = polls.ended();
      const wait = Math.min(again, polls.nextAt(sources)) - Date.now();
      if (wait <= 0 || arrived > seen || asked > looked) return;
      if (!(await condition(() => arrived > seen || asked > looked || polls.ended() > ended, wait))) return;
    }
  }

  /** Lots in = lots out; then a report over the limit waits until a second operator has decided, or the time for it is over. A mail that could be anybody's is set aside. */
  async function tiedOut(reportId: string): Promise<'tied_out' | 'refused' | 'set_aside'> {
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
    pace.begin();
    for (;;) {
      const { done, linesDone } = await page({ reportId });
      pace.done(progress.linesDone + linesDone);
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
