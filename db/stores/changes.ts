import { createHash } from 'node:crypto';
import { canonical } from '../../domain/changes/difference.ts';
import type { ChangeKindName } from '../../domain/changes/kinds.ts';
import type { ApprovalPolicy } from '../../domain/changes/policy.ts';
import type { ChangeEnd, ChangeState } from '../../domain/changes/states.ts';
import { newId } from '../../domain/ids.ts';
import { Problem } from '../../domain/problem.ts';
import { type SqlSource, sqlOf, type Tx } from '../connection.ts';
import { withoutPersonalData } from './audit.ts';
import { notify } from './notifications.ts';

export interface ChangeSubject { type: string; id: string }

export interface Change {
  id: string;
  kind: ChangeKindName;
  subject: ChangeSubject;
  payload: Record<string, unknown>;
  before: Record<string, unknown> | null;
  /** USD. */
  amount: string | null;
  state: ChangeState;
  requestedBy: string; requestedAt: string; expiresAt: string; remindedAt: string | null;
  decidedBy: string | null; decidedAt: string | null; decisionReason: string | null;
  result: Record<string, unknown> | null;
  followedUpAt: string | null;
}

/** `by`: the person behind the request. `at`: ISO instant. */
export interface NewChange {
  kind: ChangeKindName;
  subject: ChangeSubject;
  payload: object;
  before?: object | null;
  amount?: string | null;
  by: string;
  at: string;
}

const COLUMNS = `id, kind, subject_type, subject_id, payload, before, amount, state, requested_by, requested_at, expires_at, reminded_at, decided_by, decided_at,
  decision_reason, result, followed_up_at`;
interface Row {
  id: string; kind: ChangeKindName; subject_type: string; subject_id: string; payload: Record<string, unknown>; before: Record<string, unknown> | null; amount: string | null; state: ChangeState;
  requested_by: string; requested_at: Date; expires_at: Date; reminded_at: Date | null; decided_by: string | null; decided_at: Date | null; decision_reason: string | null;
  result: Record<string, unknown> | null; followed_up_at: Date | null;
}
const iso = (date: Date | null): string | null => date?.toISOString() ?? null;
const shown = (row: Row): Change => ({
  id: row.id, kind: row.kind, subject: { type: row.subject_type, id: row.subject_id }, payload: row.payload, before: row.before, amount: row.amount, state: row.state,
  requestedBy: row.requested_by, requestedAt: row.requested_at.toISOString(), expiresAt: row.expires_at.toISOString(), remindedAt: iso(row.reminded_at),
  decidedBy: row.decided_by, decidedAt: iso(row.decided_at), decisionReason: row.decision_reason, result: row.result, followedUpAt: iso(row.followed_up_at),
});

/** Writes a request and tells the operators. Throws CHANGE_PENDING (409, with the id) where the same is asked for already. */
export async function requestChange(tx: Tx, policy: ApprovalPolicy, change: NewChange): Promise<Change> {
  const id = newId('change');
  const { kind, subject, payload, by, at } = change;
  const hash = createHash('sha256').update(canonical(payload)).digest('hex');
  const expiresAt = new Date(Date.parse(at) + policy.expiryHours * 3_600_000).toISOString();
  const { rows } = await tx.client.query<Row>(
    `INSERT INTO change (id, kind, subject_type, subject_id, payload, payload_hash, before, amount, state, requested_by, requested_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'requested', $9, $10, $11)
     ON CONFLICT (kind, subject_type, subject_id, payload_hash) WHERE state = 'requested' DO NOTHING RETURNING ${COLUMNS}`,
    [id, kind, subject.type, subject.id, JSON.stringify(payload), hash, change.before == null ? null : JSON.stringify(change.before), change.amount ?? null, by, at, expiresAt]);
  if (!rows[0]) {
    const { rows: [open] } = await tx.client.query<{ id: string }>(
      "SELECT id FROM change WHERE kind = $1 AND subject_type = $2 AND subject_id = $3 AND payload_hash = $4 AND state = 'requested'", [kind, subject.type, subject.id, hash]);
    throw new Problem('CHANGE_PENDING', 'The same change has been asked for and waits for a second operator.', { status: 409, facts: { changeId: open?.id } });
  }
  await tell(tx, shown(rows[0]), 'change_requested', 'requested', at);
  return shown(rows[0]);
}

/** Throws CHANGE_UNKNOWN (404). `lock`: of several who decide at once the others wait and see what became of it. */
export async function getChange(source: SqlSource, id: string, lock = false): Promise<Change> {
  const { rows } = await sqlOf(source).query<Row>(`SELECT ${COLUMNS} FROM change WHERE id = $1${lock ? ' FOR UPDATE' : ''}`, [id]);
  if (!rows[0]) throw new Problem('CHANGE_UNKNOWN', `There is no change "${id}".`, { status: 404 });
  return shown(rows[0]);
}

/** The change that a report or a payout run waits for; null where it waits for none. */
export async function openChangeOf(source: SqlSource, subject: ChangeSubject): Promise<Change | null> {
  const { rows } = await sqlOf(source).query<Row>(`SELECT ${COLUMNS} FROM change WHERE subject_type = $1 AND subject_id = $2 AND state = 'requested' ORDER BY id LIMIT 1`, [subject.type, subject.id]);
  return rows[0] ? shown(rows[0]) : null;
}

export interface ChangeFilter { kind?: ChangeKindName; state?: ChangeState; subjectType?: string; subjectId?: string; /** Who asked. */ principalId?: string }

/** Newest first; `before` is the id of the last one seen. */
export async function listChanges(source: SqlSource, filter: ChangeFilter, page: { before: string | null; limit: number }): Promise<Change[]> {
  const { rows } = await sqlOf(source).query<Row>(
    `SELECT ${COLUMNS} FROM change WHERE ($1::text IS NULL OR id < $1) AND ($2::text IS NULL OR kind = $2) AND ($3::text IS NULL OR state = $3)
       AND ($4::text IS NULL OR subject_type = $4) AND ($5::text IS NULL OR subject_id = $5) AND ($6::text IS NULL OR requested_by = $6) ORDER BY id DESC LIMIT $7`,
    [page.before, filter.kind ?? null, filter.state ?? null, filter.subjectType ?? null, filter.subjectId ?? null, filter.principalId ?? null, page.limit]);
  return rows.map(shown);
}

/** Changes that wait for a decision, or whose decision the workflows may not have heard of; by id, after the id `after`. */
export async function unfinishedChanges(source: SqlSource, page: { after: string | null; limit: number }): Promise<Change[]> {
  const { rows } = await sqlOf(source).query<Row>(`SELECT ${COLUMNS} FROM change WHERE followed_up_at IS NULL AND ($1::text IS NULL OR id > $1) ORDER BY id LIMIT $2`, [page.after, page.limit]);
  return rows.map(shown);
}

/** Ends a change, once. Throws CHANGE_ENDED (409). Its effect is the caller's, in the same transaction. */
export async function endChange(tx: Tx, id: string, to: ChangeEnd, decision: { by: string; at: string; reason: string | null }): Promise<Change> {
  const { rows } = await tx.client.query<Row>(
    `UPDATE change SET state = $2, decided_by = $3, decided_at = $4, decision_reason = $5 WHERE id = $1 AND state = 'requested' RETURNING ${COLUMNS}`,
    [id, to, decision.by, decision.at, decision.reason]);
  if (!rows[0]) throw ended(await getChange(tx, id));
  const change = shown(rows[0]);
  await tell(tx, change, to === 'expired' ? 'change_expired' : 'change_decided', 'decided', decision.at);
  return change;
}

/** What applying it led to, without personal data: a change outlives the erasing of a user. */
export async function keepResult(tx: Tx, id: string, result: object): Promise<Change> {
  const { rows } = await tx.client.query<Row>(`UPDATE change SET result = $2 WHERE id = $1 RETURNING ${COLUMNS}`, [id, JSON.stringify(withoutPersonalData(result))]);
  return shown(rows[0]!);
}

/** Throws CHANGE_ENDED (409). */
export function requireOpen(change: Change): void {
  if (change.state !== 'requested') throw ended(change);
}

const ended = (change: Change): Problem =>
  new Problem('CHANGE_ENDED', `This change is ${change.state} already; nothing more can be decided about it.`, { status: 409, facts: { state: change.state } });

/** Reminds of a change that still waits; once. */
export async function remindOfChange(tx: Tx, id: string, at: string): Promise<void> {
  const { rows } = await tx.client.query<Row>(`UPDATE change SET reminded_at = $2 WHERE id = $1 AND state = 'requested' AND reminded_at IS NULL RETURNING ${COLUMNS}`, [id, at]);
  if (rows[0]) await tell(tx, shown(rows[0]), 'change_requested', 'reminder', at);
}

/** The workflows that waited for it have been told. */
export async function markFollowedUp(source: SqlSource, id: string, at: string): Promise<void> {
  await sqlOf(source).query("UPDATE change SET followed_up_at = $2 WHERE id = $1 AND state <> 'requested' AND followed_up_at IS NULL", [id, at]);
}

async function tell(tx: Tx, change: Change, kind: 'change_requested' | 'change_decided' | 'change_expired', event: string, at: string): Promise<void> {
  const { id, subject, state, expiresAt, requestedBy } = change;
  await notify(tx, [{
    eventId: `change:${id}:${event}`, userId: null, kind, at,
    facts: { changeId: id, kind: change.kind, subjectType: subject.type, subjectId: subject.id, state, expiresAt, requestedBy, ...(change.amount === null ? {} : { amount: change.amount }), ...(event === 'reminder' ? { reminder: '1' } : {}) },
  }]);
}
