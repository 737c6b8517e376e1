import { newId } from '../../domain/ids.ts';
import { type SqlSource, sqlOf } from '../connection.ts';

export interface NewRailEvent { rail: string; eventId: string; idempotencyKey: string | null; railReference: string | null; body: string; receivedAt: string }

/**
 * Keeps a webhook of a rail once by its event id and says which payout it hints at (by the attempt's key, else by the rail's
 * reference). It never moves money: the payout's workflow is woken and asks the rail. `isNew` false: it was delivered before.
 */
export async function recordRailEvent(source: SqlSource, event: NewRailEvent): Promise<{ isNew: boolean; payoutId: string | null; rail: string }> {
  const sql = sqlOf(source);
  const found = await sql.query<{ payout_id: string }>(
    `SELECT a.payout_id FROM payout_attempt a JOIN payout p ON p.id = a.payout_id AND p.rail = $1
     WHERE a.idempotency_key = $2 OR ($3::text IS NOT NULL AND a.rail_reference = $3) ORDER BY a.idempotency_key = $2 DESC LIMIT 1`,
    [event.rail, event.idempotencyKey ?? '', event.railReference]);
  const payoutId = found.rows[0]?.payout_id ?? null;
  const inserted = await sql.query(
    'INSERT INTO rail_event (id, rail, event_id, payout_id, body, received_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (rail, event_id) DO NOTHING',
    [newId('railEvent'), event.rail, event.eventId, payoutId, event.body, event.receivedAt]);
  return { isNew: inserted.rowCount === 1, payoutId, rail: event.rail };
}
