import type { ReportState } from './reports.ts';
import type { Pool } from 'pg';
import { sqlOf, type SqlSource, type Tx } from '../connection.ts';

/** A report while it is worked on, its row locked until the transaction ends. */
export interface ReportWork {
  id: string;
  no: string;
  brokerId: string;
  periodId: string;
  periodFrom: string;
  profileId: string;
  fileName: string;
  /** How it came: `upload`, `api`, `mailbox` … */
  origin: string;
  /** ISO instant at which it arrived. */
  receivedAt: string;
  state: ReportState;
  lines: number | null;
  lots: string | null;
  cursor: AccountCursor | null;
  postedAt: string | null;
  /** Whether some of its tickets stand in it more than once; null: not known. */
  repeats: boolean | null;
}

/** The last (server, login) that is done: pages run over accounts in this order. */
export type AccountCursor = readonly [server: string, account: string];

interface Raw { id: string; no: string; broker_id: string; period_id: string; period_from: Date; profile_id: string; file_name: string; origin: string; received_at: Date; state: ReportState; lines: number | null; lots: string | null; cursor: [string, string] | null; posted_at: Date | null; repeats: boolean | null }

/**
 * Locks a report for one step of its work, so that two workers (one of them believed dead) never do the same step twice:
 * the second waits, then sees the new state and cursor.
 */
export function lockReport(tx: Tx, reportId: string): Promise<ReportWork> {
  return find(tx, reportId, 'FOR UPDATE OF r');
}

/** The same without a lock: where to begin reading. */
export function readReportWork(pool: Pool, reportId: string): Promise<ReportWork> {
  return find(pool, reportId, '');
}

async function find(source: SqlSource, reportId: string, lock: string): Promise<ReportWork> {
  const found = await sqlOf(source).query<Raw>(
    `SELECT r.id, r.no, r.broker_id, r.period_id, p.period_from, r.profile_id, r.file_name, r.origin, r.received_at, r.state, r.lines, r.lots, r.cursor, r.posted_at, r.repeats
     FROM report r JOIN report_period p ON p.id = r.period_id WHERE r.id = $1 ${lock}`, [reportId]);
  const row = found.rows[0];
  if (row === undefined) throw new Error(`no report ${reportId}`);
  return {
    id: row.id, no: row.no, brokerId: row.broker_id, periodId: row.period_id, periodFrom: row.period_from.toISOString(), profileId: row.profile_id,
    fileName: row.file_name, origin: row.origin, receivedAt: row.received_at.toISOString(), state: row.state, lines: row.lines, lots: row.lots, cursor: row.cursor, postedAt: row.posted_at?.toISOString() ?? null, repeats: row.repeats,
  };
}

/** Serialises everything that posts money for one broker's reports until the transaction ends. */
export async function lockBrokerPosting(tx: Tx, brokerId: string): Promise<void> {
  await tx.client.query("SELECT pg_advisory_xact_lock(hashtextextended('posting:' || $1, 0))", [brokerId]);
}

/**
 * For the rest of the transaction, rows are found by index. A report that was just copied in has no statistics yet, and the
 * planner would read all of it again for every page.
 */
export async function findByIndex(tx: Tx): Promise<void> {
  await tx.client.query('SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off');
}

/** The last account of the next page of whole accounts with more than `size` lines; null: the page is the last. */
export async function nextPageEnd(tx: Tx, reportNo: string, after: AccountCursor | null, size: number): Promise<AccountCursor | null> {
  const found = await tx.client.query<{ server: string; account: string }>(
    `SELECT server, account FROM report_line WHERE report_no = $1 AND ($2::text IS NULL OR (server, account) > ($2, $3))
     ORDER BY server, account OFFSET $4 LIMIT 1`, [reportNo, after?.[0] ?? null, after?.[1] ?? null, size]);
  const row = found.rows[0];
  return row === undefined ? null : [row.server, row.account];
}

/** Keeps where the work stands, in the same transaction as the work itself. */
export async function keepProgress(tx: Tx, reportId: string, step: { state?: ReportState; cursor: AccountCursor | null; linesDone?: number }): Promise<void> {
  await tx.client.query(
    'UPDATE report SET cursor = $2, state = coalesce($3, state), step_since = CASE WHEN $3::text IS NULL THEN step_since ELSE clock_timestamp() END, lines_done = CASE WHEN $4::int IS NULL THEN 0 ELSE lines_done + $4 END WHERE id = $1',
    [reportId, step.cursor, step.state ?? null, step.linesDone ?? null]);
}
