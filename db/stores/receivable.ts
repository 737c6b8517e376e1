import { Decimal, plain } from '../../domain/decimal.ts';
import { type SqlSource, sqlOf } from '../connection.ts';
import type { Page } from './page.ts';
import { fundedSql } from './exposure.ts';

/** One journal on a broker's receivable; USD, positive: the broker owes more, negative: it paid or the report was lowered. */
export interface ReceivableEntry { journalId: string; kind: 'commission_reported' | 'broker_funded'; effectiveAt: string; recordedAt: string; reportId: string | null; paymentId: string | null; amount: string }
/** USD. `owed` = reported − funded, as the ledger's account says; `unmatched`: of the payments, not matched to any month. */
export interface Receivable { brokerId: string; reported: string; funded: string; owed: string; unmatched: string }

/** The broker exists. */
export async function receivableOf(source: SqlSource, brokerId: string): Promise<Receivable> {
  const { rows: [row] } = await sqlOf(source).query<Omit<Receivable, 'brokerId'>>(
    `SELECT coalesce((SELECT sum(e.amount) FROM commission_entry e WHERE e.broker_id = $1), 0) AS reported, ${fundedSql('$1')} AS funded,
       coalesce((SELECT -sum(l.amount) FROM ledger_account a JOIN balance l ON l.account_id = a.id WHERE a.kind = 'broker_receivable' AND a.broker_id = $1 AND a.currency = 'USD'), 0) AS owed,
       ${fundedSql('$1')} - coalesce((SELECT sum(t.amount) FROM broker_payment_match t WHERE t.broker_id = $1), 0) AS unmatched`, [brokerId]);
  const text = (amount: string): string => plain(new Decimal(amount));
  return { brokerId, reported: text(row!.reported), funded: text(row!.funded), owed: text(row!.owed), unmatched: text(row!.unmatched) };
}

/** The journals in the order in which they were posted; the page's key is the journal's id. */
export async function receivableEntries(source: SqlSource, brokerId: string, filter: { from?: string | undefined; to?: string | undefined }, page: Page): Promise<ReceivableEntry[]> {
  const { rows } = await sqlOf(source).query<Omit<ReceivableEntry, 'effectiveAt' | 'recordedAt'> & { effectiveAt: Date; recordedAt: Date }>(
    `SELECT j.id AS "journalId", j.kind, j.effective_at AS "effectiveAt", j.recorded_at AS "recordedAt", r.id AS "reportId",
       CASE WHEN j.cause_type = 'broker_payment' THEN j.cause_id END AS "paymentId", trim_scale(-p.amount)::text AS amount
     FROM ledger_account a JOIN posting p ON p.account_id = a.id JOIN journal j ON j.id = p.journal_id LEFT JOIN report r ON j.cause_type = 'report' AND r.no = CASE WHEN j.cause_type = 'report' THEN j.cause_id::bigint END
     WHERE a.kind = 'broker_receivable' AND a.broker_id = $1 AND a.currency = 'USD' AND j.id > $2::bigint AND ($3::timestamptz IS NULL OR j.effective_at >= $3) AND ($4::timestamptz IS NULL OR j.effective_at < $4)
     ORDER BY j.id LIMIT $5`, [brokerId, page.after ?? '0', filter.from ?? null, filter.to ?? null, page.limit]);
  return rows.map((row) => ({ ...row, effectiveAt: row.effectiveAt.toISOString(), recordedAt: row.recordedAt.toISOString() }));
}
