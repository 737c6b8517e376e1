import { plain, sum } from '../../domain/decimal.ts';
import type { Tx } from '../connection.ts';
import { misreadReversals } from './misreadReversals.ts';
import { earnedByFallingBack, otherUploads } from './otherUploads.ts';
import { earlierReadings, NEWER_FILES } from './reportRereads.ts';
import { reportFileProfile } from './reports.ts';

/**
 * What posting a judged report would credit, USD: each line's amount beyond what its ticket, bucket or adjustment has earned for the
 * same link. What is taken back is not set against it: it is other people's money. Of a file that is read again also what is given back
 * because it was no reversal, and what falls back to another upload; not what stands on newer word of the broker.
 */
export async function earnedByReport(tx: Tx, report: { id: string; no: string; brokerId: string; periodId: string; profileId: string }): Promise<string> {
  const readings = await earlierReadings(tx, report.id);
  const misread = (await misreadReversals(tx, report, readings)).filter(({ other }) => other === null);
  const unreversed = misread.map(({ id }) => id);
  const { rows } = await tx.client.query<{ earned: string }>(
    `SELECT coalesce(sum(greatest(0, CASE WHEN e.reversed_by_report_no IS NOT NULL AND e.id <> ALL ($3::bigint[]) THEN 0 ELSE o.amount END
         - CASE WHEN e.account_link_id = b.account_link_id THEN e.earned ELSE 0 END)), 0) AS earned
     FROM line_outcome o JOIN calculation_basis b ON b.id = o.basis_id LEFT JOIN earning e ON e.broker_id = $2 AND e.key = o.key
     WHERE o.report_no = $1 AND o.revision = 1 AND o.outcome = 'paid' AND o.key IS NOT NULL AND o.amount > 0
       AND (e.id IS NULL OR e.taken_back OR e.report_no NOT IN (${NEWER_FILES('$2', '$4')}))`,
    [report.no, report.brokerId, unreversed, readings.first]);
  const earned = rows[0]!.earned;
  if (readings.first === null) return earned;
  const { full } = await reportFileProfile(tx, report.profileId);
  const others = full === true ? [] : await otherUploads(tx, report, readings);
  const fallen = await earnedByFallingBack(tx, report, readings, others, unreversed);
  return plain(sum([earned, fallen, ...misread.flatMap(({ givenBack }) => givenBack ?? [])]));
}
