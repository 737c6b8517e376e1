import { newId } from '../../domain/ids.ts';
import { Problem } from '../../domain/problem.ts';
import { type MemberDecision, RUN_ENDED, type RunState, runStatesBefore } from '../../domain/payouts/runStates.ts';
import { GATE_DECISIONS } from '../../domain/verification/gate.ts';
import { type SqlSource, sqlOf, type Tx } from '../connection.ts';
import { gateSql, OWN_DESTINATION_SQL, ownersSql, usableSql } from './payoutGate.ts';
import type { Page } from './page.ts';

export interface PayoutRun {
  id: string; key: string; workflowId: string; scheduledAt: string; state: RunState;
  /** USD, frozen sum of the payable members; null while open. */
  total: string | null;
  /** When its members were decided, by the run's own clock; null while open. */
  frozenAt: string | null;
  startedBy: string | null; approvedBy: string | null;
  /** Who ended it instead of approving it, and why. */
  refusedBy: string | null; refusalReason: string | null;
}

const COLUMNS = 'id, key, workflow_id, scheduled_at, state, total, frozen_at, started_by, approved_by, refused_by, refusal_reason';
interface Row { id: string; key: string; workflow_id: string; scheduled_at: Date; state: RunState; total: string | null; frozen_at: Date | null; started_by: string | null; approved_by: string | null; refused_by: string | null; refusal_reason: string | null }
const shown = (row: Row): PayoutRun => ({
  id: row.id, key: row.key, workflowId: row.workflow_id, scheduledAt: row.scheduled_at.toISOString(), state: row.state, total: row.total, frozenAt: row.frozen_at?.toISOString() ?? null, startedBy: row.started_by, approvedBy: row.approved_by, refusedBy: row.refused_by, refusalReason: row.refusal_reason,
});

/** The run of `key`, made if there is none: of two drivers at once one inserts it and both get the same row. */
export async function claimRun(source: SqlSource, run: { key: string; workflowId: string; scheduledAt: string; startedBy: string | null }): Promise<PayoutRun> {
  const sql = sqlOf(source);
  await sql.query(`INSERT INTO payout_run (id, key, workflow_id, scheduled_at, state, started_by) VALUES ($1, $2, $3, $4, 'open', $5) ON CONFLICT (key) DO NOTHING`,
    [newId('payoutRun'), run.key, run.workflowId, run.scheduledAt, run.startedBy]);
  const { rows } = await sql.query<Row>(`SELECT ${COLUMNS} FROM payout_run WHERE key = $1`, [run.key]);
  return shown(rows[0]!);
}

/** Hands a run to another driver; false if somebody else took it first or it has ended. */
export async function takeOverRun(source: SqlSource, runId: string, from: string, to: string): Promise<boolean> {
  const { rowCount } = await sqlOf(source).query(`UPDATE payout_run SET workflow_id = $3 WHERE id = $1 AND workflow_id = $2 AND state <> ALL ($4)`, [runId, from, to, RUN_ENDED]);
  return rowCount === 1;
}

/** Throws `Problem` PAYOUT_RUN_UNKNOWN (404). `lock` keeps the row until the transaction ends. */
export async function getRun(source: SqlSource, runId: string, lock = false): Promise<PayoutRun> {
  const { rows } = await sqlOf(source).query<Row>(`SELECT ${COLUMNS} FROM payout_run WHERE id = $1${lock ? ' FOR UPDATE' : ''}`, [runId]);
  if (!rows[0]) throw new Problem('PAYOUT_RUN_UNKNOWN', `There is no payout run "${runId}".`, { status: 404 });
  return shown(rows[0]);
}

/** Runs that a driver still has to bring to its end, oldest first. */
export async function openRuns(source: SqlSource): Promise<PayoutRun[]> {
  const { rows } = await sqlOf(source).query<Row>(`SELECT ${COLUMNS} FROM payout_run WHERE state <> ALL ($1) ORDER BY scheduled_at, id`, [RUN_ENDED]);
  return rows.map(shown);
}

/** Those of these runs that exist, in one statement. */
export async function runsByIds(source: SqlSource, ids: readonly string[]): Promise<PayoutRun[]> {
  const { rows } = await sqlOf(source).query<Row>(`SELECT ${COLUMNS} FROM payout_run WHERE id = ANY ($1)`, [ids]);
  return rows.map(shown);
}

/** `from` and `to` (ISO instants, `to` exclusive) are about the scheduled time. */
export interface RunFilter { state?: RunState | undefined; from?: string | undefined; to?: string | undefined }

/** Newest first, for lists; `page.after` is the id of the last one seen. */
export async function listRuns(source: SqlSource, filter: RunFilter, page: Page): Promise<PayoutRun[]> {
  const { rows } = await sqlOf(source).query<Row>(
    `SELECT ${COLUMNS} FROM payout_run WHERE ($1::text IS NULL OR id < $1) AND ($3::text IS NULL OR state = $3) AND ($4::timestamptz IS NULL OR scheduled_at >= $4)
       AND ($5::timestamptz IS NULL OR scheduled_at < $5) ORDER BY id DESC LIMIT $2`, [page.after ?? null, page.limit, filter.state ?? null, filter.from ?? null, filter.to ?? null]);
  return rows.map(shown);
}

/** One guarded move; being there already is no error. Throws `Problem` PAYOUT_RUN_MOVE_REFUSED (409). */
export async function moveRun(source: SqlSource, runId: string, to: RunState, set: { total?: string; frozenAt?: string; approvedBy?: string; refusedBy?: string; refusalReason?: string } = {}): Promise<void> {
  const { rowCount } = await sqlOf(source).query(
    'UPDATE payout_run SET state = $2, total = coalesce($3, total), frozen_at = coalesce($8, frozen_at), approved_by = coalesce($4, approved_by), refused_by = $6, refusal_reason = $7 WHERE id = $1 AND state = ANY ($5)',
    [runId, to, set.total ?? null, set.approvedBy ?? null, runStatesBefore(to), set.refusedBy ?? null, set.refusalReason ?? null, set.frozenAt ?? null]);
  if (rowCount === 1) return;
  const now = await getRun(source, runId);
  if (now.state !== to) throw new Problem('PAYOUT_RUN_MOVE_REFUSED', `A payout run that is ${now.state} cannot become ${to}.`, { status: 409, facts: { from: now.state, to } });
}

/**
 * Writes every user with money available (USD, over brokers and programmes, negative balances included) as a member with a
 * decision, in one statement. `asOf`: whose screening is fresh; `now`: whose payout method has cooled down. Nothing is reserved yet; a repeat adds nobody.
 */
export async function insertMembers(source: Tx, runId: string, minimum: string, asOf: string, now = asOf): Promise<void> {
  // Accounts and balances may have grown since their statistics were taken: one join by hash, never a loop over both.
  await source.client.query('SET LOCAL enable_nestloop = off');
  await source.client.query(
    `INSERT INTO payout_run_member (run_id, user_id, available, decision)
     SELECT $1, t.user_id, t.amount, CASE
       WHEN t.amount < $2::numeric THEN 'below_minimum'
       WHEN u.status <> 'active' THEN 'suspended'
       WHEN w.user_id IS NULL THEN 'no_method'
       WHEN m.user_id IS NULL THEN CASE WHEN w.confirmed THEN 'destination_cooling_down' ELSE 'destination_unconfirmed' END${gateSql('$3')}
       ELSE 'to_pay' END
     FROM (SELECT a.user_id, sum(b.amount) AS amount FROM ledger_account a JOIN balance b ON b.account_id = a.id AND b.stripe = 0
           WHERE a.kind = 'available' AND a.currency = 'USD' GROUP BY a.user_id HAVING sum(b.amount) > 0) t
     JOIN app_user u ON u.id = t.user_id
     LEFT JOIN user_profile p ON p.user_id = t.user_id
     LEFT JOIN (SELECT user_id, bool_or(confirmed_at IS NOT NULL) AS confirmed FROM payout_method WHERE removed_at IS NULL GROUP BY user_id) w ON w.user_id = t.user_id
     LEFT JOIN (SELECT DISTINCT ON (d.user_id) d.user_id, d.payee, ${OWN_DESTINATION_SQL} AS own FROM payout_method d WHERE ${usableSql('$4')} ORDER BY d.user_id, d.created_at DESC, d.id DESC) m ON m.user_id = t.user_id
     LEFT JOIN ${ownersSql()} o ON o.user_id = t.user_id
     ON CONFLICT (run_id, user_id) DO NOTHING`, [runId, minimum, asOf, now]);
  await source.client.query('SET LOCAL enable_nestloop = on');
}

export async function anythingAvailable(source: SqlSource): Promise<boolean> {
  const { rows } = await sqlOf(source).query<{ any: boolean }>(
    `SELECT EXISTS (SELECT FROM ledger_account a JOIN balance b ON b.account_id = a.id WHERE a.kind = 'available' AND b.amount > 0) AS any`);
  return rows[0]!.any;
}

/** Members, and the sum (USD) that the run can pay at most. */
export async function memberTotals(source: SqlSource, runId: string): Promise<{ members: number; total: string; byDecision: Record<string, number> }> {
  const { rows } = await sqlOf(source).query<{ decision: MemberDecision; n: string; total: string }>(
    'SELECT decision, count(*) AS n, sum(available) AS total FROM payout_run_member WHERE run_id = $1 GROUP BY decision', [runId]);
  const byDecision = Object.fromEntries(rows.map((row) => [row.decision, Number(row.n)]));
  return { members: Object.values(byDecision).reduce((all, n) => all + n, 0), total: rows.find((row) => row.decision === 'to_pay')?.total ?? '0', byDecision };
}

/** The most (USD) that the run can pay to one user. */
export async function largestPayable(source: SqlSource, runId: string): Promise<string> {
  const { rows } = await sqlOf(source).query<{ largest: string }>("SELECT coalesce(max(available), 0) AS largest FROM payout_run_member WHERE run_id = $1 AND decision = 'to_pay'", [runId]);
  return rows[0]!.largest;
}

export interface RunMember { userId: string; available: string; decision: MemberDecision }

/** A page of members in user order. `lock` for planning. */
export async function membersPage(source: SqlSource, runId: string, after: string, limit: number, lock = false): Promise<RunMember[]> {
  const { rows } = await sqlOf(source).query<{ user_id: string; available: string; decision: MemberDecision }>(
    `SELECT user_id, available, decision FROM payout_run_member WHERE run_id = $1 AND user_id > $2 ORDER BY user_id LIMIT $3${lock ? ' FOR UPDATE' : ''}`, [runId, after, limit]);
  return rows.map((row) => ({ userId: row.user_id, available: row.available, decision: row.decision }));
}

/** `withheld`: USD that waits for the broker's payment, the rest of his money being paid or not. */
export interface ListedMember extends RunMember { withheld: { brokerId: string; amount: string }[] }

/** The same for people, by decision or of one user. */
export async function listMembers(source: SqlSource, runId: string, filter: { userId?: string | undefined; decision?: MemberDecision | undefined }, page: Page): Promise<ListedMember[]> {
  const { rows } = await sqlOf(source).query<ListedMember>(
    `SELECT user_id AS "userId", available, decision,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('brokerId', w.broker_id, 'amount', trim_scale(w.amount)::text) ORDER BY w.broker_id), '[]') FROM payout_run_withheld w WHERE w.run_id = m.run_id AND w.user_id = m.user_id) AS withheld
     FROM payout_run_member m WHERE run_id = $1 AND user_id > $2 AND ($4::text IS NULL OR user_id = $4) AND ($5::text IS NULL OR decision = $5)
     ORDER BY user_id LIMIT $3`, [runId, page.after ?? '', page.limit, filter.userId ?? null, filter.decision ?? null]);
  return rows;
}

/** Sets the decisions of members that were payable or waited for something. One statement. */
export async function decideMembers(source: SqlSource, runId: string, decisions: readonly { userId: string; decision: MemberDecision }[]): Promise<void> {
  await sqlOf(source).query(
    `UPDATE payout_run_member m SET decision = d.decision FROM unnest($2::text[], $3::text[]) AS d (user_id, decision)
     WHERE m.run_id = $1 AND m.user_id = d.user_id AND m.decision = ANY ($4) AND m.decision <> d.decision`,
    [runId, decisions.map((d) => d.userId), decisions.map((d) => d.decision), ['to_pay', ...GATE_DECISIONS]]);
}
