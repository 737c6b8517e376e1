import { kindInWords } from '../../domain/statements/kinds.ts';
import type { StatementEntry, StatementMovement } from '../../domain/statements/statement.ts';
import { type SqlSource, sqlOf } from '../connection.ts';
import { statementCauses } from './statementCauses.ts';

/** Whose money, over which time (ISO instants, from ≤ effective < to, null: open), as the ledger knew it at `asKnownOn`. */
export interface StatementScope { userId: string; from: string | null; to: string | null; asKnownOn: string }

/**
 * An instant (ISO) of the database's clock, by which `recorded_at` is written: nothing that is recorded by now is after
 * it. With an `asKnownOn` of the caller, the earlier of the two: what is not recorded yet cannot be known.
 */
export async function knownOn(source: SqlSource, asKnownOn?: string): Promise<string> {
  const { rows } = await sqlOf(source).query<{ at: Date }>(`SELECT least($1::timestamptz, date_trunc('milliseconds', clock_timestamp()) + interval '1 millisecond') AS at`, [asKnownOn ?? null]);
  return rows[0]!.at.toISOString();
}

/** Where a page goes on: the entry before it, by effective instant (ISO) and journal id. */
export interface EntryPosition { effectiveAt: string; journalId: string }
export interface EntryPage { order: 'oldest' | 'newest'; after: EntryPosition | null; limit: number }

interface Row { journalId: string; kind: string; effectiveAt: Date; recordedAt: Date; causeType: string; causeId: string; key: string; movements: StatementMovement[] }

/** What the user's postings show as movements: a fifth state counts what was paid, as the balances do. */
export const MOVEMENTS = `CROSS JOIN LATERAL (VALUES (a.kind, p.amount),
    ('paid', CASE WHEN (a.kind = 'reserved' AND j.kind = 'payout_paid') OR (a.kind = 'available' AND j.kind = 'payout_returned') THEN -p.amount END)) AS s(state, amount)`;

/** A user's journals in the order in which they count, page by page, with what caused each. */
export async function statementEntries(source: SqlSource, scope: StatementScope, page: EntryPage): Promise<StatementEntry[]> {
  return entriesOf(source, scope.userId, await journalIds(source, scope, page));
}

/** All journals of a statement, oldest first: to be read in the same snapshot as its sums. */
export function statementJournals(source: SqlSource, scope: StatementScope): Promise<string[]> {
  return journalIds(source, scope, { order: 'oldest', after: null, limit: null });
}

/** Their entries, `pageSize` at a time: no connection is held while the reader is slow. */
export async function* entriesInPages(source: SqlSource, userId: string, ids: readonly string[], pageSize = 1000): AsyncGenerator<StatementEntry[]> {
  for (let at = 0; at < ids.length; at += pageSize) yield await entriesOf(source, userId, ids.slice(at, at + pageSize));
}

async function journalIds(source: SqlSource, scope: StatementScope, page: Omit<EntryPage, 'limit'> & { limit: number | null }): Promise<string[]> {
  const [than, order] = page.order === 'oldest' ? ['>', 'ASC'] : ['<', 'DESC'];
  const { rows } = await sqlOf(source).query<{ id: string }>(
    `SELECT j.id FROM journal j
     WHERE j.id IN (SELECT p.journal_id FROM ledger_account a JOIN posting p ON p.account_id = a.id WHERE a.user_id = $1)
       AND j.effective_at >= coalesce($2::timestamptz, '-infinity') AND j.effective_at < coalesce($3::timestamptz, 'infinity') AND j.recorded_at <= $4::timestamptz
       AND ($5::timestamptz IS NULL OR (j.effective_at, j.id) ${than} ($5::timestamptz, $6::bigint))
     ORDER BY j.effective_at ${order}, j.id ${order} LIMIT $7`,
    [scope.userId, scope.from, scope.to, scope.asKnownOn, page.after?.effectiveAt ?? null, page.after?.journalId ?? null, page.limit]);
  return rows.map((row) => row.id);
}

/** These journals in the order of the ids, as far as they touch the user's money. */
async function entriesOf(source: SqlSource, userId: string, ids: readonly string[]): Promise<StatementEntry[]> {
  if (ids.length === 0) return [];
  const { rows } = await sqlOf(source).query<Row>(
    `WITH account AS MATERIALIZED (SELECT id, kind, broker_id, programme, currency FROM ledger_account WHERE user_id = $1)
     SELECT j.id AS "journalId", j.kind, j.effective_at AS "effectiveAt", j.recorded_at AS "recordedAt", j.cause_type AS "causeType", j.cause_id AS "causeId", j.idempotency_key AS key,
       json_agg(json_build_object('state', s.state, 'brokerId', a.broker_id, 'programme', a.programme, 'currency', a.currency, 'amount', trim_scale(s.amount)::text) ORDER BY p.line, s.state) AS movements
     FROM unnest($2::bigint[]) WITH ORDINALITY AS i(id, no) JOIN journal j ON j.id = i.id
     -- OFFSET 0: by journal, never by account, which may have a hundred times as many postings as the page.
     JOIN LATERAL (SELECT * FROM posting WHERE journal_id = i.id OFFSET 0) p ON true JOIN account a ON a.id = p.account_id ${MOVEMENTS}
     WHERE s.amount IS NOT NULL
     GROUP BY i.no, j.id ORDER BY i.no`, [userId, ids]);
  const causes = await statementCauses(source, rows.map(({ key, causeType, causeId }) => ({ key, type: causeType, id: causeId })));
  return rows.map((row) => ({
    journalId: row.journalId, kind: row.kind, what: kindInWords(row.kind), effectiveAt: row.effectiveAt.toISOString(), recordedAt: row.recordedAt.toISOString(),
    cause: causes.get(row.key)!, movements: row.movements,
  }));
}
