import type { Pool } from 'pg';
import { type Tx, withTransaction } from '../../db/connection.ts';
import { getPolicy } from '../../db/stores/approvalPolicies.ts';
import { askAtGate } from '../../db/stores/changeGates.ts';
import { earnedByReport } from '../../db/stores/earnedByReport.ts';
import { type TieOut, tieOutFigures } from '../../db/stores/lineOutcomes.ts';
import { askAboutMail } from '../../db/stores/mailGate.ts';
import { mailOf } from '../../db/stores/mailVerdicts.ts';
import { askAboutMovedTickets } from '../../db/stores/movedTicketsGate.ts';
import { FOLLOWS } from '../../db/stores/replacedReports.ts';
import { askAboutOverlappingLots } from '../../db/stores/overlappingLotsGate.ts';
import { askAboutRepeatedRows } from '../../db/stores/repeatedRowsGate.ts';
import { noteReplacedFigures } from '../../db/stores/replacedFigures.ts';
import { keepProgress, lockReport, type ReportWork } from '../../db/stores/reportWork.ts';
import { isSetAside } from '../../db/stores/setAside.ts';
import { needsSecond } from '../../domain/changes/policy.ts';
import { Decimal, plain } from '../../domain/decimal.ts';

/**
 * Lots in = lots out, and exactly one outcome a line: only then may the report be posted. A report that does not tie out is
 * refused whole, with the difference; nothing of it has been posted.
 */
export async function tieOut(pool: Pool, reportId: string, approval: { asOf: string } | null = null): Promise<TiedOut> {
  return withTransaction(pool, async (tx) => {
    const report = await lockReport(tx, reportId);
    if (report.state === 'refused') return 'refused';
    if (report.state === 'awaiting_approval') return waiting(tx, reportId);
    if (report.state !== 'judged') return 'tied_out';
    if (await refusedAsOlder(tx, report)) return 'refused';
    const figures = await tieOutFigures(tx, report.no);
    const difference = new Decimal(report.lots!).minus(figures.lotsOut);
    if (difference.isZero() && figures.lines === report.lines && figures.outcomes === report.lines) {
      await tx.client.query('UPDATE report SET lines_from = $2, lines_to = $3 WHERE id = $1', [reportId, figures.reach?.from ?? null, figures.reach?.to ?? null]);
      await noteReplacedFigures(tx, report);
      const state = (await askedForSecond(tx, report, approval?.asOf ?? null, figures)) ? 'awaiting_approval' : 'tied_out';
      await keepProgress(tx, reportId, { state, cursor: null });
      return state === 'tied_out' ? state : waiting(tx, reportId);
    }
    const refusal = {
      code: 'LOTS_DO_NOT_TIE_OUT',
      message: `The file "${report.fileName}" has ${report.lines} lines with ${report.lots} lots, but ${figures.outcomes} outcomes with ${figures.lotsOut} lots were found; nothing was posted.`,
      facts: { linesIn: report.lines, outcomes: figures.outcomes, lotsIn: report.lots, lotsOut: figures.lotsOut, difference: plain(difference) },
    };
    await tx.client.query("UPDATE report SET state = 'refused', refusal = $2 WHERE id = $1", [reportId, refusal]);
    return 'refused';
  });
}

/** A report that waits for a second operator is asked about again when it was decided; one that was set aside holds up nobody meanwhile. */
export type TiedOut = 'tied_out' | 'refused' | 'awaiting_approval' | 'set_aside';

const waiting = async (tx: Tx, reportId: string): Promise<TiedOut> => ((await isSetAside(tx, reportId)) ? 'set_aside' : 'awaiting_approval');

/** What came later was posted while it was set aside: posted now, it would beat that in silence. Who means it hands it in again. */
async function refusedAsOlder(tx: Tx, report: ReportWork): Promise<boolean> {
  // Of another name too, where it has a line of this one: under whichever name, the later one is the broker's newer word of it.
  const { rows: [newer] } = await tx.client.query<{ id: string }>(
    `SELECT l.id FROM report r JOIN report l ON l.period_id = r.period_id AND l.no > r.no AND l.state = 'posted'
     WHERE r.id = $1 AND (${FOLLOWS('l', 'r')} OR EXISTS (SELECT FROM report_line a JOIN report_line b ON b.ticket = a.ticket AND b.server = a.server AND b.report_no = l.no WHERE a.report_no = r.no AND a.ticket IS NOT NULL)
       OR EXISTS (SELECT FROM report_line a JOIN report_line b ON b.report_no = l.no AND b.server = a.server AND b.account = a.account AND b.bucket = a.bucket WHERE a.report_no = r.no AND a.kind = 'aggregate'))
     ORDER BY l.no DESC LIMIT 1`, [report.id]);
  if (newer === undefined) return false;
  const refusal = {
    code: 'NEWER_REPORT_POSTED', message: `While the file "${report.fileName}" waited to be agreed to, the report "${newer.id}" that came after it was posted for the period; nothing of this one was posted. If it should count all the same, hand it in again.`,
    facts: { reportId: newer.id },
  };
  await tx.client.query("UPDATE report SET state = 'refused', refusal = $2 WHERE id = $1", [report.id, refusal]);
  return true;
}

/**
 * A mail that is not surely its sender's, a report with lines that may be another period's or lots that may stand already, and one that would credit more than the limit, are not posted before
 * a second operator agrees to each in turn; whoever handed it in cannot be the one. `asOf` null: nobody is asked.
 */
async function askedForSecond(tx: Tx, report: ReportWork, asOf: string | null, { ticketless, credits, reach }: TieOut): Promise<boolean> {
  const earned = asOf === null || !(await mayMatter(tx, report, credits)) ? '0' : await earnedByReport(tx, report);
  if (asOf !== null && await askAboutMail(tx, report, earned, asOf) !== null) return true;
  if (await askAboutMovedTickets(tx, report, asOf) !== null) return true;
  if (ticketless && await askAboutRepeatedRows(tx, report, asOf) !== null) return true;
  if (await askAboutOverlappingLots(tx, report, reach, asOf) !== null) return true;
  if (asOf === null) return false;
  const { rows: [file] } = await tx.client.query<{ by: string }>('SELECT received_by AS by FROM report WHERE id = $1', [report.id]);
  const asked = await askAtGate(tx, {
    kind: 'report_over_limit', subject: { type: 'report', id: report.id }, amount: earned, by: file!.by, at: asOf,
    payload: { brokerId: report.brokerId, fileName: report.fileName, lines: report.lines, lots: report.lots, earned },
  });
  return asked !== null;
}

/** Whether it matters how much a report would credit: not where all of its lines together, whatever was earned before, are within the limit. */
async function mayMatter(tx: Tx, report: ReportWork, credits: string): Promise<boolean> {
  if (needsSecond(await getPolicy(tx.db, 'report_over_limit'), credits)) return true;
  const { isMail } = await mailOf(tx, report.id);
  const { rows: [read] } = await tx.client.query<{ again: boolean }>('SELECT rereads IS NOT NULL AS again FROM report WHERE id = $1', [report.id]);
  return isMail || read!.again;
}
