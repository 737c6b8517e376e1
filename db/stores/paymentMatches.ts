import { Decimal, plain } from '../../domain/decimal.ts';
import { checkMatches, matchOldestFirst, type MatchPart, type Owed } from '../../domain/funding/match.ts';
import { Problem } from '../../domain/problem.ts';
import { type SqlSource, sqlOf, type Tx } from '../connection.ts';
import type { BrokerPayment } from './brokerPayments.ts';

/** Commission of a broker by month as it stands, less what payments were matched to it; months that nothing is owed for are left out. */
export async function owedByMonth(source: SqlSource, brokerId: string): Promise<Owed[]> {
  const { rows } = await sqlOf(source).query<Owed>(
    `SELECT month, trim_scale(sum(amount))::text AS owed FROM (SELECT month, amount FROM commission_entry WHERE broker_id = $1
       UNION ALL SELECT month, -amount FROM broker_payment_match WHERE broker_id = $1) f GROUP BY month HAVING sum(amount) <> 0 ORDER BY month`, [brokerId]);
  return rows;
}

type Who = { by: string; at: string; reason?: string | null };
type Unmatched = Pick<BrokerPayment, 'id' | 'brokerId' | 'unmatched'> & { months: readonly string[] };

/** Matches what is left of a payment by the rule, oldest month first. The broker's funding is locked. */
export async function matchAutomatically(tx: Tx, payment: Unmatched, who: Who): Promise<void> {
  await insert(tx, payment, matchOldestFirst(payment.unmatched, await owedByMonth(tx, payment.brokerId), payment.months), 'oldest_first', who);
}

/** Matches parts that an operator names. Throws MATCH_EXCEEDS_PAYMENT | MATCH_EXCEEDS_OWED. */
export async function matchParts(tx: Tx, payment: Unmatched, parts: readonly MatchPart[], who: Who): Promise<void> {
  checkMatches(payment.unmatched, await owedByMonth(tx, payment.brokerId), parts);
  await insert(tx, payment, parts, 'operator', who);
}

/** Takes a part of a match back, or all of a month's (`amount` null), as a new entry. Throws MATCH_UNKNOWN (404) | MATCH_EXCEEDS_MATCHED. */
export async function unmatch(tx: Tx, payment: BrokerPayment, part: { month: string; amount: string | null }, who: Who): Promise<void> {
  const matched = payment.matches.find(({ month }) => month === part.month)?.amount;
  if (matched === undefined) throw new Problem('MATCH_UNKNOWN', `Nothing of this payment is matched to ${part.month}.`, { status: 404 });
  const amount = part.amount ?? matched;
  if (new Decimal(amount).gt(matched)) throw new Problem('MATCH_EXCEEDS_MATCHED', `Only ${matched} USD of this payment is matched to ${part.month}.`, { facts: { matched } });
  await insert(tx, payment, [{ month: part.month, amount: plain(new Decimal(amount).neg()) }], 'operator', who);
}

/** Takes back all matches of a payment that bounced. */
export async function unmatchAll(tx: Tx, payment: BrokerPayment, who: Who): Promise<void> {
  await insert(tx, payment, payment.matches.map(({ month, amount }) => ({ month, amount: plain(new Decimal(amount).neg()) })), 'reversal', who);
}

async function insert(tx: Tx, payment: Pick<BrokerPayment, 'id' | 'brokerId'>, parts: readonly MatchPart[], how: 'oldest_first' | 'operator' | 'reversal', who: Who): Promise<void> {
  if (parts.length === 0) return;
  await tx.client.query(
    `INSERT INTO broker_payment_match (payment_id, broker_id, month, amount, how, matched_by, reason, at) SELECT $1, $2, p.month, p.amount, $5, $6, $7, $8 FROM unnest($3::text[], $4::numeric[]) AS p (month, amount)`,
    [payment.id, payment.brokerId, parts.map(({ month }) => month), parts.map(({ amount }) => amount), how, who.by, who.reason ?? null, who.at]);
}
