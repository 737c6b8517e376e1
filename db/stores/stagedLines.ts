import type { ReportLine } from '../../domain/reports/line.ts';
import type { Tx } from '../connection.ts';
import { copyCell, copyIn } from '../copy.ts';

/** Where `copyRow` puts which cell. */
export const STAGED_COLUMNS = 'report_line (report_no, row_number, line_number, raw, content_hash, kind, malformed, ticket, server, account, symbol, class_text, class, bucket, '
  + 'lots, open_time, close_time, period_start, points, commission, amount, status, status_reason, reference, reversed_ticket, comment, kept)';

/** A line of a report as COPY takes it. */
export function copyRow(reportNo: string, line: ReportLine): string {
  const kept = Object.keys(line.kept).length === 0 ? '\\N' : copyCell(JSON.stringify(line.kept));
  return `${reportNo}\t${line.rowNumber}\t${line.lineNumber}\t${copyCell(line.raw)}\t${line.contentHash}\t${line.kind ?? '\\N'}\t${copyCell(line.malformed)}\t`
    + `${copyCell(line.ticket)}\t${copyCell(line.server ?? '')}\t${copyCell(line.account ?? '')}\t${copyCell(line.symbol)}\t${copyCell(line.classText)}\t${copyCell(line.class)}\t${copyCell(line.bucket)}\t`
    + `${line.lots ?? '\\N'}\t${line.openTime ?? '\\N'}\t${line.closeTime ?? '\\N'}\t${line.periodStart ?? '\\N'}\t${line.points ?? '\\N'}\t${line.commission ?? '\\N'}\t`
    + `${line.amount ?? '\\N'}\t${copyCell(line.status)}\t${copyCell(line.statusReason)}\t${copyCell(line.reference)}\t${copyCell(line.reversedTicket)}\t${copyCell(line.comment)}\t${kept}\n`;
}

/** Copies a report's lines in, batch by batch in constant memory; all or nothing with the caller's transaction. */
export async function copyLines(tx: Tx, reportNo: string, batches: AsyncIterable<readonly ReportLine[]>): Promise<void> {
  async function* rows(): AsyncGenerator<Buffer> {
    for await (const batch of batches) {
      let text = '';
      for (const line of batch) text += copyRow(reportNo, line);
      yield Buffer.from(text);
    }
  }
  await copyIn(tx.client, STAGED_COLUMNS, rows());
}
