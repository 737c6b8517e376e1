import { Context } from '@temporalio/activity';
import { getReport } from '../../db/stores/reports.ts';
import { signalReversed } from '../accruals/signalReversed.ts';
import { startAccrualPage } from '../accruals/startAccruals.ts';
import { alive } from '../alive.ts';
import { startChange, startChangeOf } from '../changes/start.ts';
import type { Dependencies } from '../dependencies.ts';
import { refusing } from '../failure.ts';
import { readingTold } from './readingTold.ts';
import { beginJudging, judgePage } from './judgeReport.ts';
import { dnsTxt, type TxtResolver } from './mail/dns.ts';
import { takeVerdict } from './mail/takeVerdict.ts';
import { nextReport } from './nextReport.ts';
import { beginPosting, postPage } from './postReport.ts';
import { settlePage } from './settleReport.ts';
import { replayWaiting } from './replayWaiting.ts';
import { stageReport } from './stageReport.ts';
import { tieOut } from './tieOut.ts';

/** Lines a page: large enough that a set costs little more than a row, small enough for memory and a short transaction. */
const PAGE_LINES = 20_000;
/** Pages a call: few events in the history of a long report, some seconds each. */
const PAGES = 5;
const PAGE_ACCRUALS = 500;
/** How long a mail waits for DNS to answer whose it is; then two operators are asked. */
const DNS_PATIENCE = 3_600_000;

/** The side effects of `reportPeriod`. Each is safe to run again: state and cursor are re-read under a lock. */
export function createReportActivities({ pool, client }: Pick<Dependencies, 'pool' | 'client'>, options: { lines?: number; accruals?: number; twoPeople?: boolean; txt?: TxtResolver } = {}) {
  const lines = options.lines ?? PAGE_LINES;
  // Pages of a given size are one a call.
  const pages = options.lines === undefined ? PAGES : 1;
  const txt = options.txt ?? dnsTxt();
  const step = <T>(work: () => Promise<T>): Promise<T> => refusing(() => alive(work));
  return {
    nextReport: (input: { periodId: string }) => nextReport(pool, input.periodId),
    stageReport: (input: { reportId: string }) => refusing(async () => {
      const { scheduledTimestampMs, currentAttemptScheduledTimestampMs } = Context.current().info;
      const patient = currentAttemptScheduledTimestampMs - scheduledTimestampMs < DNS_PATIENCE;
      await alive(() => takeVerdict(pool, input.reportId, { txt, twoPeople: options.twoPeople ?? true, patient }));
      const state = await stageReport(pool, input.reportId, readingTold(client, input.reportId));
      const report = await getReport(pool, input.reportId);
      return { state, lines: report.lines ?? 0 };
    }),
    beginJudging: (input: { reportId: string }) => step(() => beginJudging(pool, input.reportId)),
    judgePage: (input: { reportId: string }) => step(() => judgePage(pool, input.reportId, lines, pages)),
    /** Without `asOf` (a workflow started before there was one) its own time is taken. */
    tieOut: (input: { reportId: string; asOf?: string }) => step(async () => {
      const tied = await tieOut(pool, input.reportId, options.twoPeople === false ? null : { asOf: input.asOf ?? new Date().toISOString() });
      if (tied === 'awaiting_approval' || tied === 'set_aside') await startChangeOf({ pool, client }, { type: 'report', id: input.reportId });
      return tied;
    }),
    beginPosting: (input: { reportId: string; asOf: string }) => step(() => beginPosting(pool, input.reportId, input.asOf)),
    postPage: (input: { reportId: string }) => step(() => postPage(pool, input.reportId, lines, pages)),
    settlePage: (input: { reportId: string }) => step(() => settlePage(pool, input.reportId, lines)),
    replayWaiting: (input: { periodId: string; asOf: string }) => step(async () => {
      const replayed = await replayWaiting(pool, input.periodId, input.asOf, options.twoPeople === false ? null : 'asked');
      for (const change of replayed?.changes ?? []) await startChange(client, change);
      return replayed && { reportId: replayed.reportId };
    }),
    startAccruals: async (input: { reportId: string; after: string | null }): Promise<string | null> => {
      const progress = (): void => Context.current().heartbeat();
      if (input.after === null) await signalReversed({ pool, client }, input.reportId, progress);
      return startAccrualPage({ pool, client }, input.reportId, input.after, options.accruals ?? PAGE_ACCRUALS, progress);
    },
  };
}
