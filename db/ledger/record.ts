import { sqlOf, type SqlSource } from '../connection.ts';

/** A journal with its postings as the tables have them, for sealing and verifying. */
export interface JournalRecord {
  id: string;
  kind: string;
  effectiveAt: string;
  recordedAt: string;
  key: string;
  payloadHash: string;
  causeType: string;
  causeId: string;
  /** In line order; `code` is null where the account does not exist. */
  postings: { line: number; accountId: string; code: string | null; accountKind: string | null; currency: string; amount: string }[];
}

const PAGE = `
  SELECT j.id::text AS id, j.kind, to_char(j.effective_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "effectiveAt",
    to_char(j.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS "recordedAt", j.idempotency_key AS key,
    encode(j.payload_hash, 'hex') AS "payloadHash", j.cause_type AS "causeType", j.cause_id AS "causeId", p.postings
  FROM (SELECT * FROM public.journal WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3) j
  LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object('line', p.line, 'accountId', p.account_id::text, 'code', a.code, 'accountKind', a.kind,
      'currency', p.currency, 'amount', trim_scale(p.amount)::text) ORDER BY p.line) AS postings
    FROM public.posting p LEFT JOIN public.ledger_account a ON a.id = p.account_id AND a.currency = p.currency WHERE p.journal_id = j.id
  ) p ON true ORDER BY j.id`;

/** Journals with `after` < id ≤ `upTo`, in id order, at most `limit`. */
export async function journalPage(source: SqlSource, after: string, upTo: string, limit: number): Promise<JournalRecord[]> {
  const { rows } = await sqlOf(source).query<Omit<JournalRecord, 'postings'> & { postings: JournalRecord['postings'] | null }>(
    { name: 'ledger-journal-page', text: PAGE, values: [after, upTo, limit] });
  return rows.map((row) => ({ ...row, postings: row.postings ?? [] }));
}
