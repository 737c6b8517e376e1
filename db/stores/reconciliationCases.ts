import { newId } from '../../domain/ids.ts';
import type { Difference, DifferenceCode } from '../../domain/payouts/reconcile/items.ts';
import { Problem } from '../../domain/problem.ts';
import { type SqlSource, sqlOf, type Tx } from '../connection.ts';
import { notify } from './notifications.ts';

/** A difference between a rail's record and ours that somebody has to look at. ISO instants. */
export interface ReconciliationCase {
  id: string; rail: string; code: DifferenceCode; subject: string; payoutId: string | null; detail: string; facts: Record<string, string>;
  openedAt: string; seenAt: string; closedAt: string | null; closedBy: string | null; closeReason: string | null;
}

const COLUMNS = `id, rail, code, subject, payout_id AS "payoutId", detail, facts, opened_at AS "openedAt", seen_at AS "seenAt", closed_at AS "closedAt", closed_by AS "closedBy", close_reason AS "closeReason"`;
type Row = Omit<ReconciliationCase, 'openedAt' | 'seenAt' | 'closedAt'> & { openedAt: Date; seenAt: Date; closedAt: Date | null };
const shown = (row: Row): ReconciliationCase => ({ ...row, openedAt: row.openedAt.toISOString(), seenAt: row.seenAt.toISOString(), closedAt: row.closedAt?.toISOString() ?? null });

/** Nobody's case: it went by itself. */
const BY_ITSELF = 'system:railReconciliation';

/**
 * Keeps what was found of a rail at `at` (ISO): a difference that is a case already is only seen again, a new one opens a case, also where the like of it was closed before; open cases
 * of the codes `judged` that were not found close by themselves. Operators are told once of all that is new.
 */
export async function keepDifferences(tx: Tx, { rail, at, differences, judged }: { rail: string; at: string; differences: readonly Difference[]; judged: readonly DifferenceCode[] }): Promise<{ opened: number; closed: number }> {
  await tx.client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`reconciliation:${rail}`]);
  const column = <T>(of: (difference: Difference) => T): T[] => differences.map(of);
  const { rows } = await tx.client.query<{ code: string; fresh: boolean }>(
    `INSERT INTO reconciliation_case AS c (id, rail, code, subject, payout_id, detail, facts, opened_at, seen_at)
     SELECT d.id, $1, d.code, d.subject, d.payout_id, d.detail, d.facts, $2, $2 FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::jsonb[]) AS d (id, code, subject, payout_id, detail, facts)
     ON CONFLICT (rail, code, subject) WHERE closed_at IS NULL DO UPDATE SET seen_at = greatest(c.seen_at, excluded.seen_at), detail = excluded.detail, facts = excluded.facts
     RETURNING code, xmax = 0 AS fresh`,
    [rail, at, column(() => newId('reconciliationCase')), column(({ code }) => code), column(({ subject }) => subject), column(({ payoutId }) => payoutId), column(({ detail }) => detail), column(({ facts }) => JSON.stringify(facts))]);
  const { rowCount: closed } = await tx.client.query(
    `UPDATE reconciliation_case c SET closed_at = $2, closed_by = $3, close_reason = 'It is no longer found: the record and ours agree.'
     WHERE rail = $1 AND closed_at IS NULL AND code = ANY ($4) AND NOT EXISTS (SELECT FROM unnest($5::text[], $6::text[]) AS d (code, subject) WHERE d.code = c.code AND d.subject = c.subject)`,
    [rail, at, BY_ITSELF, judged, column(({ code }) => code), column(({ subject }) => subject)]);
  const opened = rows.filter(({ fresh }) => fresh);
  if (opened.length > 0) {
    const codes = [...new Set(opened.map(({ code }) => code))].sort().join(', ');
    await notify(tx, [{ eventId: `reconciliation-cases:${rail}:${at}:${codes}`, userId: null, kind: 'reconciliation_cases', facts: { rail, opened: String(opened.length), codes }, at }]);
  }
  return { opened: opened.length, closed: closed ?? 0 };
}

/** Throws RECONCILIATION_CASE_UNKNOWN (404). */
export async function getCase(source: SqlSource, id: string, lock = false): Promise<ReconciliationCase> {
  const { rows } = await sqlOf(source).query<Row>(`SELECT ${COLUMNS} FROM reconciliation_case WHERE id = $1${lock ? ' FOR UPDATE' : ''}`, [id]);
  if (!rows[0]) throw new Problem('RECONCILIATION_CASE_UNKNOWN', `There is no reconciliation case "${id}".`, { status: 404 });
  return shown(rows[0]);
}

/** An operator has looked into it. Found again, it is a new case. Throws RECONCILIATION_CASE_UNKNOWN, RECONCILIATION_CASE_CLOSED (409), RECONCILIATION_CASE_UNDECIDED (409). */
export async function closeCase(tx: Tx, id: string, { by, reason, at }: { by: string; reason: string; at: string }): Promise<ReconciliationCase> {
  const before = await getCase(tx, id, true);
  if (before.closedAt !== null) throw new Problem('RECONCILIATION_CASE_CLOSED', `This case was closed on ${before.closedAt}.`, { status: 409, facts: { closedAt: before.closedAt } });
  if (before.code === 'UNKNOWN_OUTCOME') {
    throw new Problem('RECONCILIATION_CASE_UNDECIDED', 'An unknown outcome is not closed but decided: POST /v1/payouts/{payoutId}/decision, with proof; or it closes by itself when the rail has answered.', { status: 409 });
  }
  const { rows } = await tx.client.query<Row>(`UPDATE reconciliation_case SET closed_at = $2, closed_by = $3, close_reason = $4 WHERE id = $1 RETURNING ${COLUMNS}`, [id, at, by, reason]);
  return shown(rows[0]!);
}

export interface CaseFilter { rail?: string; code?: DifferenceCode; payoutId?: string; open?: boolean }
/** Where a page goes on: after this case. */
export interface CaseKey { rank: 0 | 1; openedAt: string; id: string }
export const rankOf = ({ code }: Pick<ReconciliationCase, 'code'>): 0 | 1 => (code === 'UNKNOWN_OUTCOME' ? 0 : 1);

/** Unknown outcomes first, then the oldest. */
export async function listCases(source: SqlSource, filter: CaseFilter, page: { after: CaseKey | null; limit: number }): Promise<ReconciliationCase[]> {
  const { rows } = await sqlOf(source).query<Row>(
    `SELECT ${COLUMNS} FROM reconciliation_case WHERE ($1::text IS NULL OR rail = $1) AND ($2::text IS NULL OR code = $2) AND ($3::text IS NULL OR payout_id = $3)
       AND ($4::boolean IS NULL OR $4 = (closed_at IS NULL)) AND ($5::boolean IS NULL OR ((code <> 'UNKNOWN_OUTCOME'), opened_at, id) > ($5, $6::timestamptz, $7::text))
     ORDER BY (code <> 'UNKNOWN_OUTCOME'), opened_at, id LIMIT $8`,
    [filter.rail ?? null, filter.code ?? null, filter.payoutId ?? null, filter.open ?? null, page.after === null ? null : page.after.rank === 1, page.after?.openedAt ?? null, page.after?.id ?? null, page.limit]);
  return rows.map(shown);
}

/** Open cases by rail; none of a rail without any. */
export async function openCaseCounts(source: SqlSource): Promise<Map<string, number>> {
  const { rows } = await sqlOf(source).query<{ rail: string; n: number }>('SELECT rail, count(*)::int AS n FROM reconciliation_case WHERE closed_at IS NULL GROUP BY rail');
  return new Map(rows.map(({ rail, n }) => [rail, n]));
}
