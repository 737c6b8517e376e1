import type { Pool } from 'pg';
import { instantOf, type Lateness, stepsReached } from '../../domain/reports/lateness.ts';
import { type Tx, withTransaction } from '../connection.ts';
import { IN_WORK, STILL_EXPECTED, UNREADY } from './expectedPeriods.ts';
import { notify } from './notifications.ts';

/** Users told in one statement. */
const PAGE = 1_000;
const COLUMN = { due: 'due_noted_at', overdue: 'overdue_noted_at', escalated: 'escalated_noted_at' } as const;
const KIND = { due: 'report_due', overdue: 'report_overdue', escalated: 'report_escalated' } as const;

interface Row { id: string; broker: string; from: Date; to: Date; due: Date; overdue: Date; escalated: Date; posted: Date; noted: Record<Lateness, Date | null>; unasked: boolean }

/**
 * Notes each step of lateness that was reached by `asOf` (ISO) and not noted yet, and tells the operators of the last of them: after a gap
 * nobody is told of all. When it is overdue the broker's users are told, once a period. What had passed before the calendar was posted is noted and told to
 * nobody. Nothing is noted of a period whose report has come. Repeating it changes nothing. `progress` is called with each page of users.
 */
export async function noteLateness(pool: Pool, periodId: string, asOf: string, progress: () => void = () => {}): Promise<void> {
  const told = await withTransaction(pool, (tx) => noteSteps(tx, periodId, asOf));
  if (told === null) return;
  // Users first come after the commit that noted it; each is told by an event of his own, so a repetition begins again and tells nobody twice.
  for (let after: string | null = ''; after !== null;) {
    after = await tellUsers(pool, told, after, asOf);
    progress();
  }
}

async function noteSteps(tx: Tx, periodId: string, asOf: string): Promise<Row | null> {
  const { rows: [row] } = await tx.client.query<Row>(
    `SELECT p.id, p.broker_id AS broker, p.period_from AS "from", p.period_to AS "to", p.due_at AS due, p.overdue_at AS overdue, p.escalated_at AS escalated, c.created_at AS posted,
            json_build_object('due', p.due_noted_at, 'overdue', p.overdue_noted_at, 'escalated', p.escalated_noted_at) AS noted,
            EXISTS (SELECT FROM report_source s WHERE s.broker_id = p.broker_id AND s.state = 'active' AND ${UNREADY} AND (s.looked_at IS NULL OR s.looked_at < p.due_at)) AS unasked
     FROM report_period p JOIN report_calendar c ON c.id = p.calendar_id
     WHERE p.id = $1 AND ${STILL_EXPECTED} AND NOT ${IN_WORK} FOR UPDATE OF p`, [periodId]);
  if (row === undefined) return null;
  const due = { dueAt: row.due.toISOString(), overdueAt: row.overdue.toISOString(), escalatedAt: row.escalated.toISOString() };
  const reached = stepsReached(due, asOf);
  // An API that is asked from this instant on is asked first.
  if (row.unasked && reached.at(-1) === 'due') return null;
  const fresh = reached.filter((step) => row.noted[step] === null);
  for (const step of fresh) await tx.client.query(`UPDATE report_period SET ${COLUMN[step]} = $2 WHERE id = $1`, [periodId, asOf]);
  const afterPosting = reached.filter((step) => instantOf(due, step) >= row.posted.toISOString());
  const last = fresh.filter((step) => afterPosting.includes(step)).at(-1);
  if (last !== undefined) {
    const facts = { periodId, brokerId: row.broker, from: row.from.toISOString(), to: row.to.toISOString(), dueAt: due.dueAt };
    await notify(tx, [{ eventId: `report-late:${periodId}:${last}`, userId: null, kind: KIND[last], facts, at: asOf }]);
  }
  return afterPosting.includes('overdue') ? row : null;
}

/** Whoever has a verified link with an account of the broker that counts in the period. Answers where to go on. */
async function tellUsers(pool: Pool, period: Row, after: string, asOf: string): Promise<string | null> {
  const { rows } = await pool.query<{ id: string }>(
    `SELECT DISTINCT l.user_id AS id FROM account_link l JOIN trading_account a ON a.id = l.trading_account_id
     WHERE a.broker_id = $1 AND l.status = 'verified' AND l.requested_at < $2 AND l.user_id > $3 ORDER BY 1 LIMIT $4`, [period.broker, period.to, after, PAGE]);
  await notify(pool, rows.map(({ id }) => ({
    eventId: `report-delayed:${period.id}:${id}`, userId: id, kind: 'report_delayed', at: asOf,
    facts: { userId: id, periodId: period.id, brokerId: period.broker, from: period.from.toISOString(), to: period.to.toISOString(), dueAt: period.due.toISOString() },
  })));
  return rows.length < PAGE ? null : rows.at(-1)!.id;
}
