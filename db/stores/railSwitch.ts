import { type SqlSource, sqlOf, type Tx } from '../connection.ts';
import { notify } from './notifications.ts';

/** All rails together; beside it each rail has a switch of its own, and either one stops it. */
export const ALL_RAILS = '*';

/** The latest word about a rail, or about all (`rail` '*'). `at`: ISO instant. */
export interface RailSwitch { rail: string; stopped: boolean; reason: string; by: string; at: string }

const LOCK = "hashtextextended('rail-switch', 0)";

/**
 * Why nothing may be sent by this rail, or null. Inside the transaction that counts a send it holds a shared lock to its end, for which setting the switch waits: a stop that is
 * committed is seen by every send that is counted after it, and by none half.
 */
export async function stoppedReason(source: SqlSource, rail: string): Promise<string | null> {
  const sql = sqlOf(source);
  await sql.query(`SELECT pg_advisory_xact_lock_shared(${LOCK})`);
  // A second statement: after waiting for the lock it sees what its holder committed.
  const { rows } = await sql.query<{ rail: string; stopped: boolean; reason: string }>(
    'SELECT DISTINCT ON (rail) rail, stopped, reason FROM rail_switch WHERE rail IN ($1, $2) ORDER BY rail, no DESC', [rail, ALL_RAILS]);
  const stopped = rows.find((row) => row.stopped && row.rail === ALL_RAILS) ?? rows.find((row) => row.stopped);
  return stopped?.reason ?? null;
}

/** Stops or releases one rail or all ('*'), as a new row: who did it, why and when stays. Operators are told. Answers what was in force before. */
export async function setSwitch(tx: Tx, set: RailSwitch): Promise<{ before: RailSwitch | null }> {
  await tx.client.query(`SELECT pg_advisory_xact_lock(${LOCK})`);
  const before = await readSwitch(tx, set.rail);
  const { rows: [row] } = await tx.client.query<{ no: string }>('INSERT INTO rail_switch (rail, stopped, reason, by, at) VALUES ($1, $2, $3, $4, $5) RETURNING no', [set.rail, set.stopped, set.reason, set.by, set.at]);
  if ((before?.stopped ?? false) !== set.stopped) {
    await notify(tx, [{ eventId: `rail-switch:${row!.no}`, userId: null, kind: 'rail_switched', facts: { rail: set.rail, stopped: String(set.stopped), by: set.by }, at: set.at }]);
  }
  return { before };
}

/** The latest word about one scope; null: never stopped. */
export async function readSwitch(source: SqlSource, rail: string): Promise<RailSwitch | null> {
  return (await latest(source, rail))[0] ?? null;
}

/** The latest word about every scope that was ever stopped, '*' first. */
export const switches = (source: SqlSource): Promise<RailSwitch[]> => latest(source, null);

async function latest(source: SqlSource, rail: string | null): Promise<RailSwitch[]> {
  const { rows } = await sqlOf(source).query<Omit<RailSwitch, 'at'> & { at: Date }>(
    'SELECT DISTINCT ON (rail) rail, stopped, reason, by, at FROM rail_switch WHERE $1::text IS NULL OR rail = $1 ORDER BY rail, no DESC', [rail]);
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}
