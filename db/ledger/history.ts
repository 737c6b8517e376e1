import { Decimal, plain } from '../../domain/decimal.ts';
import { sqlOf, type SqlSource } from '../connection.ts';

export interface AsOf {
  /** ISO instant: count only what is effective at or before it ("as effective on"). */
  effectiveAt?: string;
  /** ISO instant: count only what had been recorded at or before it ("as known on"). */
  recordedAt?: string;
}

export interface AccountAsOf { code: string; kind: string; brokerId: string | null; programme: string | null; currency: string; amount: string }

/**
 * The user's accounts as they were on either clock, or on both: "what did we believe on 1 May about 1 April" is
 * `{ effectiveAt: '…04-01…', recordedAt: '…05-01…' }`. Amounts are decimal strings; accounts that stood at nothing are
 * left out. Computed from the postings, not from the balances.
 */
export async function userBalancesAsOf(source: SqlSource, userId: string, asOf: AsOf): Promise<AccountAsOf[]> {
  const { rows } = await sqlOf(source).query<AccountAsOf>(
    `SELECT a.code, a.kind, a.broker_id AS "brokerId", a.programme, a.currency, sum(p.amount) AS amount
     FROM public.ledger_account a JOIN public.posting p ON p.account_id = a.id JOIN public.journal j ON j.id = p.journal_id
     WHERE a.user_id = $1 AND j.effective_at <= coalesce($2::timestamptz, 'infinity') AND j.recorded_at <= coalesce($3::timestamptz, 'infinity')
     GROUP BY a.id HAVING sum(p.amount) <> 0 ORDER BY a.code`, [userId, asOf.effectiveAt ?? null, asOf.recordedAt ?? null]);
  return rows.map((row) => ({ ...row, amount: plain(new Decimal(row.amount)) }));
}

export interface StatementLine { journalId: string; kind: string; effectiveAt: Date; recordedAt: Date; causeType: string; causeId: string; code: string; currency: string; amount: string }

/** The user's postings in the order they were recorded, after journal id `after` (paging), at most `limit`. */
export async function userStatement(source: SqlSource, userId: string, after = '0', limit = 500): Promise<StatementLine[]> {
  const { rows } = await sqlOf(source).query<StatementLine>(
    `SELECT j.id::text AS "journalId", j.kind, j.effective_at AS "effectiveAt", j.recorded_at AS "recordedAt", j.cause_type AS "causeType",
       j.cause_id AS "causeId", a.code, a.currency, trim_scale(p.amount)::text AS amount
     FROM public.ledger_account a JOIN public.posting p ON p.account_id = a.id JOIN public.journal j ON j.id = p.journal_id
     WHERE a.user_id = $1 AND p.journal_id IN (
       SELECT q.journal_id FROM public.posting q JOIN public.ledger_account b ON b.id = q.account_id WHERE b.user_id = $1 AND q.journal_id > $2
       GROUP BY q.journal_id ORDER BY q.journal_id LIMIT $3)
     ORDER BY j.id, p.line`, [userId, after, limit]);
  return rows;
}
