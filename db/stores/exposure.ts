import { Decimal, plain } from '../../domain/decimal.ts';
import { type BrokerPart, byBroker, exposureOf, roomOf, type Rooms } from '../../domain/funding/exposure.ts';
import { type SqlSource, sqlOf, type Tx } from '../connection.ts';
import { limitSql } from './fundingTerms.ts';

/** SQL: USD that the broker has paid us, without payments that bounced. */
export const fundedSql = (broker: string): string =>
  `(SELECT coalesce(sum(m.amount), 0) FROM broker_payment m WHERE m.broker_id = ${broker} AND NOT EXISTS (SELECT FROM broker_payment_reversal r WHERE r.payment_id = m.id))`;

/**
 * How much more of each of these brokers' money may be reserved at `asOf`, each broker locked until the transaction ends, in the order of their ids: whoever
 * plans at the same time waits, and then sees what was reserved. Brokers without a limit are not in it.
 */
export async function lockRooms(tx: Tx, brokerIds: readonly string[], asOf: string): Promise<Rooms> {
  const ids = [...new Set(brokerIds)].sort();
  if (ids.length === 0) return new Map();
  await lockExposure(tx, ids);
  // A statement of its own: after waiting for the locks it sees what their holders committed.
  const { rows } = await tx.client.query<{ id: string; claimed: string; funded: string; limit: string | null }>(
    `SELECT x.broker_id AS id, x.claimed, ${fundedSql('x.broker_id')} AS funded, ${limitSql('x.broker_id', '$2')} AS limit FROM broker_exposure x WHERE x.broker_id = ANY ($1)`, [ids, asOf]);
  return new Map(rows.flatMap(({ id, claimed, funded, limit }) => {
    const room = roomOf(limit, exposureOf(claimed, funded));
    return room === null ? [] : [[id, room] as const];
  }));
}

/** Whoever plans payouts of these brokers' money (in the order of their ids) waits until the transaction ends. */
export async function lockExposure(tx: Tx, brokerIds: readonly string[]): Promise<void> {
  await tx.client.query('INSERT INTO broker_exposure (broker_id) SELECT * FROM unnest($1::text[]) ON CONFLICT (broker_id) DO UPDATE SET claimed = broker_exposure.claimed', [brokerIds]);
}

/** What was reserved (positive), released or given back (negative), with the journal that moves it. */
export async function moveExposure(tx: Tx, parts: readonly BrokerPart[], direction: 1 | -1): Promise<void> {
  const sums = byBroker(parts);
  if (sums.length === 0) return;
  await tx.client.query(
    `INSERT INTO broker_exposure (broker_id, claimed) SELECT * FROM unnest($1::text[], $2::numeric[]) ON CONFLICT (broker_id) DO UPDATE SET claimed = broker_exposure.claimed + excluded.claimed`,
    [sums.map(({ brokerId }) => brokerId), sums.map(({ amount }) => plain(new Decimal(amount).times(direction)))]);
}

export interface Withheld { userId: string; brokerId: string; amount: string }

/** What a run left out because brokers have not paid us; both programmes of a broker are one row. */
export async function insertWithheld(tx: Tx, runId: string, withheld: readonly Withheld[]): Promise<void> {
  if (withheld.length === 0) return;
  await tx.client.query(
    `INSERT INTO payout_run_withheld (run_id, user_id, broker_id, amount)
     SELECT $1, w.user_id, w.broker_id, sum(w.amount) FROM unnest($2::text[], $3::text[], $4::numeric[]) AS w (user_id, broker_id, amount) GROUP BY w.user_id, w.broker_id`,
    [runId, withheld.map((one) => one.userId), withheld.map((one) => one.brokerId), withheld.map((one) => one.amount)]);
}

/** Where `broker_exposure` is not what the ledger says; empty where all is well. */
export async function exposureDifferences(source: SqlSource): Promise<{ brokerId: string; claimed: string; ledger: string }[]> {
  const { rows } = await sqlOf(source).query<{ brokerId: string; claimed: string; ledger: string }>(
    `SELECT coalesce(x.broker_id, l.broker_id) AS "brokerId", trim_scale(coalesce(x.claimed, 0))::text AS claimed, trim_scale(coalesce(l.amount, 0))::text AS ledger FROM broker_exposure x
     FULL JOIN (SELECT a.broker_id, -sum(p.amount) AS amount FROM journal j JOIN posting p ON p.journal_id = j.id JOIN ledger_account a ON a.id = p.account_id
       WHERE j.kind IN ('payout_reserved', 'payout_released', 'payout_returned') AND a.kind = 'available' GROUP BY a.broker_id) l ON l.broker_id = x.broker_id
     WHERE coalesce(x.claimed, 0) <> coalesce(l.amount, 0) ORDER BY 1`);
  return rows;
}
