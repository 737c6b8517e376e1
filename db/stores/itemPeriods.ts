import { type SqlSource, sqlOf } from '../connection.ts';

/** A report period that something found at a source can belong to; ISO instants. */
export interface ItemPeriod { id: string; brokerId: string; from: string; to: string; /** A version of it has been posted. */ posted: boolean }

type Row = Omit<ItemPeriod, 'from' | 'to'> & { from: Date; to: Date };
const COLUMNS = 'id, broker_id AS "brokerId", period_from AS "from", period_to AS "to", latest_report_no IS NOT NULL AS posted';
const shown = (row: Row): ItemPeriod => ({ ...row, from: row.from.toISOString(), to: row.to.toISOString() });

/** The broker's period that holds an instant: the one that is asked for if it does, else the shortest; null where none is open. */
export async function periodAt(source: SqlSource, brokerId: string, instant: string, asked: string): Promise<ItemPeriod | null> {
  const { rows: [row] } = await sqlOf(source).query<Row>(
    `SELECT ${COLUMNS} FROM report_period WHERE broker_id = $1 AND period_from <= $2 AND period_to > $2 ORDER BY id = $3 DESC, period_to - period_from, id LIMIT 1`, [brokerId, instant, asked]);
  return row === undefined ? null : shown(row);
}

/** Null where there is none. */
export async function findItemPeriod(source: SqlSource, periodId: string): Promise<ItemPeriod | null> {
  const { rows: [row] } = await sqlOf(source).query<Row>(`SELECT ${COLUMNS} FROM report_period WHERE id = $1`, [periodId]);
  return row === undefined ? null : shown(row);
}
