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
  const [than, order] = page.order === 'oldest' ? ['>', 'ASC'] : ['<', 'DESC'];
  const { rows } = await sqlOf(source).query<Row>(
    `WITH account AS MATERIALIZED (SELECT id, kind, broker_id, programme, currency FROM ledger_account WHERE user_id = $1),
     entry AS (
       SELECT j.id, j.kind, j.effective_at, j.recorded_at, j.cause_type, j.cause_id, j.idempotency_key FROM journal j
       WHERE j.id IN (SELECT p.journal_id FROM account a JOIN posting p ON p.account_id = a.id)
         AND j.effective_at >= coalesce($2::timestamptz, '-infinity') AND j.effective_at < coalesce($3::timestamptz, 'infinity') AND j.recorded_at <= $4::timestamptz
         AND ($5::timestamptz IS NULL OR (j.effective_at, j.id) ${than} ($5::timestamptz, $6::bigint))
       ORDER BY j.effective_at ${order}, j.id ${order} LIMIT $7)
     SELECT j.id AS "journalId", j.kind, j.effective_at AS "effectiveAt", j.recorded_at AS "recordedAt", j.cause_type AS "causeType", j.cause_id AS "causeId", j.idempotency_key AS key,
       json_agg(json_build_object('state', s.state, 'brokerId', a.broker_id, 'programme', a.programme, 'currency', a.currency, 'amount', trim_scale(s.amount)::text) ORDER BY p.line, s.state) AS movements
     FROM entry j JOIN posting p ON p.journal_id = j.id JOIN account a ON a.id = p.account_id ${MOVEMENTS}
     WHERE s.amount IS NOT NULL
     GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY j.effective_at ${order}, j.id ${order}`,
    [scope.userId, scope.from, scope.to, scope.asKnownOn, page.after?.effectiveAt ?? null, page.after?.journalId ?? null, page.limit]);
  const causes = await statementCauses(source, rows.map(({ key, causeType, causeId }) => ({ key, type: causeType, id: causeId })));
  return rows.map((row) => ({
    journalId: row.journalId, kind: row.kind, what: kindInWords(row.kind), effectiveAt: row.effectiveAt.toISOString(), recordedAt: row.recordedAt.toISOString(),
    cause: causes.get(row.key)!, movements: row.movements,
  }));
}

/** All entries of a statement, oldest first, read `pageSize` at a time: no connection is held while the reader is slow. */
export async function* allStatementEntries(source: SqlSource, scope: StatementScope, pageSize = 1000): AsyncGenerator<StatementEntry[]> {
  for (let after: EntryPosition | null = null; ;) {
    const entries: StatementEntry[] = await statementEntries(source, scope, { order: 'oldest', after, limit: pageSize });
    if (entries.length > 0) yield entries;
    if (entries.length < pageSize) return;
    after = entries.at(-1)!;
  }
}
