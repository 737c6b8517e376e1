import { type SqlSource, sqlOf } from '../connection.ts';

export interface StatementMovement { state: 'pending' | 'available' | 'held' | 'reserved'; brokerId: string; programme: string; currency: string; amount: string }

/** One journal as far as it touches a user's money; amounts are signed decimal texts. */
export interface StatementEntry {
  journalId: string;
  kind: string;
  /** ISO instant at which it counts. */
  effectiveAt: string;
  cause: { type: string; id: string };
  movements: StatementMovement[];
}

/** A user's journals, newest first; `before` is the journal to continue after. */
export async function userStatement(source: SqlSource, userId: string, page: { before: string | null; limit: number }): Promise<StatementEntry[]> {
  const { rows } = await sqlOf(source).query<Omit<StatementEntry, 'effectiveAt' | 'cause'> & { effectiveAt: Date; causeType: string; causeId: string }>(
    `SELECT j.id AS "journalId", j.kind, j.effective_at AS "effectiveAt", j.cause_type AS "causeType", j.cause_id AS "causeId",
            json_agg(json_build_object('state', a.kind, 'brokerId', a.broker_id, 'programme', a.programme, 'currency', a.currency, 'amount', trim_scale(p.amount)::text) ORDER BY p.line) AS movements
     FROM ledger_account a JOIN posting p ON p.account_id = a.id JOIN journal j ON j.id = p.journal_id
     WHERE a.user_id = $1 AND ($2::bigint IS NULL OR p.journal_id < $2) GROUP BY j.id ORDER BY j.id DESC LIMIT $3`, [userId, page.before, page.limit]);
  return rows.map(({ causeType, causeId, effectiveAt, ...row }) => ({ ...row, effectiveAt: effectiveAt.toISOString(), cause: { type: causeType, id: causeId } }));
}
