import { type SqlSource, sqlOf } from '../connection.ts';
import { closedWithout, IN_WORK, STILL_EXPECTED } from './expectedPeriods.ts';

/** A report period that something found at a source can belong to; ISO instants. */
export interface ItemPeriod {
  id: string;
  brokerId: string;
  from: string;
  to: string;
  /** When a calendar expects its report; null: none does. */
  dueAt: string | null;
  /** A version of it has been posted, and none is expected any more. */
  posted: boolean;
}

type Row = Omit<ItemPeriod, 'from' | 'to' | 'dueAt'> & { from: Date; to: Date; dueAt: Date | null };
const COLUMNS = `p.id, p.broker_id AS "brokerId", p.period_from AS "from", p.period_to AS "to", p.due_at AS "dueAt", p.latest_report_no IS NOT NULL AND NOT (${STILL_EXPECTED}) AS posted`;
const shown = ({ id, brokerId, from, to, dueAt, posted }: Row): ItemPeriod => ({ id, brokerId, from: from.toISOString(), to: to.toISOString(), dueAt: dueAt?.toISOString() ?? null, posted });

/** The broker's period that holds an instant: the one that is asked for if it does, else the shortest; null where none is open. */
export async function periodAt(source: SqlSource, brokerId: string, instant: string, asked: string): Promise<ItemPeriod | null> {
  const { rows: [row] } = await sqlOf(source).query<Row>(
    `SELECT ${COLUMNS} FROM report_period p WHERE p.broker_id = $1 AND p.period_from <= $2 AND p.period_to > $2 ORDER BY p.id = $3 DESC, p.period_to - p.period_from, p.id LIMIT 1`, [brokerId, instant, asked]);
  return row === undefined ? null : shown(row);
}

/** Null where there is none. */
export async function findItemPeriod(source: SqlSource, periodId: string): Promise<ItemPeriod | null> {
  const { rows: [row] } = await sqlOf(source).query<Row>(`SELECT ${COLUMNS} FROM report_period p WHERE p.id = $1`, [periodId]);
  return row === undefined ? null : shown(row);
}

/**
 * The broker's periods that had ended at an instant: whether there are any, those whose report has not come (the one that is asked for first), and those that
 * were closed without one a while ago, whose report may be late; four in all. A period whose report is being worked on waits for none.
 */
export async function periodsEndedBy(source: SqlSource, brokerId: string, instant: string, asked: string): Promise<{ any: boolean; waiting: ItemPeriod[]; closed: ItemPeriod[] }> {
  const { rows } = await sqlOf(source).query<Row & { waits: boolean; closed: boolean }>(
    `SELECT * FROM (SELECT ${COLUMNS}, (p.latest_report_no IS NULL OR (${STILL_EXPECTED})) AND (p.closed_at IS NULL OR p.reopened_at IS NOT NULL)
       AND NOT ${IN_WORK} AS waits, ${closedWithout('$2')} AND NOT ${IN_WORK} AS closed
     FROM report_period p WHERE p.broker_id = $1 AND p.period_to <= $2) e ORDER BY e.id = $3 DESC, e.waits DESC, e.closed DESC, e."to" DESC LIMIT 4`, [brokerId, instant, asked]);
  return { any: rows.length > 0, waiting: rows.filter(({ waits }) => waits).map(shown), closed: rows.filter(({ closed }) => closed).map(shown) };
}
