import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { from as copyFrom } from 'pg-copy-streams';
import type { ReportLine } from '../../domain/reports/line.ts';
import type { Tx } from '../connection.ts';

const COLUMNS = 'report_no, row_number, line_number, raw, content_hash, kind, malformed, ticket, server, account, symbol, class_text, class, bucket, '
  + 'lots, open_time, close_time, period_start, points, commission, amount, status, status_reason, reference, reversed_ticket, comment, kept';

/** Characters that COPY's text format reserves, and NUL, which Postgres cannot keep in text. */
const RESERVED = /[\\\t\n\r]/g;
const ESCAPED: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const cell = (value: string | null): string => (value === null ? '\\N' : value.replace(RESERVED, (c) => ESCAPED[c]!));

function copyRow(reportNo: string, line: ReportLine): string {
  const kept = Object.keys(line.kept).length === 0 ? '\\N' : cell(JSON.stringify(line.kept));
  return `${reportNo}\t${line.rowNumber}\t${line.lineNumber}\t${cell(line.raw)}\t${line.contentHash}\t${line.kind ?? '\\N'}\t${cell(line.malformed)}\t`
    + `${cell(line.ticket)}\t${cell(line.server ?? '')}\t${cell(line.account ?? '')}\t${cell(line.symbol)}\t${cell(line.classText)}\t${cell(line.class)}\t${cell(line.bucket)}\t`
    + `${line.lots ?? '\\N'}\t${line.openTime ?? '\\N'}\t${line.closeTime ?? '\\N'}\t${line.periodStart ?? '\\N'}\t${line.points ?? '\\N'}\t${line.commission ?? '\\N'}\t`
    + `${line.amount ?? '\\N'}\t${cell(line.status)}\t${cell(line.statusReason)}\t${cell(line.reference)}\t${cell(line.reversedTicket)}\t${cell(line.comment)}\t${kept}\n`;
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
  await pipeline(Readable.from(rows(), { objectMode: false, highWaterMark: 1 << 20 }), tx.client.query(copyFrom(`COPY report_line (${COLUMNS}) FROM STDIN`)));
}
