import type { Pool } from 'pg';
import { Problem } from '../../domain/problem.ts';
import { storableJson } from '../../domain/storable.ts';
import type { ReportLine, ReportSummary } from '../../domain/reports/line.ts';
import { fileProfileOf } from '../../domain/reports/profile.ts';
import { noticesOf } from '../../domain/reports/notices.ts';
import { TicketsSeen } from '../../domain/reports/ticketsSeen.ts';
import { type Tx, withTransaction } from '../../db/connection.ts';
import { refusedData } from '../../db/refusedData.ts';
import { reportBytes } from '../../db/stores/reportBytes.ts';
import { reportProfile, type ReportState } from '../../db/stores/reports.ts';
import { lockReport, type ReportWork } from '../../db/stores/reportWork.ts';
import { saysTheSame } from '../../db/stores/reportRereads.ts';
import { copyLines } from '../../db/stores/stagedLines.ts';
import { readReport } from './read/readReport.ts';
import { type Reading, tellReading } from './tellReading.ts';

/** Thrown to undo the copy when the file says nothing new. */
class Unchanged extends Error {}

/**
 * Reads a received file by its profile and stages every line, or refuses the file whole with the reason kept on the report.
 * The same content as the period's latest version, in whatever order of rows, is `unchanged` and leaves nothing behind
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
      const notices = noticesOf(report.receivedAt, fileProfileOf(profile).currencies, await reportPeriodOf(tx, report.periodId));
      const reader: { summary: ReportSummary | null } = { summary: null };
      async function* batches(): AsyncGenerator<ReportLine[]> {
        let lines = 0;
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
          }
          yield next.value;
        }
      }
      await copyLines(tx, report.no, batches());
      const summary = reader.summary!;
      const latest = await tx.client.query<{ no: string; content_digest: string }>(
        'SELECT no, content_digest FROM report WHERE no = (SELECT latest_report_no FROM report_period WHERE id = $1)', [report.periodId]);
      if (latest.rows[0]?.content_digest === summary.contentDigest && await saysTheSame(tx, reportId, latest.rows[0].no)) throw new Unchanged();
      await refuseTwin(tx, report, summary);
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

/** The same content as the latest version of another, overlapping period is a mistaken period: its lines would count twice. */
async function refuseTwin(tx: Tx, report: ReportWork, summary: ReportSummary): Promise<void> {
  if (summary.lines === 0) return;
  const found = await tx.client.query<{ from: Date; to: Date }>(
    `SELECT o.period_from AS "from", o.period_to AS "to" FROM report_period p
     JOIN report_period o ON o.broker_id = p.broker_id AND o.id <> p.id AND o.period_from < p.period_to AND p.period_from < o.period_to
     JOIN report t ON t.no = o.latest_report_no AND t.content_digest = $2
     WHERE p.id = $1 LIMIT 1`, [report.periodId, summary.contentDigest]);
  const twin = found.rows[0];
  if (twin === undefined) return;
  throw new Problem('CONTENT_OF_OTHER_PERIOD', `The file "${report.fileName}" has the same lines as the report of the overlapping period ${twin.from.toISOString()} to ${twin.to.toISOString()}; upload it for that period, or check which period it is for.`);
}

async function keepState(pool: Pool, reportId: string, state: ReportState, refusal: object | null): Promise<ReportState> {
  await pool.query("UPDATE report SET state = $2, refusal = $3 WHERE id = $1 AND state = 'received'", [reportId, state, refusal === null ? null : storableJson(refusal)]);
  return state;
}
