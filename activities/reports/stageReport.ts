import type { Pool } from 'pg';
import { Problem } from '../../domain/problem.ts';
import { storableJson } from '../../domain/storable.ts';
import type { ReportLine, ReportSummary } from '../../domain/reports/line.ts';
import { fileProfileOf } from '../../domain/reports/profile.ts';
import { noticesOf } from '../../domain/reports/notices.ts';
import { isTicketless } from '../../domain/reports/ticketless.ts';
import { TicketsSeen } from '../../domain/reports/ticketsSeen.ts';
import { type Tx, withTransaction } from '../../db/connection.ts';
import { refusedData } from '../../db/refusedData.ts';
import { reportBytes } from '../../db/stores/reportBytes.ts';
import { reportProfile, type ReportState } from '../../db/stores/reports.ts';
import { lockReport, type ReportWork } from '../../db/stores/reportWork.ts';
import { saysNothingNew } from '../../db/stores/reportRereads.ts';
import { twinOf, twinRefusal } from '../../db/stores/sameContent.ts';
import { copyLines } from '../../db/stores/stagedLines.ts';
import { readReport } from './read/readReport.ts';
import { type Reading, tellReading } from './tellReading.ts';

/** Thrown to undo the copy when the file says nothing new. */
class Unchanged extends Error {}

/**
 * Reads a received file by its profile and stages every line, or refuses the file whole with the reason kept on the report.
 * The same content as the period's latest version of that profile name, in whatever order of rows, is `unchanged` and leaves nothing behind
 * (product.md "Restatement"). Done again after a kill it starts over: nothing of a half-read file stays.
 */
export async function stageReport(pool: Pool, reportId: string, progress: (reading: Reading) => void): Promise<ReportState> {
  const told = tellReading(pool, reportId);
  try {
    return await withTransaction(pool, async (tx) => {
      const report = await lockReport(tx, reportId);
      if (report.state !== 'received') return report.state;
      const profile = await reportProfile(tx, report.profileId);
      const size = await fileSize(tx, reportId);
      let bytes = 0;
      async function* file(): AsyncGenerator<Uint8Array> {
        for await (const piece of reportBytes(pool, reportId)) {
          bytes += piece.length;
          yield piece;
        }
      }
      const tickets = new TicketsSeen();
      const reading = readReport(file(), profile, report.fileName, { pages: report.origin === 'api' });
      const period = await reportPeriodOf(tx, report.periodId);
      const notices = noticesOf(report.receivedAt, fileProfileOf(profile).currencies, period);
      let ticketless = false;
      const reader: { summary: ReportSummary | null } = { summary: null };
      async function* batches(): AsyncGenerator<ReportLine[]> {
        let lines = 0;
        try {
          for (;;) {
            const next = await reading.next();
            if (next.done) {
              reader.summary = next.value;
              return;
            }
            lines += next.value.length;
            progress({ lines, bytes, size });
            told.tell({ lines, bytes, size });
            for (const line of next.value) {
              notices.add(line);
              tickets.add(line);
              ticketless ||= isTicketless(line);
            }
            yield next.value;
          }
        } finally {
          // Where the copy fails in between, the file is left unread: its connection goes back.
          await reading.return({ lines: 0, lots: '0', contentDigest: '' });
        }
      }
      await copyLines(tx, report.no, batches());
      const summary = reader.summary!;
      if (await saysNothingNew(tx, reportId, summary.contentDigest)) throw new Unchanged();
      if (ticketless) await refuseTwin(tx, report, period, summary.contentDigest);
      await tx.client.query("UPDATE report SET state = 'staged', lines = $2, lots = $3, content_digest = $4, notices = $5, repeats = $6 WHERE id = $1",
        [reportId, summary.lines, summary.lots, summary.contentDigest, storableJson(notices.list()), tickets.maybeRepeated ? null : false]);
      return 'staged';
    });
  } catch (error) {
    if (error instanceof Unchanged) return keepState(pool, reportId, 'unchanged', null);
    const problem = refusedData(error);
    if (problem !== null && problem.code !== 'COMMIT_FAILED') {
      return keepState(pool, reportId, 'refused', { code: problem.code, message: problem.message, at: problem.at, facts: problem.facts });
    }
    throw error;
  } finally {
    await told.settled();
  }
}

async function reportPeriodOf(tx: Tx, periodId: string): Promise<{ from: string; to: string }> {
  const { rows: [row] } = await tx.client.query<{ from: Date; to: Date }>('SELECT period_from AS "from", period_to AS "to" FROM report_period WHERE id = $1', [periodId]);
  return { from: row!.from.toISOString(), to: row!.to.toISOString() };
}

async function fileSize(tx: Tx, reportId: string): Promise<number> {
  return Number((await tx.client.query<{ size: string }>('SELECT size FROM report WHERE id = $1', [reportId])).rows[0]!.size);
}

/** The same content as another, overlapping period's is a mistaken period: lines without a ticket would count twice. Those with one move, and are asked about where they close outside. */
async function refuseTwin(tx: Tx, report: ReportWork, period: { from: string; to: string }, contentDigest: string): Promise<void> {
  const twin = await twinOf(tx, { brokerId: report.brokerId, ...period }, contentDigest);
  if (twin === null) return;
  const { code, message } = twinRefusal(report.fileName, twin);
  throw new Problem(code, message);
}

async function keepState(pool: Pool, reportId: string, state: ReportState, refusal: object | null): Promise<ReportState> {
  await pool.query("UPDATE report SET state = $2, refusal = $3 WHERE id = $1 AND state = 'received'", [reportId, state, refusal === null ? null : storableJson(refusal)]);
  return state;
}
