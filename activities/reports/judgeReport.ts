import type { Pool } from 'pg';
import { type Tx, withTransaction } from '../../db/connection.ts';
import { loadAccountContexts, loadBrokerContext } from '../../db/stores/brokerContext.ts';
import { type AccountLine, insertOutcomes, linesToJudge, settleRepeatedTickets, tieOutFigures } from '../../db/stores/lineOutcomes.ts';
import { askAtGate } from '../../db/stores/changeGates.ts';
import { askAboutMail } from '../../db/stores/mailGate.ts';
import { earnedByReport } from '../../db/stores/earnedByReport.ts';
import { getMethodology, type Methodology, methodologyInForce } from '../../db/stores/methodologies.ts';
import { findByIndex, keepProgress, lockReport, nextAccountPage, type ReportWork } from '../../db/stores/reportWork.ts';
import { reportFileProfile } from '../../db/stores/reports.ts';
import { fixTiers } from '../../db/stores/userTiers.ts';
import { Decimal, plain } from '../../domain/decimal.ts';
import type { AccountContext } from '../../domain/eligibility/context.ts';
import { judgeAccount } from '../../domain/eligibility/judgeAccount.ts';
import { Problem } from '../../domain/problem.ts';

/** Whether a paged step has more to do, and how far it is. */
export interface PageResult { done: boolean; linesDone: number }

/**
 * Before a report is judged: fixes the period's methodology (the version in force at its start) and its users' tiers, and
 * settles which of several lines with one ticket counts. Where no methodology is in force the report is refused, with the reason.
 */
export async function beginJudging(pool: Pool, reportId: string): Promise<void> {
  try {
    await begin(pool, reportId);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'METHODOLOGY_MISSING') throw error;
    await pool.query("UPDATE report SET state = 'refused', refusal = $2 WHERE id = $1 AND state = 'staged'", [reportId, { code: error.code, message: error.message }]);
  }
}

async function begin(pool: Pool, reportId: string): Promise<void> {
  await withTransaction(pool, async (tx) => {
    const report = await lockReport(tx, reportId);
    if (report.state !== 'staged') return;
    const period = await tx.client.query<{ latest_report_no: string | null }>('SELECT latest_report_no FROM report_period WHERE id = $1 FOR UPDATE', [report.periodId]);
    const methodology = await periodMethodology(tx, report);
    await fixTiers(tx, report, methodology, period.rows[0]!.latest_report_no !== null);
    await settleRepeatedTickets(tx, report.no);
    await keepProgress(tx, reportId, { state: 'judging', cursor: null });
  });
}

/** The methodology that the period was fixed to, fixing it now if this is its first report. */
export async function periodMethodology(tx: Tx, report: ReportWork): Promise<Methodology> {
  const fixed = await tx.client.query<{ methodology_id: string | null }>('SELECT methodology_id FROM report_period WHERE id = $1', [report.periodId]);
  const id = fixed.rows[0]!.methodology_id;
  if (id !== null) return getMethodology(tx.db, id);
  const methodology = await methodologyInForce(tx.db, report.periodFrom);
  await tx.client.query('UPDATE report_period SET methodology_id = $2 WHERE id = $1', [report.periodId, methodology.id]);
  return methodology;
}

/** Judges the next page of whole accounts (about `size` lines). The cursor moves in the same transaction. */
export async function judgePage(pool: Pool, reportId: string, size: number): Promise<PageResult> {
  return withTransaction(pool, async (tx) => {
    const report = await lockReport(tx, reportId);
    if (report.state !== 'judging') return { done: true, linesDone: report.lines ?? 0 };
    await findByIndex(tx);
    const profile = await reportFileProfile(tx, report.profileId);
    const broker = await loadBrokerContext(tx, report, profile.adjustmentShare ?? '1');
    const page = await nextAccountPage(tx, report.no, report.cursor, size);
    const lines = await linesToJudge(tx, report.no, page);
    const byAccount = Map.groupBy(lines, (line) => `${line.server}\n${line.account}`);
    const methodology = await periodMethodology(tx, report);
    const contextOf = await accountContexts(tx, report, methodology, [...byAccount.values()].map((own) => own[0]!));
    const judged: AccountLine[] = [];
    for (const own of byAccount.values()) {
      const account = contextOf(own[0]!.server, own[0]!.account);
      for (const line of judgeAccount(own, broker, account)) judged.push({ ...line, tradingAccountId: account.tradingAccountId });
    }
    await insertOutcomes(tx, report.no, methodology.id, judged);
    const done = page.end === null;
    await keepProgress(tx, reportId, done ? { state: 'judged', cursor: null } : { cursor: page.end, linesDone: lines.length });
    return { done, linesDone: lines.length };
  });
}

/** The accounts of a page; whoever was linked since the judging began gets his tier now. */
async function accountContexts(tx: Tx, report: ReportWork, methodology: Methodology, accounts: readonly { server: string; account: string }[]): Promise<(server: string, account: string) => AccountContext> {
  const contextOf = await loadAccountContexts(tx, report, accounts);
  const complete = accounts.every(({ server, account }) => {
    const { links, tiers } = contextOf(server, account);
    return links.every((link) => tiers.has(link.userId));
  });
  if (complete) return contextOf;
  await fixTiers(tx, report, methodology, true);
  return loadAccountContexts(tx, report, accounts);
}

/**
 * Lots in = lots out, and exactly one outcome a line: only then may the report be posted. A report that does not tie out is
 * refused whole, with the difference; nothing of it has been posted.
 */
export async function tieOut(pool: Pool, reportId: string, approval: { asOf: string } | null = null): Promise<TiedOut> {
  return withTransaction(pool, async (tx) => {
    const report = await lockReport(tx, reportId);
    if (report.state === 'refused' || report.state === 'awaiting_approval') return report.state;
    if (report.state !== 'judged') return 'tied_out';
    const figures = await tieOutFigures(tx, report.no);
    const difference = new Decimal(report.lots!).minus(figures.lotsOut);
    if (difference.isZero() && figures.lines === report.lines && figures.outcomes === report.lines) {
      const state = approval !== null && (await askedForSecond(tx, report, approval.asOf)) ? 'awaiting_approval' : 'tied_out';
      await keepProgress(tx, reportId, { state, cursor: null });
      return state;
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

/** A report that waits for a second operator is asked about again when it was decided. */
export type TiedOut = 'tied_out' | 'refused' | 'awaiting_approval';

/** A mail that is not surely its sender's, and a report that would credit more than the limit, are not posted before a second operator agrees; whoever handed it in cannot be the one. */
async function askedForSecond(tx: Tx, report: ReportWork, asOf: string): Promise<boolean> {
  const earned = await earnedByReport(tx, report);
  if (await askAboutMail(tx, report, earned, asOf) !== null) return true;
  const { rows: [file] } = await tx.client.query<{ by: string }>('SELECT received_by AS by FROM report WHERE id = $1', [report.id]);
  const asked = await askAtGate(tx, {
    kind: 'report_over_limit', subject: { type: 'report', id: report.id }, amount: earned, by: file!.by, at: asOf,
    payload: { brokerId: report.brokerId, fileName: report.fileName, lines: report.lines, lots: report.lots, earned },
  });
  return asked !== null;
}
