import { Decimal, plain } from '../../domain/decimal.ts';
import { type SqlSource, sqlOf } from '../connection.ts';
import type { Page } from './page.ts';

/**
 * A broker's month, USD decimal strings. `reported`: commission of the month's report periods as it stands. `matched`: what of it payments pay, `owed` the rest.
 * `received`: payments that came in the month, less those that bounced in it. `paidOut`: to users, less what came back, and `accrued` (cashback, less what was taken
 * back), by when it was posted. `reserved`: payouts planned in the month that are still under way.
 */
export interface FundingMonth { brokerId: string; month: string; reported: string; received: string; matched: string; owed: string; paidOut: string; reserved: string; accrued: string }

const FIGURES = ['reported', 'received', 'matched', 'paidOut', 'reserved', 'accrued'] as const;
interface Row extends Record<(typeof FIGURES)[number], string> { brokerId: string; month: string }

/** Months in UTC. Amounts are credits as they stand on the ledger's accounts; payouts take from `reserved`, returns give to `available`. */
const MOVES = `
  SELECT e.broker_id, e.month, 'reported' AS figure, e.amount FROM commission_entry e
  UNION ALL SELECT m.broker_id, m.month, 'matched', m.amount FROM broker_payment_match m
  UNION ALL SELECT p.broker_id, to_char(p.received_on, 'YYYY-MM'), 'received', p.amount FROM broker_payment p
  UNION ALL SELECT p.broker_id, to_char(r.reversed_on, 'YYYY-MM'), 'received', -p.amount FROM broker_payment_reversal r JOIN broker_payment p ON p.id = r.payment_id
  UNION ALL SELECT s.broker_id, to_char(t.planned_at, 'YYYY-MM'), 'reserved', s.amount FROM payout t JOIN payout_source s ON s.payout_id = t.id WHERE t.state NOT IN ('paid', 'failed', 'returned')
  UNION ALL SELECT a.broker_id, to_char(j.effective_at, 'YYYY-MM'), CASE WHEN a.kind = 'cashback_expense' THEN 'accrued' ELSE 'paidOut' END, -p.amount
    FROM ledger_account a JOIN posting p ON p.account_id = a.id JOIN journal j ON j.id = p.journal_id
    WHERE a.kind = 'cashback_expense' OR (a.kind = 'reserved' AND j.kind = 'payout_paid') OR (a.kind = 'available' AND j.kind = 'payout_returned')`;

/** Months in which anything is there, by broker and month; `from` and `to` (exclusive) as `2026-11`; `page.after` is `<broker>_<month>`. */
export async function fundingMonths(source: SqlSource, filter: { brokerId?: string | undefined; from?: string | undefined; to?: string | undefined }, page: Page): Promise<FundingMonth[]> {
  const at = page.after?.lastIndexOf('_') ?? -1;
  const after = page.after === undefined ? null : [page.after.slice(0, at), page.after.slice(at + 1)];
  const { rows } = await sqlOf(source).query<Row>(
    `SELECT broker_id AS "brokerId", month, ${FIGURES.map((name) => `coalesce(sum(amount) FILTER (WHERE figure = '${name}'), 0) AS "${name}"`).join(', ')}
     FROM (${MOVES}) f WHERE ($1::text IS NULL OR broker_id = $1) AND ($2::text IS NULL OR month >= $2) AND ($3::text IS NULL OR month < $3)
       AND ($4::text IS NULL OR (broker_id, month) > ($4 COLLATE "C", $5 COLLATE "C"))
     GROUP BY broker_id, month HAVING bool_or(amount <> 0) ORDER BY broker_id COLLATE "C", month COLLATE "C" LIMIT $6`,
    [filter.brokerId ?? null, filter.from ?? null, filter.to ?? null, after?.[0] ?? null, after?.[1] ?? null, page.limit]);
  return rows.map(({ brokerId, month, ...figures }) => {
    const text = Object.fromEntries(FIGURES.map((name) => [name, plain(new Decimal(figures[name]))])) as Record<(typeof FIGURES)[number], string>;
    return { brokerId, month, ...text, owed: plain(new Decimal(text.reported).minus(text.matched)) };
  });
}
