import { Decimal, plain } from '../../domain/decimal.ts';
import { exposureOf, roomOf } from '../../domain/funding/exposure.ts';
import { type SqlSource, sqlOf } from '../connection.ts';
import { fundedSql } from './exposure.ts';
import { limitSql } from './fundingTerms.ts';
import type { Page } from './page.ts';

/** USD decimal strings; `limit` and `room` null: no limit. Below zero, an exposure says that the broker has paid ahead. */
export interface Exposure {
  brokerId: string; reported: string; funded: string; paidOut: string; reserved: string; exposure: string; limit: string | null; room: string | null;
  /** Users whose balance at this broker does not fit into the room as it is now. */
  blocked: { users: number; amount: string };
  /** What the newest run left out. */
  leftOut: { runId: string; users: number; amount: string } | null;
}

interface Row { id: string; reported: string; funded: string; claimed: string; reserved: string; limit: string | null }
const text = (amount: string): string => plain(new Decimal(amount));

/** Every broker's, or that of `brokerId`, at `asOf` (ISO), in the order of the brokers' ids. */
export async function exposures(source: SqlSource, asOf: string, filter: { brokerId?: string | undefined }, page: Page): Promise<Exposure[]> {
  const { rows } = await sqlOf(source).query<Row>(
    `SELECT b.id, coalesce((SELECT sum(e.amount) FROM commission_entry e WHERE e.broker_id = b.id), 0) AS reported, ${fundedSql('b.id')} AS funded,
       coalesce((SELECT x.claimed FROM broker_exposure x WHERE x.broker_id = b.id), 0) AS claimed,
       coalesce((SELECT sum(l.amount) FROM ledger_account a JOIN balance l ON l.account_id = a.id WHERE a.broker_id = b.id AND a.kind = 'reserved' AND a.currency = 'USD'), 0) AS reserved, ${limitSql('b.id', '$1')} AS limit
     FROM broker b WHERE ($2::text IS NULL OR b.id = $2) AND b.id > $3 ORDER BY b.id LIMIT $4`, [asOf, filter.brokerId ?? null, page.after ?? '', page.limit]);
  const found: Exposure[] = [];
  for (const { id, reported, funded, claimed, reserved, limit } of rows) {
    const exposure = exposureOf(claimed, funded);
    const room = roomOf(limit, exposure);
    found.push({
      brokerId: id, reported: text(reported), funded: text(funded), paidOut: plain(new Decimal(claimed).minus(reserved)), reserved: text(reserved), exposure, limit: limit === null ? null : text(limit), room,
      blocked: room === null ? { users: 0, amount: '0' } : await blockedBy(source, id, room), leftOut: await leftOut(source, id),
    });
  }
  return found;
}

async function blockedBy(source: SqlSource, brokerId: string, room: string): Promise<{ users: number; amount: string }> {
  const { rows: [row] } = await sqlOf(source).query<{ users: number; amount: string }>(
    `SELECT count(*)::int AS users, coalesce(sum(amount), 0) AS amount FROM (${AVAILABLE} WHERE a.broker_id = $1 AND a.kind = 'available' AND a.currency = 'USD' AND l.amount > 0 GROUP BY a.user_id, a.broker_id HAVING sum(l.amount) > $2) u`, [brokerId, room]);
  return { users: row!.users, amount: text(row!.amount) };
}

async function leftOut(source: SqlSource, brokerId: string): Promise<Exposure['leftOut']> {
  const { rows: [row] } = await sqlOf(source).query<{ runId: string; users: number; amount: string | null }>(
    `SELECT r.id AS "runId", count(w.user_id)::int AS users, sum(w.amount) AS amount FROM (SELECT id FROM payout_run WHERE state <> 'refused' ORDER BY id DESC LIMIT 1) r
     LEFT JOIN payout_run_withheld w ON w.run_id = r.id AND w.broker_id = $1 GROUP BY r.id`, [brokerId]);
  return row === undefined || row.users === 0 ? null : { runId: row.runId, users: row.users, amount: text(row.amount!) };
}

/** USD of a user at a broker; both programmes together, because a broker's money is taken or left out whole. */
const AVAILABLE = 'SELECT a.user_id, a.broker_id, sum(l.amount) AS amount FROM ledger_account a JOIN balance l ON l.account_id = a.id AND l.stripe = 0';

/** What of a user's money does not fit into its broker's room at `asOf`. */
export async function availableBeyondRoom(source: SqlSource, userId: string, asOf: string): Promise<{ brokerId: string; name: string; amount: string }[]> {
  const { rows } = await sqlOf(source).query<{ brokerId: string; name: string; amount: string; claimed: string; funded: string; limit: string | null }>(
    `SELECT u.broker_id AS "brokerId", b.name, u.amount, coalesce(x.claimed, 0) AS claimed, ${fundedSql('u.broker_id')} AS funded, ${limitSql('u.broker_id', '$2')} AS limit
     FROM (${AVAILABLE} WHERE a.user_id = $1 AND a.kind = 'available' AND a.currency = 'USD' AND l.amount > 0 GROUP BY a.user_id, a.broker_id) u
     JOIN broker b ON b.id = u.broker_id LEFT JOIN broker_exposure x ON x.broker_id = u.broker_id ORDER BY u.broker_id`, [userId, asOf]);
  return rows.flatMap(({ brokerId, name, amount, claimed, funded, limit }) => {
    const room = roomOf(limit, exposureOf(claimed, funded));
    return room !== null && new Decimal(amount).gt(room) ? [{ brokerId, name, amount: text(amount) }] : [];
  });
}
