import type { ReportNotice } from '../../domain/reports/notices.ts';
import type { Tx } from '../connection.ts';

/** Adds a notice to a report, in place of an earlier one of that code. */
export async function noteOnReport(tx: Tx, reportId: string, notice: ReportNotice): Promise<void> {
  await tx.client.query(
    `UPDATE report SET notices = (SELECT coalesce(jsonb_agg(n), '[]') FROM jsonb_array_elements(coalesce(notices, '[]')) n WHERE n->>'code' <> $3) || $2::jsonb WHERE id = $1`,
    [reportId, JSON.stringify([notice]), notice.code]);
}
