import type { Tx } from '../../db/connection.ts';
import { markCommissionStale } from '../../db/stores/commission.ts';
import { type LineChange, postDifferences } from '../../db/stores/differencePosting.ts';
import { misreadReversals } from '../../db/stores/misreadReversals.ts';
import { earlierReadings } from '../../db/stores/reportRereads.ts';
import { lockBrokerPosting, type ReportWork } from '../../db/stores/reportWork.ts';
import { postingContext } from './postingContext.ts';

/**
 * Before a file that was read again is posted: what its earlier reading took for reversals, and this one does not, is undone, unless another report reverses it
 * too. Tickets of this very file are then posted like any line; those of other reports get back what they had earned, and the broker owes their commission again.
 */
export async function unreverse(tx: Tx, report: ReportWork): Promise<void> {
  const readings = await earlierReadings(tx, report.id);
  if (readings.earlier.size === 0) return;
  await lockBrokerPosting(tx, report.brokerId);
  const misread = await misreadReversals(tx, report, readings);
  if (misread.length === 0) return;
  await tx.client.query(
    `UPDATE earning e SET reversed_by_report_no = m.report_no, reversed_by_row = m.row_number, earned = coalesce(m.given_back, e.earned)
     FROM unnest($1::bigint[], $2::bigint[], $3::int[], $4::numeric[]) AS m (id, report_no, row_number, given_back) WHERE e.id = m.id`,
    [misread.map(({ id }) => id), misread.map(({ other }) => other?.reportNo ?? null), misread.map(({ other }) => other?.rowNumber ?? null), misread.map(({ givenBack }) => givenBack)]);
  await markCommissionStale(tx, misread.filter(({ other }) => other === null).map(({ periodId }) => periodId));
  const changes = misread.filter(({ givenBack }) => givenBack !== null).map((line): LineChange => ({
    earningId: line.id, reportNo: line.reportNo, rowNumber: line.rowNumber, accountLinkId: line.accountLinkId!, change: line.givenBack!, adjustment: false,
  }));
  await postDifferences(tx, await postingContext(tx, report, 'unreversed'), changes);
}
