import { type SqlSource, sqlOf } from '../connection.ts';

/** Who acts. `principalId` is the person behind a session or a key (`psn_…`), or for a key without one the key itself. */
export interface Actor { kind: 'api_key' | 'session' | 'system' | 'nobody'; id: string; principalId: string; role: string | null }

/** A workflow or program that acts by itself. */
export const system = (name: string): Actor => ({ kind: 'system', id: name, principalId: `system:${name}`, role: null });

export interface NewAuditEntry {
  at: string;
  actor: Actor;
  /** The API's operationId, or what a workflow did, e.g. `expireChange`. */
  operation: string;
  subject: { type: string; id: string };
  /** The user whose affairs it concerns. */
  userId?: string | null;
  /** `asked`: it waits for somebody else; `refused`: it was tried and not allowed. */
  outcome?: 'done' | 'asked' | 'refused';
  reason?: string | null;
  /** JSON of what was there and what is; personal and secret values are replaced by `•`. */
  before?: unknown;
  after?: unknown;
  requestId?: string | null;
  /** The caller's network (/24 or /48), not his address. */
  network?: string | null;
}

/** Adds an entry, in the transaction of the act. */
export async function recordAudit(source: SqlSource, entry: NewAuditEntry): Promise<void> {
  const { actor, subject } = entry;
  await sqlOf(source).query(
    `INSERT INTO audit_entry (at, actor_kind, actor_id, principal_id, role, operation, subject_type, subject_id, user_id, outcome, reason, before, after, request_id, network)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
    [entry.at, actor.kind, actor.id, actor.principalId, actor.role, entry.operation, subject.type, subject.id, entry.userId ?? null, entry.outcome ?? 'done',
      entry.reason ?? null, json(entry.before), json(entry.after), entry.requestId ?? null, entry.network ?? null]);
}

const json = (value: unknown): string | null => (value === undefined || value === null ? null : JSON.stringify(withoutPersonalData(value)));

/** Names whose values are somebody's personal data or a secret, wherever they stand. */
const HIDDEN = /^(mail|email|fullName|payeeName|country|nationality|dateOfBirth|address|phone|key|secret|secrets|token|password|code|codes|recoveryCodes|destination|content|note|externalId|login)$/i;

/** The same with `•` for each personal or secret value: an entry is kept for ever, so it must never hold one. */
export function withoutPersonalData(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPersonalData);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, HIDDEN.test(name) && inner !== null ? '•' : withoutPersonalData(inner)]));
}
