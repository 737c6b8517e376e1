import { needsSecond } from '../../domain/changes/policy.ts';
import { movedTicketsNotice } from '../../domain/reports/movedTickets.ts';
import type { Tx } from '../connection.ts';
import { getPolicy } from './approvalPolicies.ts';
import { type Change, requestChange } from './changes.ts';
import { movedTickets } from './movedTickets.ts';
import { noteOnReport } from './reportNotice.ts';
import type { ReportWork } from './reportWork.ts';

/**
 * Whether a second operator must say that a report may take over tickets of another period that close outside its own; whoever handed it in cannot be the one.
 * Null: there are none, they were agreed to, or nobody is to be asked. `asOf`: ISO instant; null: two people are off. What was found is noted on the report in any case.
 */
export async function askAboutMovedTickets(tx: Tx, report: ReportWork, asOf: string | null): Promise<Change | null> {
  const found = await movedTickets(tx, report);
  if (found === null) return null;
  await noteOnReport(tx, report.id, movedTicketsNotice(found));
  if (asOf === null) return null;
  const policy = await getPolicy(tx.db, 'moved_tickets');
  if (!needsSecond(policy) || (await agreed(tx, report.id, found.lines))) return null;
  const { rows: [file] } = await tx.client.query<{ by: string }>('SELECT received_by AS by FROM report WHERE id = $1', [report.id]);
  const { lines: moved, earned, ...where } = found;
  return requestChange(tx, policy, {
    kind: 'moved_tickets', subject: { type: 'report', id: report.id }, by: file!.by, at: asOf,
    payload: { brokerId: report.brokerId, fileName: report.fileName, lines: report.lines, moved, earned, ...where },
  });
}

/** To as many lines at least: what was posted since the change was decided can have made them more. */
async function agreed(tx: Tx, reportId: string, lines: number): Promise<boolean> {
  const { rowCount } = await tx.client.query(
    "SELECT FROM change WHERE kind = 'moved_tickets' AND subject_type = 'report' AND subject_id = $1 AND state = 'approved' AND (payload->>'moved')::int >= $2", [reportId, lines]);
  return rowCount !== 0;
}
