import { newId } from '../../domain/ids.ts';
import { Problem } from '../../domain/problem.ts';
import { EVENT_TYPE_OF, TEST_EVENT_TYPE } from '../../domain/webhooks/eventTypes.ts';
import { payloadOf } from '../../domain/webhooks/payload.ts';
import { type DeliveryState, deliveryStatesBefore } from '../../domain/webhooks/states.ts';
import { type SqlSource, sqlOf, type Tx } from '../connection.ts';

export interface WebhookDelivery {
  id: string; endpointId: string;
  /** The `webhook-id` of every try. */
  eventId: string;
  type: string; state: DeliveryState;
  /** 1, and one more with every replay. */
  round: number;
  /** Finished ones of this round. */
  tries: number;
  nextAt: string | null; settledAt: string | null; createdAt: string;
}
interface Row {
  id: string; endpoint_id: string; event_id: string; type: string; state: DeliveryState; round: number; tries: number; next_at: Date | null; settled_at: Date | null; created_at: Date;
}

const COLUMNS = 'id, endpoint_id, event_id, type, state, round, tries, next_at, settled_at, created_at';
const shown = (row: Row): WebhookDelivery => ({
  id: row.id, endpointId: row.endpoint_id, eventId: row.event_id, type: row.type, state: row.state, round: row.round, tries: row.tries,
  nextAt: row.next_at?.toISOString() ?? null, settledAt: row.settled_at?.toISOString() ?? null, createdAt: row.created_at.toISOString(),
});

const KINDS = [...EVENT_TYPE_OF.keys()];
const TYPES = [...EVENT_TYPE_OF.values()];

/** One that is to be written: an event for an endpoint that wants it. */
interface Match { endpoint_id: string; event_id: string; type: string; user_id: string | null; facts: Record<string, string>; created_at: Date }

/** Which of the notifications that `where` names each of the endpoints that it names wants to be told of. */
const matches = (where: string): string =>
  `SELECT e.id AS endpoint_id, n.id AS event_id, k.type, n.user_id, n.facts, n.created_at
   FROM notification n JOIN unnest($1::text[], $2::text[]) AS k(kind, type) ON k.kind = n.kind
   JOIN webhook_endpoint e ON e.state = 'enabled' AND (e.user_id IS NULL OR e.user_id = n.user_id) AND (e.event_types IS NULL OR k.type = ANY (e.event_types))
   WHERE ${where} ORDER BY n.created_at, n.id, e.id`;

async function insert(source: SqlSource, rows: readonly Match[], dueAt: (row: Match) => string): Promise<void> {
  if (rows.length === 0) return;
  const at = rows.map((row) => row.created_at.toISOString());
  await sqlOf(source).query(
    `INSERT INTO webhook_delivery (id, endpoint_id, event_id, type, payload, state, round, round_at, tries, next_at, created_at)
     SELECT n.id, n.endpoint_id, n.event_id, n.type, n.payload, 'pending', 1, n.due, 0, n.due, n.at
     FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[]) AS n(id, endpoint_id, event_id, type, payload, at, due)
     ON CONFLICT (endpoint_id, event_id) DO NOTHING`,
    [rows.map(() => newId('webhookDelivery')), rows.map((row) => row.endpoint_id), rows.map((row) => row.event_id), rows.map((row) => row.type),
      rows.map((row, i) => payloadOf({ type: row.type, timestamp: at[i]!, userId: row.user_id, facts: row.facts })), at, rows.map(dueAt)]);
}

/**
 * Writes a delivery for every enabled endpoint that wants to be told of one of these notifications: its user's, or everybody's for a
 * program's. In two statements whatever their number. Answers all of them that are still to arrive, also those written before, so that
 * after a crash the same call finds what to start.
 */
export async function createDeliveries(source: SqlSource, notificationIds: readonly string[]): Promise<{ deliveryId: string }[]> {
  const { rows } = await sqlOf(source).query<Match>(matches('n.id = ANY ($3)'), [KINDS, TYPES, notificationIds]);
  await insert(source, rows, (row) => row.created_at.toISOString());
  const pending = await sqlOf(source).query<{ id: string }>(`SELECT id FROM webhook_delivery WHERE event_id = ANY ($1) AND state = 'pending' ORDER BY id`, [notificationIds]);
  return pending.rows.map(({ id }) => ({ deliveryId: id }));
}

/**
 * Writes up to `limit` deliveries of what happened since an instant while the endpoint was disabled and nobody was told; nothing from
 * before it was made. Answers their ids.
 */
export async function createMissed(tx: Tx, endpointId: string, since: string, limit: number, at: string): Promise<string[]> {
  const { rows } = await tx.client.query<Match>(
    `${matches(`e.id = $3 AND n.created_at >= greatest($4::timestamptz, e.created_at) AND NOT EXISTS (SELECT FROM webhook_delivery d WHERE d.endpoint_id = e.id AND d.event_id = n.id)`)} LIMIT $5`,
    [KINDS, TYPES, endpointId, since, limit]);
  await insert(tx, rows, () => at);
  const made = await tx.client.query<{ id: string }>('SELECT id FROM webhook_delivery WHERE endpoint_id = $1 AND event_id = ANY ($2) ORDER BY id', [endpointId, rows.map((row) => row.event_id)]);
  return made.rows.map(({ id }) => id);
}

/** An event that says nothing, to try an endpoint with. */
export async function createTestDelivery(tx: Tx, endpointId: string, at: string): Promise<WebhookDelivery> {
  const event = { endpoint_id: endpointId, event_id: newId('webhookTest'), type: TEST_EVENT_TYPE, user_id: null, facts: { endpointId }, created_at: new Date(at) };
  await insert(tx, [event], () => at);
  const { rows: [row] } = await tx.client.query<Row>(`SELECT ${COLUMNS} FROM webhook_delivery WHERE endpoint_id = $1 AND event_id = $2`, [endpointId, event.event_id]);
  return shown(row!);
}

/** Throws `Problem` WEBHOOK_DELIVERY_UNKNOWN (404). */
export async function getDelivery(source: SqlSource, id: string): Promise<WebhookDelivery & { payload: string }> {
  const { rows: [row] } = await sqlOf(source).query<Row & { payload: string }>(`SELECT ${COLUMNS}, payload FROM webhook_delivery WHERE id = $1`, [id]);
  if (!row) throw deliveryUnknown(id);
  return { ...shown(row), payload: row.payload };
}

export const deliveryUnknown = (id: string): Problem => new Problem('WEBHOOK_DELIVERY_UNKNOWN', `There is no webhook delivery "${id}".`, { status: 404 });

export interface DeliveryFilter { endpointId?: string; state?: DeliveryState; type?: string; eventId?: string; from?: string; to?: string; after?: string; limit: number }

/** In id order, which is that of their writing; `from` and `to` (exclusive) are instants of the event. */
export async function listDeliveries(source: SqlSource, filter: DeliveryFilter): Promise<WebhookDelivery[]> {
  const { rows } = await sqlOf(source).query<Row>(
    `SELECT ${COLUMNS} FROM webhook_delivery WHERE id > $1 AND ($2::text IS NULL OR endpoint_id = $2) AND ($3::text IS NULL OR state = $3) AND ($4::text IS NULL OR type = $4)
       AND ($5::text IS NULL OR event_id = $5) AND ($6::timestamptz IS NULL OR created_at >= $6) AND ($7::timestamptz IS NULL OR created_at < $7) ORDER BY id LIMIT $8`,
    [filter.after ?? '', filter.endpointId ?? null, filter.state ?? null, filter.type ?? null, filter.eventId ?? null, filter.from ?? null, filter.to ?? null, filter.limit]);
  return rows.map(shown);
}

/** Ids of what is still to arrive, in their order: for the sweep. */
export async function pendingDeliveries(source: SqlSource, after: string | null, limit: number): Promise<string[]> {
  const { rows } = await sqlOf(source).query<{ id: string }>(`SELECT id FROM webhook_delivery WHERE state = 'pending' AND id > $1 ORDER BY id LIMIT $2`, [after ?? '', limit]);
  return rows.map(({ id }) => id);
}

const AGAIN = `state = 'pending', round = round + 1, round_at = $2, tries = 0, next_at = $2, settled_at = NULL`;

/** Sends one again, from its first try on, under the same webhook-id; one that is pending becomes due at once. Throws `Problem` WEBHOOK_DELIVERY_UNKNOWN (404). */
export async function replayDelivery(tx: Tx, id: string, at: string): Promise<WebhookDelivery> {
  const { rows: [row] } = await tx.client.query<Row>(`UPDATE webhook_delivery SET ${AGAIN} WHERE id = $1 RETURNING ${COLUMNS}`, [id, at]);
  if (!row) throw deliveryUnknown(id);
  return shown(row);
}

/** The same for up to `limit` that failed or were stopped, of events since an instant, oldest first; test events are left out. Answers their ids. */
export async function replayFailed(tx: Tx, endpointId: string, since: string, limit: number, at: string): Promise<string[]> {
  const { rows } = await tx.client.query<{ id: string }>(
    `UPDATE webhook_delivery SET ${AGAIN} WHERE id IN (SELECT id FROM webhook_delivery WHERE endpoint_id = $1 AND state = ANY ($4) AND created_at >= $3 AND type <> $5 ORDER BY id LIMIT $6 FOR UPDATE) RETURNING id`,
    [endpointId, at, since, deliveryStatesBefore('pending').filter((state) => state !== 'delivered'), TEST_EVENT_TYPE, limit]);
  return rows.map(({ id }) => id).sort();
}
