import type pg from 'pg';
import { Problem } from '../../domain/problem.ts';
import type { CanonicalJournal } from './draft.ts';

interface Standing { journalId: string; replayed: boolean; hash: string }

const STANDING = `SELECT id::text AS "journalId", encode(payload_hash, 'hex') AS hash FROM public.journal WHERE idempotency_key = $1`;

const statements = new Map<number, { name: string; text: string }>();

/**
 * The statement for a journal of `lines` postings. Prepared once a connection, and without a function around it: a
 * single post is bound by the executor's overhead, not by its rows. No row comes back where the key stands already.
 */
function statement(lines: number): { name: string; text: string } {
  let known = statements.get(lines);
  if (!known) {
    const values = Array.from({ length: lines }, (_, i) => `(${i + 1}, $${8 + 2 * i}::text, $${9 + 2 * i}::numeric)`).join(', ');
    known = {
      name: `ledger-post-${lines}`,
      text: `WITH j AS (
        INSERT INTO public.journal (kind, effective_at, idempotency_key, payload_hash, cause_type, cause_id)
        VALUES ($2, $3, $1, decode($4, 'hex'), $5, $6) ON CONFLICT (idempotency_key) DO NOTHING RETURNING id
      ), p AS (
        INSERT INTO public.posting (journal_id, line, account_id, currency, amount)
        SELECT j.id, v.line, coalesce((SELECT a.id FROM public.ledger_account a WHERE a.code = v.code AND a.currency = $7::char(3)),
          public.ledger_open_account(v.code, $7::text)), $7::char(3), v.amount FROM j, (VALUES ${values}) AS v (line, code, amount)
      ) SELECT id::text AS "journalId" FROM j`,
    };
    statements.set(lines, known);
  }
  return known;
}

/** Inserts a journal with its postings in one statement; only where its key stands already, a second one reads that. */
export async function insertJournal(client: pg.Pool | pg.PoolClient | pg.Client, j: CanonicalJournal): Promise<Standing> {
  const values = [j.key, j.kind, j.effectiveAt, j.hash, j.causeType, j.causeId, j.currency];
  for (let i = 0; i < j.codes.length; i++) values.push(j.codes[i]!, j.amounts[i]!);
  const { rows } = await client.query<{ journalId: string }>({ ...statement(j.codes.length), values });
  if (rows[0]) return { journalId: rows[0].journalId, replayed: false, hash: j.hash };
  const standing = (await client.query<{ journalId: string; hash: string }>(STANDING, [j.key])).rows[0];
  if (!standing) throw new Problem('LEDGER_KEY_UNSETTLED', `Journal "${j.key}" was posted by another transaction that this one cannot see; repeat it in a new transaction.`, { status: 503 });
  return { ...standing, replayed: true };
}
