import { newId } from '../../domain/ids.ts';
import { Problem } from '../../domain/problem.ts';
import { type SqlSource, sqlOf } from '../connection.ts';

/** An address that sent mails back; the address itself stands nowhere, only whose it was. */
export interface MailBounce {
  id: string; personId: string | null;
  /** Null: mails are sent to it again. */
  blockedAt: string | null;
  softBounces: number; reason: string; lastAt: string;
}
interface Row { id: string; person_id: string | null; blocked_at: Date | null; soft_bounces: number; reason: string; last_at: Date }
const COLUMNS = 'id, person_id, blocked_at, soft_bounces, reason, last_at';
const shown = (row: Row): MailBounce => ({
  id: row.id, personId: row.person_id, blockedAt: row.blocked_at?.toISOString() ?? null, softBounces: row.soft_bounces, reason: row.reason, lastAt: row.last_at.toISOString(),
});

/** Notes a bounce. `hard`: the address does not exist and is blocked; `soft`: it took nothing this time, which is only counted. */
export async function recordBounce(source: SqlSource, bounce: { mailIndex: string; personId: string | null; hard: boolean; reason: string; at: string }): Promise<MailBounce> {
  const { rows: [row] } = await sqlOf(source).query<Row>(
    `INSERT INTO mail_bounce AS b (id, mail_index, person_id, blocked_at, soft_bounces, reason, last_at)
     VALUES ($1, $2, $3, CASE WHEN $4 THEN $6::timestamptz END, CASE WHEN $4 THEN 0 ELSE 1 END, $5, $6)
     ON CONFLICT (mail_index) DO UPDATE SET person_id = coalesce($3, b.person_id), blocked_at = coalesce(b.blocked_at, excluded.blocked_at),
       soft_bounces = CASE WHEN $4 THEN 0 ELSE b.soft_bounces + 1 END, reason = excluded.reason, last_at = excluded.last_at
     RETURNING ${COLUMNS}`, [newId('mailBounce'), bounce.mailIndex, bounce.personId, bounce.hard, bounce.reason, bounce.at]);
  return shown(row!);
}

export async function isBlocked(source: SqlSource, mailIndex: string): Promise<boolean> {
  const { rows } = await sqlOf(source).query('SELECT 1 FROM mail_bounce WHERE mail_index = $1 AND blocked_at IS NOT NULL', [mailIndex]);
  return rows.length > 0;
}

/** A mail was taken: what was counted is forgotten. */
export async function noteDelivered(source: SqlSource, mailIndex: string): Promise<void> {
  await sqlOf(source).query('UPDATE mail_bounce SET soft_bounces = 0 WHERE mail_index = $1 AND soft_bounces > 0', [mailIndex]);
}

/** In id order, which is that of their first bounce. */
export async function listBounces(source: SqlSource, filter: { blocked?: boolean; personId?: string }, page: { after?: string; limit: number }): Promise<MailBounce[]> {
  const { rows } = await sqlOf(source).query<Row>(
    `SELECT ${COLUMNS} FROM mail_bounce WHERE id > $1 AND ($2::boolean IS NULL OR (blocked_at IS NOT NULL) = $2) AND ($3::text IS NULL OR person_id = $3) ORDER BY id LIMIT $4`,
    [page.after ?? '', filter.blocked ?? null, filter.personId ?? null, page.limit]);
  return rows.map(shown);
}

/** Takes an address off the list: mails are sent to it again. Repeating it changes nothing. Throws `Problem` MAIL_BOUNCE_UNKNOWN (404). */
export async function releaseBounce(source: SqlSource, id: string): Promise<MailBounce> {
  const { rows: [row] } = await sqlOf(source).query<Row>(`UPDATE mail_bounce SET blocked_at = NULL, soft_bounces = 0 WHERE id = $1 RETURNING ${COLUMNS}`, [id]);
  if (!row) throw new Problem('MAIL_BOUNCE_UNKNOWN', `There is no entry "${id}" on the bounce list.`, { status: 404 });
  return shown(row);
}
