import { checkEvidence } from '../../domain/ownership/evidenceKinds.ts';
import { type OwnershipState, ownershipStatesBefore } from '../../domain/ownership/states.ts';
import { OWNERSHIP_TERMS, ownershipExpiry, type OwnershipTerms } from '../../domain/ownership/terms.ts';
import { newId } from '../../domain/ids.ts';
import { Problem } from '../../domain/problem.ts';
import { type SqlSource, sqlOf, type Tx } from '../connection.ts';
import { type NewNotification, notify } from './notifications.ts';
import type { PersonalData } from '../personal/personalData.ts';
import { sealFields } from './sealedFields.ts';

export interface Ownership {
  id: string; userId: string; accountLinkId: string; state: OwnershipState; requestedAt: string; expiresAt: string; remindersSent: number;
  decidedAt: string | null; decidedBy: string | null; decisionReason: string | null;
}
interface Row {
  id: string; user_id: string; account_link_id: string; state: OwnershipState; requested_at: Date; expires_at: Date; reminders_sent: number;
  decided_at: Date | null; decided_by: string | null; decision_reason: string | null;
}
const COLUMNS = 'id, user_id, account_link_id, state, requested_at, expires_at, reminders_sent, decided_at, decided_by, decision_reason';
const shown = (row: Row): Ownership => ({
  id: row.id, userId: row.user_id, accountLinkId: row.account_link_id, state: row.state, requestedAt: row.requested_at.toISOString(), expiresAt: row.expires_at.toISOString(),
  remindersSent: row.reminders_sent, decidedAt: row.decided_at?.toISOString() ?? null, decidedBy: row.decided_by, decisionReason: row.decision_reason,
});

/** Throws `Problem` OWNERSHIP_UNKNOWN (404). */
export async function getOwnership(source: SqlSource, id: string, lock = false): Promise<Ownership> {
  const { rows } = await sqlOf(source).query<Row>(`SELECT ${COLUMNS} FROM ownership_verification WHERE id = $1${lock ? ' FOR UPDATE' : ''}`, [id]);
  if (!rows[0]) throw new Problem('OWNERSHIP_UNKNOWN', `There is no ownership verification "${id}".`, { status: 404 });
  return shown(rows[0]);
}

/** `from` and `to` (ISO instants, `to` exclusive) are about when it was asked for. */
export interface OwnershipFilter { userId?: string; accountLinkId?: string; state?: OwnershipState; open?: boolean; from?: string; to?: string; after?: string; limit: number }

/** Verifications in id order. `open`: asked for or waiting for an operator. */
export async function listOwnerships(source: SqlSource, filter: OwnershipFilter): Promise<Ownership[]> {
  const { rows } = await sqlOf(source).query<Row>(
    `SELECT ${COLUMNS} FROM ownership_verification WHERE id > $1 AND ($2::text IS NULL OR user_id = $2) AND ($3::text IS NULL OR state = $3)
       AND ($4::boolean IS NULL OR $4 = (state IN ('requested', 'evidence_given')))
       AND ($6::text IS NULL OR account_link_id = $6) AND ($7::timestamptz IS NULL OR requested_at >= $7) AND ($8::timestamptz IS NULL OR requested_at < $8) ORDER BY id LIMIT $5`,
    [filter.after ?? '', filter.userId ?? null, filter.state ?? null, filter.open ?? null, filter.limit, filter.accountLinkId ?? null, filter.from ?? null, filter.to ?? null]);
  return rows.map(shown);
}

/**
 * Asks these users for evidence, each for his oldest verified link, unless a verification of theirs is open or confirmed, or
 * the last one was rejected (then an operator or the user asks again, not every run). Two statements, notifications included.
 */
export async function requestOwnerships(tx: Tx, userIds: readonly string[], asOf: string, terms: OwnershipTerms = OWNERSHIP_TERMS): Promise<void> {
  if (userIds.length === 0) return;
  const { rows } = await tx.client.query<Row>(
    `INSERT INTO ownership_verification (id, user_id, account_link_id, state, requested_at, expires_at)
     SELECT u.id, u.user_id, l.id, 'requested', $3, $4 FROM unnest($1::text[], $2::text[]) AS u (id, user_id)
     CROSS JOIN LATERAL (SELECT id FROM account_link WHERE user_id = u.user_id AND status IN ('verified', 'ended')
       ORDER BY status = 'verified' DESC, requested_at, id LIMIT 1) l
     WHERE NOT EXISTS (SELECT FROM ownership_verification o WHERE o.user_id = u.user_id AND o.state IN ('requested', 'evidence_given', 'confirmed'))
       AND coalesce((SELECT o.state FROM ownership_verification o WHERE o.user_id = u.user_id ORDER BY o.requested_at DESC, o.id DESC LIMIT 1), '') <> 'rejected'
     ON CONFLICT (account_link_id) WHERE state IN ('requested', 'evidence_given', 'confirmed') DO NOTHING RETURNING ${COLUMNS}`,
    [userIds.map(() => newId('ownership')), userIds, asOf, ownershipExpiry(asOf, terms)]);
  await notify(tx, rows.map(requestedNotice));
}

/** The open requests that were made of these users at exactly this instant. */
export async function requestedOwnerships(source: SqlSource, userIds: readonly string[], requestedAt: string): Promise<Ownership[]> {
  const { rows } = await sqlOf(source).query<Row>(
    `SELECT ${COLUMNS} FROM ownership_verification WHERE user_id = ANY ($1) AND requested_at = $2 AND state IN ('requested', 'evidence_given')`, [userIds, requestedAt]);
  return rows.map(shown);
}

/** Asks for evidence for one link, on the user's or an operator's wish. Throws `Problem` LINK_UNKNOWN (404) or OWNERSHIP_OPEN (409). */
export async function requestOwnership(tx: Tx, input: { accountLinkId: string; asOf: string }, terms: OwnershipTerms = OWNERSHIP_TERMS): Promise<Ownership> {
  const link = await tx.client.query<{ user_id: string }>(`SELECT user_id FROM account_link WHERE id = $1 AND status = 'verified'`, [input.accountLinkId]);
  if (!link.rows[0]) throw new Problem('LINK_UNKNOWN', `There is no verified link "${input.accountLinkId}".`, { status: 404 });
  const { rows } = await tx.client.query<Row>(
    `INSERT INTO ownership_verification (id, user_id, account_link_id, state, requested_at, expires_at) VALUES ($1, $2, $3, 'requested', $4, $5)
     ON CONFLICT (account_link_id) WHERE state IN ('requested', 'evidence_given', 'confirmed') DO NOTHING RETURNING ${COLUMNS}`,
    [newId('ownership'), link.rows[0].user_id, input.accountLinkId, input.asOf, ownershipExpiry(input.asOf, terms)]);
  if (!rows[0]) throw new Problem('OWNERSHIP_OPEN', `The ownership of link ${input.accountLinkId} is already being verified or confirmed.`, { status: 409 });
  await notify(tx, [requestedNotice(rows[0])]);
  return shown(rows[0]);
}

/** An ownership that was confirmed elsewhere (taken over from an earlier system, a test's set-up); nothing was asked. */
export async function recordConfirmedOwnership(source: SqlSource, input: { userId: string; accountLinkId: string; at: string; by: string; reason: string }): Promise<string> {
  const id = newId('ownership');
  await sqlOf(source).query(
    `INSERT INTO ownership_verification (id, user_id, account_link_id, state, requested_at, expires_at, decided_at, decided_by, decision_reason) VALUES ($1, $2, $3, 'confirmed', $4, $5, $4, $6, $7)`,
    [id, input.userId, input.accountLinkId, input.at, ownershipExpiry(input.at, OWNERSHIP_TERMS), input.by, input.reason]);
  return id;
}

/**
 * Keeps a piece of evidence and makes it the operators' turn, in one transaction; the workflow is told after it.
 * Throws `Problem` EVIDENCE_… (wrong fields), OWNERSHIP_UNKNOWN, OWNERSHIP_ENDED (409).
 */
export async function giveEvidence(tx: Tx, personal: PersonalData, input: { ownershipId: string; kind: string; content: Record<string, string>; givenAt: string }): Promise<{ evidenceId: string; ownership: Ownership }> {
  checkEvidence(input.kind, input.content);
  const row = await getOwnership(tx, input.ownershipId, true);
  if (row.state !== 'requested' && row.state !== 'evidence_given') throw new Problem('OWNERSHIP_ENDED', `This verification is ${row.state}; ask for a new one.`, { status: 409 });
  const evidenceId = newId('evidence');
  await tx.client.query('INSERT INTO ownership_evidence (id, ownership_id, kind, content, given_at) VALUES ($1, $2, $3, $4, $5)',
    [evidenceId, input.ownershipId, input.kind, JSON.stringify(await sealFields(personal, tx, row.userId, input.content)), input.givenAt]);
  if (row.state === 'requested') await moveOwnership(tx, row.id, 'evidence_given');
  await notify(tx, [{ eventId: `ownership:${row.id}:evidence:${evidenceId}`, userId: null, kind: 'ownership_evidence_given', facts: { ownershipId: row.id, userId: row.userId, evidence: input.kind }, at: input.givenAt }]);
  return { evidenceId, ownership: await getOwnership(tx, row.id) };
}

/** `content` as it is stored: sealed under the user's key. */
export async function listEvidence(source: SqlSource, ownershipId: string): Promise<{ id: string; kind: string; content: Record<string, string>; givenAt: string }[]> {
  const { rows } = await sqlOf(source).query<{ id: string; kind: string; content: Record<string, string>; given_at: Date }>(
    'SELECT id, kind, content, given_at FROM ownership_evidence WHERE ownership_id = $1 ORDER BY given_at, id', [ownershipId]);
  return rows.map((row) => ({ id: row.id, kind: row.kind, content: row.content, givenAt: row.given_at.toISOString() }));
}

/** One guarded move. False: the row is elsewhere, look again. */
export async function moveOwnership(tx: Tx, id: string, to: OwnershipState, decided: { at: string; by: string | null; reason: string | null } | null = null): Promise<boolean> {
  const { rowCount } = await tx.client.query(
    'UPDATE ownership_verification SET state = $2, decided_at = $3, decided_by = $4, decision_reason = $5 WHERE id = $1 AND state = ANY ($6)',
    [id, to, decided?.at ?? null, decided?.by ?? null, decided?.reason ?? null, ownershipStatesBefore(to)]);
  return rowCount === 1;
}

/** Counts up to `number` reminders as sent; false if that one was sent before or is no longer due. */
export async function countReminder(tx: Tx, id: string, number: number): Promise<boolean> {
  const { rowCount } = await tx.client.query(`UPDATE ownership_verification SET reminders_sent = $2 WHERE id = $1 AND state = 'requested' AND reminders_sent < $2`, [id, number]);
  return rowCount === 1;
}

function requestedNotice(row: Row): NewNotification {
  return { eventId: `ownership:${row.id}:requested`, userId: row.user_id, kind: 'ownership_requested', facts: { ownershipId: row.id, accountLinkId: row.account_link_id, expiresAt: row.expires_at.toISOString() }, at: row.requested_at.toISOString() };
}
