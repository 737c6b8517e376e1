import type { Tx } from '../connection.ts';

/**
 * What posting a judged report would credit, USD: each line's amount beyond what its ticket, bucket or adjustment has earned for the
 * same link. What is taken back is not set against it: it is other people's money.
 */
export async function earnedByReport(tx: Tx, report: { no: string; brokerId: string }): Promise<string> {
  const { rows } = await tx.client.query<{ earned: string }>(
    `SELECT coalesce(sum(greatest(0, CASE WHEN e.reversed_by_report_no IS NOT NULL THEN 0 ELSE o.amount END
         - CASE WHEN e.account_link_id = b.account_link_id THEN e.earned ELSE 0 END)), 0) AS earned
     FROM line_outcome o JOIN calculation_basis b ON b.id = o.basis_id LEFT JOIN earning e ON e.broker_id = $2 AND e.key = o.key
     WHERE o.report_no = $1 AND o.revision = 1 AND o.outcome = 'paid' AND o.key IS NOT NULL AND o.amount > 0`, [report.no, report.brokerId]);
  return rows[0]!.earned;
}
