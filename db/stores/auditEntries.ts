import { Problem } from '../../domain/problem.ts';
import { type SqlSource, sqlOf } from '../connection.ts';
import type { Actor } from './audit.ts';
import type { Page } from './page.ts';

/** An entry as people read it: `before` and `after` hold `•` for personal and secret values. Instants ISO. */
export interface AuditEntry {
  /** `aud_` and a number that grows. */
  id: string;
  at: string;
  actor: Actor;
  operation: string;
  subject: { type: string; id: string };
  userId: string | null;
  outcome: 'done' | 'asked' | 'refused';
  reason: string | null;
  before: unknown;
  after: unknown;
  requestId: string | null;
  network: string | null;
}

/** `from` and `to` are ISO instants, `to` exclusive. */
export interface AuditFilter {
  principalId?: string | undefined; operation?: string | undefined; subjectType?: string | undefined; subjectId?: string | undefined; userId?: string | undefined;
  role?: string | undefined; outcome?: AuditEntry['outcome'] | undefined; from?: string | undefined; to?: string | undefined;
}

interface Row {
  id: string; at: Date; actor_kind: Actor['kind']; actor_id: string; principal_id: string; role: string | null; operation: string; subject_type: string; subject_id: string; user_id: string | null;
  outcome: AuditEntry['outcome']; reason: string | null; before: unknown; after: unknown; request_id: string | null; network: string | null;
}
const SELECT = 'SELECT id, at, actor_kind, actor_id, principal_id, role, operation, subject_type, subject_id, user_id, outcome, reason, before, after, request_id, network FROM audit_entry';
const WHERE = `($1::text IS NULL OR principal_id = $1) AND ($2::text IS NULL OR operation = $2) AND ($3::text IS NULL OR subject_type = $3) AND ($4::text IS NULL OR subject_id = $4)
  AND ($5::text IS NULL OR user_id = $5) AND ($6::text IS NULL OR role = $6) AND ($7::text IS NULL OR outcome = $7) AND ($8::timestamptz IS NULL OR at >= $8) AND ($9::timestamptz IS NULL OR at < $9)`;
const values = (f: AuditFilter): unknown[] => [f.principalId, f.operation, f.subjectType, f.subjectId, f.userId, f.role, f.outcome, f.from, f.to].map((value) => value ?? null);

/** A page of entries, newest first; the page's key is the number in the id. */
export async function auditPage(source: SqlSource, filter: AuditFilter, page: Page): Promise<AuditEntry[]> {
  const { rows } = await sqlOf(source).query<Row>(`${SELECT} WHERE ${WHERE} AND ($10::bigint IS NULL OR id < $10) ORDER BY id DESC LIMIT $11`, [...values(filter), page.after ?? null, page.limit]);
  return rows.map(shown);
}

/** Throws AUDIT_ENTRY_UNKNOWN (404). */
export async function getAuditEntry(source: SqlSource, id: string): Promise<AuditEntry> {
  const number = /^aud_(\d{1,18})$/.exec(id)?.[1];
  const { rows } = number === undefined ? { rows: [] } : await sqlOf(source).query<Row>(`${SELECT} WHERE id = $1`, [number]);
  if (!rows[0]) throw new Problem('AUDIT_ENTRY_UNKNOWN', `There is no audit entry "${id}".`, { status: 404 });
  return shown(rows[0]);
}

/**
 * Every entry that was there when it began, oldest first, in pages. Entries are never changed, so reading on from the last one up to the
 * newest of the beginning shows one state without holding a transaction open for as long as somebody downloads.
 */
export async function* allAuditEntries(source: SqlSource, filter: AuditFilter, size = 1_000): AsyncGenerator<AuditEntry[]> {
  const sql = sqlOf(source);
  const { rows: [newest] } = await sql.query<{ id: string | null }>('SELECT max(id) AS id FROM audit_entry');
  for (let after = '0'; newest?.id != null;) {
    const { rows } = await sql.query<Row>(`${SELECT} WHERE ${WHERE} AND id > $10 AND id <= $11 ORDER BY id LIMIT $12`, [...values(filter), after, newest.id, size]);
    if (rows.length > 0) yield rows.map(shown);
    if (rows.length < size) return;
    after = rows.at(-1)!.id;
  }
}

function shown(row: Row): AuditEntry {
  return {
    id: `aud_${row.id}`, at: row.at.toISOString(), actor: { kind: row.actor_kind, id: row.actor_id, principalId: row.principal_id, role: row.role }, operation: row.operation,
    subject: { type: row.subject_type, id: row.subject_id }, userId: row.user_id, outcome: row.outcome, reason: row.reason, before: row.before, after: row.after, requestId: row.request_id, network: row.network,
  };
}
