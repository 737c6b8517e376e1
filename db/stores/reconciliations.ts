import { newId } from '../../domain/ids.ts';
import { type SqlSource, sqlOf } from '../connection.ts';

/** A rail's record against ours on one day (UTC). Totals in USD; what is null has not come about. ISO instants. */
export interface Reconciliation {
  id: string; rail: string; day: string; startedAt: string; finishedAt: string | null;
  /** When its record could not be read; null once it could. */
  unreachableAt: string | null;
  items: number | null; railTotal: string | null; ledgerTotal: string | null; differences: number | null;
}

const COLUMNS = `id, rail, to_char(day, 'YYYY-MM-DD') AS day, started_at AS "startedAt", finished_at AS "finishedAt", unreachable_at AS "unreachableAt", items, rail_total AS "railTotal",
  ledger_total AS "ledgerTotal", differences`;
type Row = Omit<Reconciliation, 'startedAt' | 'finishedAt' | 'unreachableAt'> & { startedAt: Date; finishedAt: Date | null; unreachableAt: Date | null };
const shown = (row: Row): Reconciliation => ({ ...row, startedAt: row.startedAt.toISOString(), finishedAt: row.finishedAt?.toISOString() ?? null, unreachableAt: row.unreachableAt?.toISOString() ?? null });

/** The row of a rail and day (YYYY-MM-DD), made where there is none. */
export async function openReconciliation(source: SqlSource, { rail, day, at }: { rail: string; day: string; at: string }): Promise<void> {
  await sqlOf(source).query('INSERT INTO reconciliation (id, rail, day, started_at) VALUES ($1, $2, $3, $4) ON CONFLICT (rail, day) DO NOTHING', [newId('reconciliation'), rail, day, at]);
}

/** What came of it; repeated on the same day it is the newest. */
export async function finishReconciliation(source: SqlSource, { rail, day, at, items, railTotal, ledgerTotal, differences }: { rail: string; day: string; at: string; items: number; railTotal: string; ledgerTotal: string; differences: number }): Promise<void> {
  await sqlOf(source).query('UPDATE reconciliation SET finished_at = $3, items = $4, rail_total = $5, ledger_total = $6, differences = $7, unreachable_at = NULL WHERE rail = $1 AND day = $2',
    [rail, day, at, items, railTotal, ledgerTotal, differences]);
}

/** Its record could not be read. */
export async function markUnreachable(source: SqlSource, { rail, day, at }: { rail: string; day: string; at: string }): Promise<void> {
  await sqlOf(source).query('UPDATE reconciliation SET unreachable_at = $3 WHERE rail = $1 AND day = $2', [rail, day, at]);
}

/** Newest day first, then by rail; `before` is the `<day>.<rail>` to go on after. */
export async function listReconciliations(source: SqlSource, filter: { rail?: string; day?: string }, page: { before: { day: string; rail: string } | null; limit: number }): Promise<Reconciliation[]> {
  const { rows } = await sqlOf(source).query<Row>(
    `SELECT ${COLUMNS} FROM reconciliation WHERE ($1::text IS NULL OR rail = $1) AND ($2::date IS NULL OR day = $2) AND ($3::date IS NULL OR day < $3 OR (day = $3 AND rail > $4)) ORDER BY reconciliation.day DESC, rail LIMIT $5`,
    [filter.rail ?? null, filter.day ?? null, page.before?.day ?? null, page.before?.rail ?? null, page.limit]);
  return rows.map(shown);
}

/** The newest of each rail. */
export async function newestReconciliations(source: SqlSource): Promise<Map<string, Reconciliation>> {
  const { rows } = await sqlOf(source).query<Row>(`SELECT DISTINCT ON (rail) ${COLUMNS} FROM reconciliation ORDER BY rail, reconciliation.day DESC`);
  return new Map(rows.map((row) => [row.rail, shown(row)]));
}
