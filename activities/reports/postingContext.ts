import type { Tx } from '../../db/connection.ts';
import type { PostingContext } from '../../db/stores/differencePosting.ts';
import type { ReportWork } from '../../db/stores/reportWork.ts';
import { clearsAt } from '../../domain/pendingPeriod.ts';
import { periodMethodology } from './judgeReport.ts';

/** What every posting of a report version says: when it counts, and when it becomes available by the period's methodology. `step` tells one posting of it from another. */
export async function postingContext(tx: Tx, report: ReportWork, step: string): Promise<PostingContext> {
  const methodology = await periodMethodology(tx, report);
  const postedAt = report.postedAt!;
  return { brokerId: report.brokerId, periodId: report.periodId, reportNo: report.no, postedAt, clearsAt: clearsAt(postedAt, methodology.pendingPeriod), step };
}
