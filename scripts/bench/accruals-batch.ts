import type { Pool } from 'pg';
import { beginJudging, judgePage } from '../../activities/reports/judgeReport.ts';
import { beginPosting, postPage } from '../../activities/reports/postReport.ts';
import { settlePage } from '../../activities/reports/settleReport.ts';
import { stageReport } from '../../activities/reports/stageReport.ts';
import { tieOut } from '../../activities/reports/tieOut.ts';
import { receiveSample } from '../sample/report.ts';

const PAGE = 5_000;
const PENDING_MS = 7 * 86_400_000;

/**
 * Posts a report with one line for each of `accounts` by the product's own steps, without Temporal, so that its accruals
 * all become due `waitMs` from when it is posted. Answers the report and that instant.
 */
export async function postBatch(pool: Pool, day: number, accounts: number, waitMs: number): Promise<{ reportId: string; until: Date }> {
  const { reportId } = await receiveSample(pool, { accounts: [0, accounts], linesPerAccount: 1, day }, new Date().toISOString());
  await stageReport(pool, reportId, () => undefined);
  await beginJudging(pool, reportId);
  while (!(await judgePage(pool, reportId, PAGE)).done);
  await tieOut(pool, reportId);
  const until = new Date(Date.now() + waitMs);
  await beginPosting(pool, reportId, new Date(until.getTime() - PENDING_MS).toISOString());
  while (!(await postPage(pool, reportId, PAGE)).done);
  while (!(await settlePage(pool, reportId, PAGE)).done);
  return { reportId, until };
}
