import type { Quote } from '../../domain/payouts/quote.ts';
import { type SqlSource, sqlOf, type Tx } from '../connection.ts';

/** A quote as stored: what a payout pays, at which rate, and until when that holds. `no` 1 is the one it was planned with. */
export interface PayoutQuote extends Omit<Quote, 'carried'> { payoutId: string; no: number; quotedAt: string }

/** Keeps new quotes; of each payout the last one counts. */
export async function insertQuotes(tx: Tx, quotes: readonly PayoutQuote[]): Promise<void> {
  if (quotes.length === 0) return;
  const column = <K extends keyof PayoutQuote>(name: K): PayoutQuote[K][] => quotes.map((quote) => quote[name]);
  await tx.client.query(
    `INSERT INTO payout_quote (payout_id, no, amount, pay_amount, pay_currency, rate, rate_source, quoted_at, valid_until, fee, fee_bearer)
     SELECT * FROM unnest($1::text[], $2::int[], $3::numeric[], $4::numeric[], $5::text[], $6::numeric[], $7::text[], $8::timestamptz[], $9::timestamptz[], $10::numeric[], $11::text[])`,
    [column('payoutId'), column('no'), column('amount'), column('payAmount'), column('payCurrency'), column('rate'), column('rateSource'), column('quotedAt'), column('validUntil'), column('fee'), column('feeBearer')]);
}

/** A payout's quote in force; null for one that was planned before there were quotes, in USD at par. */
export async function quoteOf(source: SqlSource, payoutId: string): Promise<PayoutQuote | null> {
  return (await quotesOf(source, [payoutId])).get(payoutId) ?? null;
}

/** The same of many payouts in one statement: payout id → quote in force. */
export async function quotesOf(source: SqlSource, payoutIds: readonly string[]): Promise<Map<string, PayoutQuote>> {
  type Row = Omit<PayoutQuote, 'quotedAt' | 'validUntil'> & { quotedAt: Date; validUntil: Date | null };
  const { rows } = await sqlOf(source).query<Row>(
    `SELECT DISTINCT ON (payout_id) payout_id AS "payoutId", no, amount, pay_amount AS "payAmount", pay_currency AS "payCurrency", rate, rate_source AS "rateSource", quoted_at AS "quotedAt",
       valid_until AS "validUntil", fee, fee_bearer AS "feeBearer" FROM payout_quote WHERE payout_id = ANY ($1) ORDER BY payout_id, no DESC`, [payoutIds]);
  return new Map(rows.map((row) => [row.payoutId, { ...row, quotedAt: row.quotedAt.toISOString(), validUntil: row.validUntil?.toISOString() ?? null }]));
}

/** A new rate for a payout of which nothing is under way: the quote is kept, and what is ordered changes with it. */
export async function requote(tx: Tx, quote: PayoutQuote): Promise<void> {
  await insertQuotes(tx, [quote]);
  await tx.client.query('UPDATE payout SET pay_amount = $2, pay_currency = $3 WHERE id = $1', [quote.payoutId, quote.payAmount, quote.payCurrency]);
}

/** After so many attempts its workflow alone prepares a payout anew, which does so every few hours. */
const ANEW_AT_ONCE = 50;

/** Payouts of a rail that are prepared at a rate that held until `asOf` (ISO instant) at the latest; none that is left out of files, which would be prepared anew for nothing. */
export async function quotesRunOut(source: SqlSource, rail: string, asOf: string, most: number): Promise<string[]> {
  const { rows } = await sqlOf(source).query<{ id: string }>(
    `SELECT p.id FROM payout p JOIN payout_attempt a ON a.payout_id = p.id AND a.state = 'prepared' AND a.left_out_since IS NULL AND a.no < $4
     WHERE p.rail = $1 AND p.state = 'reserved' AND (SELECT q.valid_until FROM payout_quote q WHERE q.payout_id = p.id ORDER BY q.no DESC LIMIT 1) <= $2 ORDER BY p.id LIMIT $3`, [rail, asOf, most, ANEW_AT_ONCE]);
  return rows.map(({ id }) => id);
}

/** At which rate the youngest payout in a currency was last quoted; null: there is none. By ids, which go with time. */
export async function latestRate(source: SqlSource, currency: string): Promise<string | null> {
  const { rows } = await sqlOf(source).query<{ rate: string }>('SELECT trim_scale(rate)::text AS rate FROM payout_quote WHERE pay_currency = $1 ORDER BY payout_id DESC, no DESC LIMIT 1', [currency]);
  return rows[0]?.rate ?? null;
}
