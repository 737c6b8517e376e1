import type { Tx } from '../connection.ts';
import { isSummedElsewhere, type LineToPost } from './earnings.ts';
import { isNewerThanFile, type Readings } from './reportRereads.ts';

/**
 * The lines of a report that are posted. A file that is read again is as old as it was: where a ticket stands on a report that came after it, the broker has said
 * something newer, and the line is SUPERSEDED, known since `at` (ISO instant).
 */
export async function withoutNewerWord({ client }: Tx, report: { no: string }, readings: Readings, lines: readonly LineToPost[], at: string): Promise<readonly LineToPost[]> {
  if (readings.first === null) return lines;
  const isOlder = ({ before }: LineToPost): boolean => before !== null && isNewerThanFile(readings, report.no, before);
  const older = lines.filter((line) => isOlder(line) && !isSummedElsewhere(line));
  if (older.length > 0) {
    await client.query(
      `INSERT INTO line_outcome (report_no, row_number, revision, outcome, reason, detail, lots, amount, known_at)
       SELECT $1, n, 2, 'superseded', 'SUPERSEDED', 'A report that came after this file has this line.', 0, 0, $3::timestamptz FROM unnest($2::int[]) AS n`, [report.no, older.map(({ rowNumber }) => rowNumber), at]);
  }
  return lines.filter((line) => !isOlder(line));
}
