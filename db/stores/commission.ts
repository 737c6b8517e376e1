import { MOST_OF_ONE_LINE } from '../../domain/calculation/amount.ts';
import { BALANCE_PLACES, cut, Decimal, plain } from '../../domain/decimal.ts';
import { monthOfPeriod } from '../../domain/funding/month.ts';
import type { Tx } from '../connection.ts';
import { postJournal } from '../ledger/journals.ts';
import { reportFileProfile } from './reports.ts';
import type { ReportWork } from './reportWork.ts';

/** Lines of these periods stopped counting by another period's report: their commission is worked out anew when that one is settled. */
export async function markCommissionStale(tx: Tx, periodIds: readonly string[]): Promise<void> {
  if (periodIds.length === 0) return;
  await tx.client.query('INSERT INTO commission_stale (period_id, broker_id) SELECT id, broker_id FROM report_period WHERE id = ANY ($1) ON CONFLICT DO NOTHING', [periodIds]);
}

interface StandingPeriod { id: string; from: Date; to: Date; posted: string; entries: number }

/**
 * Posts what a report version changed of the broker's commission (docs/decisions/commission-receivable.md): for its period, and for those whose lines it
 * reversed or took over, the difference between what stands now and what was posted before; one journal. Inside the transaction that makes the version the
 * latest, under the broker's posting lock.
 */
export async function postCommission(tx: Tx, report: ReportWork): Promise<void> {
  const { rows } = await tx.client.query<{ id: string }>('DELETE FROM commission_stale WHERE broker_id = $1 RETURNING period_id AS id', [report.brokerId]);
  await postStanding(tx, report, [report.periodId, ...rows.map(({ id }) => id)], { step: '', at: report.postedAt! });
}

/**
 * The same for the periods that lines judged again have changed, in the transaction that judges them and under the broker's posting lock. `step` names it among
 * the postings of the report; `at`: ISO instant.
 */
export async function postCommissionAgain(tx: Tx, report: ReportWork, periodIds: readonly string[], step: string, at: string): Promise<void> {
  await tx.client.query('DELETE FROM commission_stale WHERE period_id = ANY ($1)', [periodIds]);
  await postStanding(tx, report, periodIds, { step, at });
}

async function postStanding(tx: Tx, report: ReportWork, periodIds: readonly string[], { step, at }: { step: string; at: string }): Promise<void> {
  const { rows: periods } = await tx.client.query<StandingPeriod>(
    `SELECT p.id, p.period_from AS "from", p.period_to AS "to", coalesce(sum(e.amount), 0) AS posted, count(e.report_no)::int AS entries
     FROM report_period p LEFT JOIN commission_entry e ON e.period_id = p.id WHERE p.id = ANY ($1) GROUP BY p.id ORDER BY p.id`, [periodIds]);
  const { columns } = await reportFileProfile(tx, report.profileId);
  const changed: { periodId: string; month: string; amount: string }[] = [];
  for (const { id, from, to, posted, entries } of periods) {
    if (id === report.periodId && entries === 0 && columns.commission === undefined) continue;
    const amount = cut(new Decimal(await standingCommission(tx, id)), BALANCE_PLACES).minus(posted);
    if (!amount.isZero()) changed.push({ periodId: id, month: monthOfPeriod(from.toISOString(), to.toISOString()), amount: plain(amount) });
  }
  if (changed.length === 0) return;
  const total = plain(changed.reduce((all, { amount }) => all.plus(amount), new Decimal(0)));
  const key = total === '0' ? null : `report:${report.no}:commission${step === '' ? '' : `:${step}`}`;
  await tx.client.query(
    `INSERT INTO commission_entry (report_no, step, period_id, broker_id, month, amount, journal_key)
     SELECT $1, $7, c.period_id, $2, c.month, c.amount, $3 FROM unnest($4::text[], $5::text[], $6::numeric[]) AS c (period_id, month, amount)`,
    [report.no, report.brokerId, key, changed.map((one) => one.periodId), changed.map((one) => one.month), changed.map((one) => one.amount), step]);
  if (key === null) return;
  await postJournal(tx, {
    key, kind: 'commission_reported', effectiveAt: at, cause: { type: 'report', id: report.no },
    postings: [
      { account: { kind: 'broker_receivable', brokerId: report.brokerId }, amount: plain(new Decimal(total).neg()) },
      { account: { kind: 'commission_income', brokerId: report.brokerId }, amount: total },
    ],
  });
}

/**
 * USD that the broker reports as our commission for the lines of a period that count now, uncut. Of several rows of one aggregate each counts. Not: malformed and
 * superseded lines, what is no trade, reversed trades with their reversals, what was taken back or is known by another key by now, and a figure that no line can have.
 */
async function standingCommission(tx: Tx, periodId: string): Promise<string> {
  // Whole reports are summed: one pass over each table. What is set here was set for look-ups by index, and goes with the transaction.
  await tx.client.query("SET LOCAL enable_seqscan = on; SET LOCAL enable_bitmapscan = on; SET LOCAL enable_hashjoin = on; SET LOCAL enable_nestloop = off; SET LOCAL work_mem = '64MB'");
  const { rows: [found] } = await tx.client.query<{ reports: string[] | null; aggregates: boolean | null }>(
    "SELECT array_agg(DISTINCT report_no) AS reports, bool_or(key LIKE 'bucket:%') AS aggregates FROM earning WHERE period_id = $1", [periodId]);
  const parameters = [periodId, found!.reports ?? [], MOST_OF_ONE_LINE];
  const lines = await tx.client.query<{ total: string }>(
    `SELECT coalesce(sum(l.commission), 0) AS total FROM report_line l JOIN earning e ON e.report_no = l.report_no AND e.row_number = l.row_number
     WHERE ${STANDING} AND l.report_no = ANY ($2) AND l.kind <> 'reversal' AND abs(l.commission) < $3`, parameters);
  if (found!.aggregates !== true) return lines.rows[0]!.total;
  const others = await tx.client.query<{ total: string }>(
    `SELECT coalesce(sum(l.commission), 0) AS total FROM report_line l JOIN line_outcome o ON o.report_no = l.report_no AND o.row_number = l.row_number JOIN earning e ON e.report_no = o.report_no AND e.key = o.key
     WHERE ${STANDING} AND l.report_no = ANY ($2) AND o.report_no = ANY ($2) AND o.outcome = 'ignored' AND l.kind = 'aggregate' AND abs(l.commission) < $3
       AND NOT EXISTS (SELECT FROM line_outcome n WHERE n.report_no = ANY ($2) AND n.report_no = o.report_no AND n.row_number = o.row_number AND n.revision = o.revision + 1)`, parameters);
  return plain(new Decimal(lines.rows[0]!.total).plus(others.rows[0]!.total));
}

const STANDING = "e.period_id = $1 AND e.reversed_by_report_no IS NULL AND e.reason IS DISTINCT FROM 'MALFORMED' AND NOT e.taken_back";
