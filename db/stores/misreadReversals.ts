import { ticketKey } from '../../domain/eligibility/lineKeys.ts';
import type { Tx } from '../connection.ts';
import { isNewerThanFile, type Readings } from './reportRereads.ts';

/** An earning that an earlier reading of a file reversed, and the newest one does not. */
export interface Misread {
  id: string;
  periodId: string;
  reportNo: string;
  rowNumber: number;
  accountLinkId: string | null;
  takenBack: boolean;
  /** What becomes of it: another report reverses it too; or it is reversed no more, and gets `givenBack` unless its line stands in this very file and is posted with it. */
  other: { reportNo: string; rowNumber: number } | null;
  /** USD; null: nothing. */
  givenBack: string | null;
}

type Raw = Omit<Misread, 'other' | 'givenBack'> & { amount: string | null; here: boolean; otherNo: string | null; otherRow: number | null };

/**
 * What reading a file again makes of the reversals that its earlier readings saw. Only what still counts as paid gets something back. Another report's reversal holds
 * if it is the newest reading of its file and the ticket was known when it came: "names an unknown ticket, moves nothing" (cases/README).
 */
export async function misreadReversals({ client }: Tx, report: { id: string; no: string; brokerId: string }, readings: Readings): Promise<Misread[]> {
  const earlier = [...readings.earlier];
  if (earlier.length === 0) return [];
  const { rows: tickets } = await client.query<{ server: string; ticket: string }>(
    `SELECT DISTINCT l.server, l.reversed_ticket AS ticket FROM report_line l WHERE l.report_no = ANY ($1) AND l.kind = 'reversal' AND l.malformed IS NULL
     EXCEPT SELECT l.server, l.reversed_ticket FROM report_line l WHERE l.report_no = $2 AND l.kind = 'reversal' AND l.malformed IS NULL`, [earlier, report.no]);
  if (tickets.length === 0) return [];
  const { rows } = await client.query<Raw>(
    `SELECT e.id, e.period_id AS "periodId", e.report_no AS "reportNo", e.row_number AS "rowNumber", e.account_link_id AS "accountLinkId", e.taken_back AS "takenBack", x.report_no AS "otherNo", x.row_number AS "otherRow",
       CASE WHEN e.outcome = 'paid' THEN (SELECT CASE WHEN o.outcome = 'paid' THEN trim_scale(o.amount)::text END FROM line_outcome o
         WHERE o.report_no = e.report_no AND o.row_number = e.row_number ORDER BY o.revision DESC LIMIT 1) END AS amount,
       EXISTS (SELECT FROM report_line t JOIN line_outcome o ON o.report_no = t.report_no AND o.row_number = t.row_number AND o.key = m.key
         WHERE t.report_no = $6 AND t.ticket = m.ticket AND t.server = m.server) AS here
     FROM unnest($2::text[], $3::text[], $4::text[]) AS m (key, server, ticket)
     JOIN earning e ON e.broker_id = $1 AND e.key = m.key AND e.reversed_by_report_no = ANY ($5)
     LEFT JOIN LATERAL (
       SELECT l.report_no, l.row_number FROM report_line l JOIN report r ON r.no = l.report_no
       WHERE l.reversed_ticket = m.ticket AND l.server = m.server AND l.kind = 'reversal' AND l.malformed IS NULL AND r.broker_id = $1 AND r.state IN ('settling', 'posted')
         AND r.no <> $6 AND r.no <> ALL ($5)
         AND NOT EXISTS (SELECT FROM report n WHERE n.file_of = coalesce(r.file_of, r.id) AND n.no > r.no AND n.state IN ('settling', 'posted'))
         AND EXISTS (SELECT FROM report_line t JOIN report k ON k.no = t.report_no
           WHERE t.ticket = m.ticket AND t.server = m.server AND t.kind = 'trade' AND t.malformed IS NULL AND k.broker_id = $1 AND (k.posted_at, k.no) <= (r.posted_at, r.no))
       ORDER BY l.report_no, l.row_number LIMIT 1) x ON true
     ORDER BY e.id`,
    [report.brokerId, tickets.map(({ server, ticket }) => ticketKey(server, ticket)), tickets.map(({ server }) => server), tickets.map(({ ticket }) => ticket), earlier, report.no]);
  return rows.map(({ amount, here, otherNo, otherRow, ...earning }) => {
    const other = otherNo === null ? null : { reportNo: otherNo, rowNumber: otherRow! };
    const postedHere = here && !isNewerThanFile(readings, report.no, earning);
    // What stands on an earlier reading and not here has vanished: that is settled after it.
    const nothing = other !== null || postedHere || readings.earlier.has(earning.reportNo) || amount === '0' || earning.accountLinkId === null;
    return { ...earning, other, givenBack: nothing ? null : amount };
  });
}
