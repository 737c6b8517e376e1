import { Decimal, plain } from '../../domain/decimal.ts';
import { checkDecimal } from '../../domain/decimalText.ts';
import { newId } from '../../domain/ids.ts';
import { Problem } from '../../domain/problem.ts';
import { type SqlSource, sqlOf, type Tx } from '../connection.ts';
import { type JournalDraft, postJournal } from '../ledger/journals.ts';
import { requireBroker } from './brokers.ts';
import { lockExposure } from './exposure.ts';
import { checkDay } from './fundingTerms.ts';
import type { Page } from './page.ts';
import { matchAutomatically, unmatchAll } from './paymentMatches.ts';

/** A broker's payment; `receivedOn` a day, USD decimal strings. `matched` to months of commission, the rest is `unmatched`; of a reversed one nothing is. */
export interface BrokerPayment {
  id: string; brokerId: string; receivedOn: string; amount: string; reference: string; months: string[]; note: string | null; state: 'booked' | 'reversed';
  matched: string; unmatched: string; matches: { month: string; amount: string }[]; recordedBy: string; at: string; reversal: { reversedOn: string; reason: string; reversedBy: string; at: string } | null;
}
export interface NewBrokerPayment { brokerId: string; receivedOn: string; amount: string; reference: string; months: readonly string[]; note: string | null; recordedBy: string; at: string }

interface Row {
  id: string; broker_id: string; received_on: string; amount: string; reference: string; months: string[]; note: string | null; recorded_by: string; at: Date;
  reversed_on: string | null; reason: string | null; reversed_by: string | null; reversed_at: Date | null; matches: { month: string; amount: string }[];
}
const COLUMNS = `m.id, m.broker_id, m.received_on::text, m.amount, m.reference, m.months, m.note, m.recorded_by, m.at, r.reversed_on::text, r.reason, r.reversed_by, r.at AS reversed_at,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('month', g.month, 'amount', trim_scale(g.amount)::text) ORDER BY g.month), '[]')
   FROM (SELECT t.month, sum(t.amount) AS amount FROM broker_payment_match t WHERE t.payment_id = m.id GROUP BY t.month HAVING sum(t.amount) <> 0) g) AS matches`;
const FROM = 'FROM broker_payment m LEFT JOIN broker_payment_reversal r ON r.payment_id = m.id';

function shown(row: Row): BrokerPayment {
  const matched = row.matches.reduce((all, { amount }) => all.plus(amount), new Decimal(0));
  const reversal = row.reversed_on === null ? null : { reversedOn: row.reversed_on, reason: row.reason!, reversedBy: row.reversed_by!, at: row.reversed_at!.toISOString() };
  return {
    id: row.id, brokerId: row.broker_id, receivedOn: row.received_on, amount: plain(new Decimal(row.amount)), reference: row.reference, months: row.months, note: row.note, state: reversal === null ? 'booked' : 'reversed',
    matched: plain(matched), unmatched: reversal === null ? plain(new Decimal(row.amount).minus(matched)) : '0', matches: row.matches, recordedBy: row.recorded_by, at: row.at.toISOString(), reversal,
  };
}

/** Throws BROKER_PAYMENT_UNKNOWN (404). `lock`: nobody matches or reverses it until the transaction ends. */
export async function getBrokerPayment(source: SqlSource, id: string, lock = false): Promise<BrokerPayment> {
  const sql = sqlOf(source);
  if (lock) await sql.query("SELECT pg_advisory_xact_lock(hashtextextended('funding ' || broker_id, 0)) FROM broker_payment WHERE id = $1", [id]);
  const { rows } = await sql.query<Row>(`SELECT ${COLUMNS} ${FROM} WHERE m.id = $1`, [id]);
  if (!rows[0]) throw new Problem('BROKER_PAYMENT_UNKNOWN', `There is no broker payment "${id}".`, { status: 404 });
  return shown(rows[0]);
}

/** `from` and `to` (days, `to` exclusive) are about when the money came; `open`: part of it is unmatched. In the order in which they were recorded. */
export interface PaymentFilter { brokerId?: string | undefined; state?: 'booked' | 'reversed' | undefined; open?: boolean | undefined; from?: string | undefined; to?: string | undefined }

export async function listBrokerPayments(source: SqlSource, filter: PaymentFilter, page: Page): Promise<BrokerPayment[]> {
  const { rows } = await sqlOf(source).query<Row>(
    `SELECT ${COLUMNS} ${FROM} WHERE m.id > $1 AND ($2::text IS NULL OR m.broker_id = $2) AND ($3::text IS NULL OR $3 = CASE WHEN r.payment_id IS NULL THEN 'booked' ELSE 'reversed' END)
       AND ($4::date IS NULL OR m.received_on >= $4) AND ($5::date IS NULL OR m.received_on < $5)
       AND ($7::boolean IS NULL OR $7 = (r.payment_id IS NULL AND m.amount > (SELECT coalesce(sum(t.amount), 0) FROM broker_payment_match t WHERE t.payment_id = m.id))) ORDER BY m.id LIMIT $6`,
    [page.after ?? '', filter.brokerId ?? null, filter.state ?? null, filter.from ?? null, filter.to ?? null, page.limit, filter.open ?? null]);
  return rows.map(shown);
}

/** Until the transaction ends, nobody else records, matches or reverses payments of this broker. */
export async function lockFunding(tx: Tx, brokerId: string): Promise<void> {
  await tx.client.query("SELECT pg_advisory_xact_lock(hashtextextended('funding ' || $1, 0))", [brokerId]);
}

/**
 * Books what a broker paid: suspense → receivable (docs/decisions/broker-payments.md), and matches it to the oldest months that are owed. Of one reference (blanks
 * around it and the case of its letters aside) one payment stands: the bank's second try of one that bounced may have the same.
 * Throws BROKER_UNKNOWN | BROKER_PAYMENT_EXISTS (409) | PAYMENT_DATE | DECIMAL_INVALID.
 */
export async function recordBrokerPayment(tx: Tx, input: NewBrokerPayment): Promise<BrokerPayment> {
  await requireBroker(tx.db, input.brokerId);
  checkDecimal(input.amount, 'amount', { nonZero: true });
  checkDay(input.receivedOn, input.at, 'receivedOn');
  await lockFunding(tx, input.brokerId);
  const id = newId('brokerPayment');
  const reference = input.reference.trim();
  // The trigger broker_payment_once holds the same.
  const known = await tx.client.query(
    `SELECT FROM broker_payment m WHERE m.broker_id = $1 AND lower(btrim(m.reference)) = lower($2) AND NOT EXISTS (SELECT FROM broker_payment_reversal r WHERE r.payment_id = m.id)`, [input.brokerId, reference]);
  if (known.rowCount !== 0) throw new Problem('BROKER_PAYMENT_EXISTS', `A payment of this broker with the reference "${reference}" is recorded already.`, { status: 409, at: { field: 'reference' } });
  await tx.client.query(
    `INSERT INTO broker_payment (id, broker_id, received_on, amount, reference, months, note, recorded_by, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [id, input.brokerId, input.receivedOn, input.amount, reference, [...new Set(input.months)].sort(), input.note, input.recordedBy, input.at]);
  const amount = plain(new Decimal(input.amount));
  await postJournal(tx, journal(input.brokerId, id, 'received', amount, input.receivedOn));
  await matchAutomatically(tx, { id, brokerId: input.brokerId, unmatched: amount, months: input.months }, { by: input.recordedBy, at: input.at });
  return getBrokerPayment(tx, id);
}

/** A payment bounced: its matches and its journal are taken back by new entries. A run that is planning waits, or is waited for: none sees room that was taken back meanwhile. Throws BROKER_PAYMENT_UNKNOWN | BROKER_PAYMENT_REVERSED (409) | PAYMENT_DATE. */
export async function reverseBrokerPayment(tx: Tx, id: string, input: { reversedOn: string; reason: string; by: string; at: string }): Promise<BrokerPayment> {
  const payment = await getBrokerPayment(tx, id, true);
  requireBooked(payment);
  checkDay(input.reversedOn, input.at, 'reversedOn');
  if (input.reversedOn < payment.receivedOn) throw new Problem('PAYMENT_DATE', `The payment was received on ${payment.receivedOn}; it cannot have been taken back before.`, { at: { field: 'reversedOn' } });
  await lockExposure(tx, [payment.brokerId]);
  await tx.client.query('INSERT INTO broker_payment_reversal (payment_id, reversed_on, reason, reversed_by, at) VALUES ($1, $2, $3, $4, $5)', [id, input.reversedOn, input.reason, input.by, input.at]);
  await unmatchAll(tx, payment, { by: input.by, at: input.at, reason: input.reason });
  await postJournal(tx, journal(payment.brokerId, id, 'reversed', payment.amount, input.reversedOn));
  return getBrokerPayment(tx, id);
}

/** Throws BROKER_PAYMENT_REVERSED (409). */
export function requireBooked(payment: BrokerPayment): void {
  if (payment.state === 'reversed') throw new Problem('BROKER_PAYMENT_REVERSED', 'This payment was taken back; there is nothing left to match or reverse.', { status: 409 });
}

/** On the books an operator's word is in suspense until a bank's statement proves it. */
function journal(brokerId: string, id: string, what: 'received' | 'reversed', amount: string, day: string): JournalDraft {
  const sign = what === 'received' ? 1 : -1;
  const signed = (factor: number): string => plain(new Decimal(amount).times(factor));
  return {
    key: `broker-payment:${id}:${what}`, kind: 'broker_funded', effectiveAt: `${day}T00:00:00.000Z`, cause: { type: 'broker_payment', id },
    postings: [{ account: { kind: 'suspense' }, amount: signed(-sign) }, { account: { kind: 'broker_receivable', brokerId }, amount: signed(sign) }],
  };
}
