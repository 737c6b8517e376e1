import { needsSecond } from '../../domain/changes/policy.ts';
import type { Tx } from '../connection.ts';
import { getPolicy } from './approvalPolicies.ts';
import { type Change, requestChange } from './changes.ts';
import { noteRepeatedRows, repeatedRows } from './repeatedRows.ts';
import type { ReportWork } from './reportWork.ts';

/**
 * Whether a second operator must say that lines without a ticket are further ones, and not those of another period handed in again; whoever
 * handed the report in cannot be the one. Null: there are none, they were agreed to, or nobody is to be asked. `asOf`: ISO instant; null: two people are off.
 * What was found is noted on the report in any case.
 */
export async function askAboutRepeatedRows(tx: Tx, report: ReportWork, asOf: string | null): Promise<Change | null> {
  const found = await repeatedRows(tx, report);
  if (found === null) return null;
  await noteRepeatedRows(tx, report.id, found);
  if (asOf === null) return null;
  const policy = await getPolicy(tx.db, 'repeated_rows');
  if (!needsSecond(policy) || (await agreed(tx, report.id, found.lines))) return null;
  const { rows: [file] } = await tx.client.query<{ by: string }>('SELECT received_by AS by FROM report WHERE id = $1', [report.id]);
  const { lines: repeated, earned, ...where } = found;
  return requestChange(tx, policy, {
    kind: 'repeated_rows', subject: { type: 'report', id: report.id }, by: file!.by, at: asOf,
    payload: { brokerId: report.brokerId, fileName: report.fileName, lines: report.lines, repeated, earned, ...where },
  });
}

/** To as many lines at least: what was posted since the change was decided can have made them more. */
async function agreed(tx: Tx, reportId: string, lines: number): Promise<boolean> {
  const { rowCount } = await tx.client.query(
    "SELECT FROM change WHERE kind = 'repeated_rows' AND subject_type = 'report' AND subject_id = $1 AND state = 'approved' AND (payload->>'repeated')::int >= $2", [reportId, lines]);
  return rowCount !== 0;
}
