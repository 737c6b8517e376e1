import type { Pool } from 'pg';
import { type Tx, withTransaction } from '../../db/connection.ts';
import { linesToJudge } from '../../db/stores/accountStream.ts';
import { loadAccountContexts, loadBrokerContext } from '../../db/stores/brokerContext.ts';
import { type AccountLine, copyOutcomes, type KnownBases, settleRepeatedTickets } from '../../db/stores/lineOutcomes.ts';
import { getMethodology, type Methodology, methodologyInForce } from '../../db/stores/methodologies.ts';
import { findByIndex, keepProgress, lockReport, readReportWork, type ReportWork } from '../../db/stores/reportWork.ts';
import { reportFileProfile } from '../../db/stores/reports.ts';
import { fixTiers } from '../../db/stores/userTiers.ts';
import { Problem } from '../../domain/problem.ts';
import { type ContextOf, judgedParts, type NamedAccount } from './judgedParts.ts';
import { lineRange, type PageResult, writePages } from './pages.ts';

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
    const repeats = report.repeats === false ? false : (await settleRepeatedTickets(tx, report.no)) > 0;
    await tx.client.query('UPDATE report SET repeats = $2 WHERE id = $1', [reportId, repeats]);
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

/** Judges the next pages of whole accounts, each of more than `size` lines. The cursor moves in each page's transaction. */
export async function judgePage(pool: Pool, reportId: string, size: number, pages = 1): Promise<PageResult> {
  const report = await readReportWork(pool, reportId);
  if (report.state !== 'judging') return { done: true, linesDone: report.lines ?? 0 };
  const range = await lineRange(pool, report, size * pages);
  const { methodology, broker } = await withTransaction(pool, async (tx) => {
    const profile = await reportFileProfile(tx, report.profileId);
    return { methodology: await periodMethodology(tx, report), broker: await loadBrokerContext(tx, report, profile.adjustmentShare ?? '1') };
  });
  const contexts = (accounts: readonly NamedAccount[]): Promise<ContextOf> => withTransaction(pool, (tx) => accountContexts(tx, report, methodology, accounts));
  const parts = judgedParts(linesToJudge(pool, range, report.repeats !== false), { broker, contexts }, size, range.upTo);
  const begin = async (tx: Tx) => {
    const bases: KnownBases = new Map();
    return { write: (lines: readonly AccountLine[]) => copyOutcomes(tx, report.no, methodology.id, lines, bases), end: async () => undefined };
  };
  return writePages(pool, report, parts, { during: 'judging', after: 'judged', begin });
}

/** The accounts of a page; whoever was linked since the judging began gets his tier now. */
async function accountContexts(tx: Tx, report: ReportWork, methodology: Methodology, accounts: readonly NamedAccount[]): Promise<ContextOf> {
  await findByIndex(tx);
  const contextOf = await loadAccountContexts(tx, report, accounts);
  const complete = accounts.every(({ server, account }) => {
    const { links, tiers } = contextOf(server, account);
    return links.every((link) => tiers.has(link.userId));
  });
  if (complete) return contextOf;
  await fixTiers(tx, report, methodology, true);
  return loadAccountContexts(tx, report, accounts);
}

