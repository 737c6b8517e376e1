import { type SqlSource, sqlOf, type Tx } from '../connection.ts';
import { notify } from './notifications.ts';

/** What stands in a rail's way, or soon will: a hot wallet that runs low, a paused token, a node that lags. ISO instants. */
export interface RailCondition { rail: string; code: string; detail: string; since: string; seenAt: string }

/** Notes that a rail is in a condition at `at` (ISO). Operators are told when it begins, and again when it comes back after it was over; seen again it only moves on. */
export async function noteCondition(tx: Tx, { rail, code, detail, at }: { rail: string; code: string; detail: string; at: string }): Promise<{ isNew: boolean }> {
  const { rows: [row] } = await tx.client.query<{ untold: boolean }>(
    `INSERT INTO rail_condition AS c (rail, code, detail, since, seen_at) VALUES ($1, $2, $3, $4, $4)
     ON CONFLICT (rail, code) DO UPDATE SET detail = excluded.detail, seen_at = greatest(c.seen_at, excluded.seen_at), since = CASE WHEN c.cleared_at IS NULL THEN c.since ELSE excluded.since END,
       told_at = CASE WHEN c.cleared_at IS NULL THEN c.told_at END, cleared_at = NULL
     RETURNING told_at IS NULL AS untold`, [rail, code, detail, at]);
  if (!row!.untold) return { isNew: false };
  await tx.client.query('UPDATE rail_condition SET told_at = $3 WHERE rail = $1 AND code = $2', [rail, code, at]);
  await notify(tx, [{ eventId: `rail-condition:${rail}:${code}:${at}`, userId: null, kind: 'rail_condition', facts: { rail, code, detail }, at }]);
  return { isNew: true };
}

/** Something happened, which is told each time it does; what stands among the rail's conditions is the last of it. */
export async function noteHappened(tx: Tx, happened: { rail: string; code: string; detail: string; at: string }): Promise<void> {
  await clearCondition(tx, happened);
  await noteCondition(tx, happened);
}

/** One condition is over. */
export async function clearCondition(tx: Tx, { rail, code, at }: { rail: string; code: string; at: string }): Promise<void> {
  await tx.client.query('UPDATE rail_condition SET cleared_at = $3 WHERE rail = $1 AND code = $2 AND cleared_at IS NULL', [rail, code, at]);
}

/** Every condition of the rail is over, but for those of the codes `except`. */
export async function clearConditions(tx: Tx, rail: string, at: string, except: readonly string[] = []): Promise<void> {
  await tx.client.query('UPDATE rail_condition SET cleared_at = $2 WHERE rail = $1 AND cleared_at IS NULL AND code <> ALL ($3)', [rail, at, except]);
}

/** What holds now, of one rail or of all, the longest first. */
export async function railConditions(source: SqlSource, rail: string | null = null): Promise<RailCondition[]> {
  const { rows } = await sqlOf(source).query<Omit<RailCondition, 'since' | 'seenAt'> & { since: Date; seenAt: Date }>(
    'SELECT rail, code, detail, since, seen_at AS "seenAt" FROM rail_condition WHERE cleared_at IS NULL AND ($1::text IS NULL OR rail = $1) ORDER BY since, rail, code', [rail]);
  return rows.map((row) => ({ ...row, since: row.since.toISOString(), seenAt: row.seenAt.toISOString() }));
}
