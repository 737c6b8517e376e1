import { newId } from '../../domain/ids.ts';
import { Problem } from '../../domain/problem.ts';
import type { DisableReason } from '../../domain/webhooks/disabling.ts';
import type { EndpointState } from '../../domain/webhooks/states.ts';
import { type SqlSource, sqlOf, type Tx } from '../connection.ts';
import { notify } from './notifications.ts';

/** Endpoints that one user, or all programs together, may have at a time. */
const MOST_ENDPOINTS = 20;

export interface WebhookEndpoint {
  id: string;
  /** Null: a program's, told of everybody. */
  userId: string | null;
  url: string;
  /** Null: all. */
  eventTypes: string[] | null;
  description: string;
  state: EndpointState;
  /** Why it is disabled; BY_OWNER where that was not us. */
  reason: DisableReason | 'BY_OWNER' | null;
  stateAt: string;
  failingSince: string | null;
  version: number;
  createdAt: string;
}
interface Row {
  id: string; user_id: string | null; url: string; event_types: string[] | null; description: string; state: EndpointState; reason: WebhookEndpoint['reason'];
  state_at: Date; failing_since: Date | null; version: number; created_at: Date;
}

const COLUMNS = 'id, user_id, url, event_types, description, state, reason, state_at, failing_since, version, created_at';
const shown = (row: Row): WebhookEndpoint => ({
  id: row.id, userId: row.user_id, url: row.url, eventTypes: row.event_types, description: row.description, state: row.state, reason: row.reason,
  stateAt: row.state_at.toISOString(), failingSince: row.failing_since?.toISOString() ?? null, version: row.version, createdAt: row.created_at.toISOString(),
});

export interface NewWebhookEndpoint { userId: string | null; url: string; eventTypes: readonly string[] | null; description: string; createdBy: string; at: string }

/** `url` was checked by `checkEndpointUrl`. Throws `Problem` USER_UNKNOWN (404), WEBHOOK_ENDPOINT_LIMIT (409). */
export async function createEndpoint(tx: Tx, input: NewWebhookEndpoint): Promise<WebhookEndpoint> {
  if (input.userId !== null) {
    // The lock makes two that are made at once count each other.
    const user = await tx.client.query('SELECT FROM app_user WHERE id = $1 FOR UPDATE', [input.userId]);
    if (user.rowCount === 0) throw new Problem('USER_UNKNOWN', `There is no user "${input.userId}".`, { status: 404 });
  }
  const { rows: [count] } = await tx.client.query<{ full: boolean }>(`SELECT count(*) >= $2 AS full FROM webhook_endpoint WHERE user_id IS NOT DISTINCT FROM $1 AND state <> 'deleted'`, [input.userId, MOST_ENDPOINTS]);
  if (count!.full) throw new Problem('WEBHOOK_ENDPOINT_LIMIT', `There are ${MOST_ENDPOINTS} endpoints already; delete one first.`, { status: 409 });
  const { rows } = await tx.client.query<Row>(
    `INSERT INTO webhook_endpoint (id, user_id, created_by, url, event_types, description, state, state_at, version, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, 'enabled', $7, 1, $7) RETURNING ${COLUMNS}`,
    [newId('webhookEndpoint'), input.userId, input.createdBy, input.url, input.eventTypes, input.description, input.at]);
  return shown(rows[0]!);
}

/** Throws `Problem` WEBHOOK_ENDPOINT_UNKNOWN (404). `lock` keeps the row until the transaction ends. */
export async function getEndpoint(source: SqlSource, id: string, lock = false): Promise<WebhookEndpoint> {
  const { rows: [row] } = await sqlOf(source).query<Row>(`SELECT ${COLUMNS} FROM webhook_endpoint WHERE id = $1${lock ? ' FOR UPDATE' : ''}`, [id]);
  if (!row) throw endpointUnknown(id);
  return shown(row);
}

export const endpointUnknown = (id: string): Problem => new Problem('WEBHOOK_ENDPOINT_UNKNOWN', `There is no webhook endpoint "${id}".`, { status: 404 });

/** In id order. `userId` null: programs' only; missing: everybody's. Deleted ones only where asked for. */
export async function listEndpoints(source: SqlSource, filter: { userId?: string | null; state?: EndpointState; after?: string; limit: number }): Promise<WebhookEndpoint[]> {
  const { rows } = await sqlOf(source).query<Row>(
    `SELECT ${COLUMNS} FROM webhook_endpoint WHERE id > $1 AND ($2 OR user_id IS NOT DISTINCT FROM $3) AND state = ANY ($4) ORDER BY id LIMIT $5`,
    [filter.after ?? '', filter.userId === undefined, filter.userId ?? null, filter.state === undefined ? ['enabled', 'disabled'] : [filter.state], filter.limit]);
  return rows.map(shown);
}

export interface EndpointChange { url?: string; eventTypes?: readonly string[] | null; description?: string }

/** The row must be locked. Throws `Problem` WEBHOOK_ENDPOINT_DELETED (409). */
export async function changeEndpoint(tx: Tx, id: string, change: EndpointChange): Promise<WebhookEndpoint> {
  const { rows: [row] } = await tx.client.query<Row>(
    `UPDATE webhook_endpoint SET url = coalesce($2, url), event_types = CASE WHEN $3 THEN $4::text[] ELSE event_types END, description = coalesce($5, description), version = version + 1
     WHERE id = $1 AND state <> 'deleted' RETURNING ${COLUMNS}`, [id, change.url ?? null, change.eventTypes !== undefined, change.eventTypes ?? null, change.description ?? null]);
  if (!row) throw deleted(id);
  return shown(row);
}

/** Begins anew: what failed before no longer counts. Enabling one that is enabled changes nothing. Throws `Problem` WEBHOOK_ENDPOINT_DELETED (409). */
export async function enableEndpoint(tx: Tx, id: string, at: string): Promise<WebhookEndpoint> {
  await tx.client.query(`UPDATE webhook_endpoint SET state = 'enabled', reason = NULL, failing_since = NULL, state_at = $2, version = version + 1 WHERE id = $1 AND state = 'disabled'`, [id, at]);
  const endpoint = await getEndpoint(tx, id);
  if (endpoint.state === 'deleted') throw deleted(id);
  return endpoint;
}

/** No delivery begins any more, and what was pending stops. Answers false where it was not enabled (`deleted`: where it is deleted already). */
export async function endEndpoint(tx: Tx, id: string, end: { state: 'disabled'; reason: NonNullable<WebhookEndpoint['reason']>; at: string } | { state: 'deleted'; at: string }): Promise<boolean> {
  const { rowCount } = await tx.client.query(
    `UPDATE webhook_endpoint SET state = $2, reason = $3, state_at = $4, version = version + 1 WHERE id = $1 AND state = ANY ($5)`,
    [id, end.state, end.state === 'disabled' ? end.reason : null, end.at, end.state === 'disabled' ? ['enabled'] : ['enabled', 'disabled']]);
  if (rowCount !== 1) return false;
  await tx.client.query(`UPDATE webhook_delivery SET state = 'stopped', next_at = NULL, settled_at = $2 WHERE endpoint_id = $1 AND state = 'pending'`, [id, end.at]);
  return true;
}

/** Disables an endpoint that does not answer, and has its owner told by mail. The row must be locked. */
export async function disableFailing(tx: Tx, endpoint: WebhookEndpoint, reason: DisableReason, deliveryId: string, at: string): Promise<void> {
  if (!(await endEndpoint(tx, endpoint.id, { state: 'disabled', reason, at }))) return;
  await notify(tx, [{
    eventId: `webhook-endpoint:${endpoint.id}:disabled:${endpoint.version + 1}`, userId: endpoint.userId, at,
    kind: endpoint.userId === null ? 'webhook_program_endpoint_disabled' : 'webhook_endpoint_disabled', facts: { endpointId: endpoint.id, reason, deliveryId },
  }]);
}

/** Notes that something arrived (null), or since when nothing has. Answers the instant that holds now. */
export async function noteFailing(tx: Tx, id: string, failedAt: string | null): Promise<string | null> {
  const { rows: [row] } = await tx.client.query<{ failing_since: Date | null }>(
    'UPDATE webhook_endpoint SET failing_since = CASE WHEN $2::timestamptz IS NULL THEN NULL ELSE coalesce(failing_since, $2) END WHERE id = $1 RETURNING failing_since', [id, failedAt]);
  return row?.failing_since?.toISOString() ?? null;
}

const deleted = (id: string): Problem => new Problem('WEBHOOK_ENDPOINT_DELETED', `Webhook endpoint ${id} was deleted; make a new one.`, { status: 409 });
