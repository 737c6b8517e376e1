import { needsSecond } from '../../domain/changes/policy.ts';
import { overlappingLotsNotice } from '../../domain/reports/overlappingLots.ts';
import type { Tx } from '../connection.ts';
import { getPolicy } from './approvalPolicies.ts';
import { type Change, requestChange } from './changes.ts';
import { overlappingLots, type Reach } from './overlappingLots.ts';
import { noteOnReport } from './reportNotice.ts';
import type { ReportWork } from './reportWork.ts';

/**
 * Whether a second operator must say that a report's lots are further ones, and not those that stand at another level or in another sum; whoever handed it in cannot be the one.
 * Null: there are none, they were agreed to, or nobody is to be asked. `asOf`: ISO instant; null: two people are off. What was found is noted on the report in any case.
 */
export async function askAboutOverlappingLots(tx: Tx, report: ReportWork, reach: Reach | null, asOf: string | null): Promise<Change | null> {
  const found = await overlappingLots(tx, report, reach);
  if (found === null) return null;
  await noteOnReport(tx, report.id, overlappingLotsNotice(found));
  if (asOf === null) return null;
  const policy = await getPolicy(tx.db, 'overlapping_lots');
  if (!needsSecond(policy) || (await agreed(tx, report.id, found.lines))) return null;
  const { rows: [file] } = await tx.client.query<{ by: string }>('SELECT received_by AS by FROM report WHERE id = $1', [report.id]);
  const { lines: overlapping, earned, ...where } = found;
  return requestChange(tx, policy, {
    kind: 'overlapping_lots', subject: { type: 'report', id: report.id }, by: file!.by, at: asOf,
    payload: { brokerId: report.brokerId, fileName: report.fileName, lines: report.lines, overlapping, earned, ...where },
  });
}

/** To as many lines at least: what was posted since the change was decided can have made them more. */
async function agreed(tx: Tx, reportId: string, lines: number): Promise<boolean> {
  const { rowCount } = await tx.client.query(
    "SELECT FROM change WHERE kind = 'overlapping_lots' AND subject_type = 'report' AND subject_id = $1 AND state = 'approved' AND (payload->>'overlapping')::int >= $2", [reportId, lines]);
  return rowCount !== 0;
}
