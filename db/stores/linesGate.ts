import { needsSecond } from '../../domain/changes/policy.ts';
import type { ReportNotice } from '../../domain/reports/notices.ts';
import type { Tx } from '../connection.ts';
import { getPolicy } from './approvalPolicies.ts';
import { type Change, requestChange } from './changes.ts';
import { noteOnReport } from './reportNotice.ts';
import type { ReportWork } from './reportWork.ts';

/** Under which name the change of each kind says how many lines it is about. */
const COUNTED = { moved_tickets: 'moved', overlapping_lots: 'overlapping', repeated_rows: 'repeated' } as const;

/**
 * Whether a second operator must agree to what was found among a report's lines; whoever handed it in cannot be the one. Null: there is nothing, it was agreed to, or nobody is to be asked.
 * `asOf`: ISO instant; null: two people are off. What was found is noted on the report in any case.
 */
export async function askAboutLines<T extends { lines: number }>(
  tx: Tx, report: ReportWork, kind: keyof typeof COUNTED, found: T | null, noticeOf: (found: T) => ReportNotice, asOf: string | null,
): Promise<Change | null> {
  if (found === null) return null;
  await noteOnReport(tx, report.id, noticeOf(found));
  if (asOf === null) return null;
  const policy = await getPolicy(tx.db, kind);
  if (!needsSecond(policy) || (await agreed(tx, report.id, kind, found.lines))) return null;
  const { rows: [file] } = await tx.client.query<{ by: string }>('SELECT received_by AS by FROM report WHERE id = $1', [report.id]);
  const { lines, ...where } = found;
  return requestChange(tx, policy, {
    kind, subject: { type: 'report', id: report.id }, by: file!.by, at: asOf,
    payload: { brokerId: report.brokerId, fileName: report.fileName, lines: report.lines, [COUNTED[kind]]: lines, ...where },
  });
}

/** To as many lines at least: what was posted since the change was decided can have made them more. */
async function agreed(tx: Tx, reportId: string, kind: keyof typeof COUNTED, lines: number): Promise<boolean> {
  const { rowCount } = await tx.client.query(
    "SELECT FROM change WHERE kind = $2 AND subject_type = 'report' AND subject_id = $1 AND state = 'approved' AND (payload->>$3::text)::int >= $4", [reportId, kind, COUNTED[kind], lines]);
  return rowCount !== 0;
}
