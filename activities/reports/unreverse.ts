import type { Tx } from '../../db/connection.ts';
import { type LineChange, postDifferences } from '../../db/stores/differencePosting.ts';
import { earlierReadings } from '../../db/stores/reportRereads.ts';
import { lockBrokerPosting, type ReportWork } from '../../db/stores/reportWork.ts';
import { postingContext } from './postReport.ts';

interface Misread { id: string; reportNo: string; rowNumber: number; accountLinkId: string | null; amount: string | null; here: boolean }

/** `ticketKey` of domain/eligibility/lineKeys.ts for a reversal's line. */
const REVERSED_KEY = String.raw`'ticket:' || regexp_replace(l.server, '([\\:])', '\\\1', 'g') || ':' || regexp_replace(l.reversed_ticket, '([\\:])', '\\\1', 'g')`;

/**
 * Before a file that was read again is posted: what its earlier reading took for reversals, and this one does not, is undone. Tickets of
 * this very file are then posted like any line; those of other reports get back what they had earned.
 */
export async function unreverse(tx: Tx, report: ReportWork): Promise<void> {
  const earlier = [...await earlierReadings(tx, report.id)];
  if (earlier.length === 0) return;
  await lockBrokerPosting(tx, report.brokerId);
  const { rows } = await tx.client.query<Misread>(
    `SELECT e.id, e.report_no AS "reportNo", e.row_number AS "rowNumber", e.account_link_id AS "accountLinkId",
            (SELECT CASE WHEN o.outcome = 'paid' THEN trim_scale(o.amount)::text END FROM line_outcome o WHERE o.report_no = e.report_no AND o.row_number = e.row_number ORDER BY o.revision DESC LIMIT 1) AS amount,
            EXISTS (SELECT FROM line_outcome o WHERE o.report_no = $3 AND o.key = e.key) AS here
     FROM earning e WHERE e.broker_id = $1 AND e.reversed_by_report_no = ANY ($2::bigint[])
       AND NOT EXISTS (SELECT FROM report_line l WHERE l.report_no = $3 AND l.kind = 'reversal' AND l.malformed IS NULL AND ${REVERSED_KEY} = e.key)
     ORDER BY e.id FOR UPDATE OF e`, [report.brokerId, earlier, report.no]);
  const back = rows.filter(({ here, amount, accountLinkId, reportNo }) => !here && !earlier.includes(reportNo) && amount !== null && amount !== '0' && accountLinkId !== null);
  await tx.client.query('UPDATE earning SET reversed_by_report_no = NULL, reversed_by_row = NULL WHERE id = ANY ($1::bigint[])', [rows.map(({ id }) => id)]);
  await tx.client.query('UPDATE earning e SET earned = b.amount FROM unnest($1::bigint[], $2::numeric[]) AS b(id, amount) WHERE e.id = b.id', [back.map(({ id }) => id), back.map(({ amount }) => amount)]);
  const changes = back.map((line): LineChange => ({ earningId: line.id, reportNo: line.reportNo, rowNumber: line.rowNumber, accountLinkId: line.accountLinkId!, change: line.amount!, adjustment: false }));
  await postDifferences(tx, await postingContext(tx, report, 'unreversed'), changes);
}
