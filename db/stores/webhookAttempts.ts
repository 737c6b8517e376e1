import type { DeliveryState } from '../../domain/webhooks/states.ts';
import { deliveryStatesBefore } from '../../domain/webhooks/states.ts';
import { type SqlSource, sqlOf, type Tx } from '../connection.ts';
import { deliveryUnknown } from './webhookDeliveries.ts';
import { getEndpoint, type WebhookEndpoint } from './webhookEndpoints.ts';

export interface WebhookAttempt {
  no: number; round: number; startedAt: string;
  /** Null: it is being sent, or its worker has died. */
  finishedAt: string | null;
  durationMs: number | null;
  /** HTTP status of the answer; null where there was none. */
  status: number | null;
  /** Null: it arrived. */
  errorCode: string | null;
  /** The first kilobyte. */
  answer: string | null;
}

/** The delivery as its next try needs it; its endpoint's row and its own are locked. */
export interface LockedDelivery {
  endpoint: WebhookEndpoint; id: string; eventId: string; type: string; payload: string; state: DeliveryState; round: number; tries: number; nextAt: string | null;
}

/** Always the endpoint first: disabling locks them in this order too. Throws `Problem` WEBHOOK_DELIVERY_UNKNOWN (404). */
export async function lockDelivery(tx: Tx, deliveryId: string): Promise<LockedDelivery> {
  const { rows: [of] } = await tx.client.query<{ endpoint_id: string }>('SELECT endpoint_id FROM webhook_delivery WHERE id = $1', [deliveryId]);
  if (!of) throw deliveryUnknown(deliveryId);
  const endpoint = await getEndpoint(tx, of.endpoint_id, true);
  const { rows: [row] } = await tx.client.query<{ event_id: string; type: string; payload: string; state: DeliveryState; round: number; tries: number; next_at: Date | null }>(
    'SELECT event_id, type, payload, state, round, tries, next_at FROM webhook_delivery WHERE id = $1 FOR UPDATE', [deliveryId]);
  const { event_id, type, payload, state, round, tries, next_at } = row!;
  return { endpoint, id: deliveryId, eventId: event_id, type, payload, state, round, tries, nextAt: next_at?.toISOString() ?? null };
}

/** Writes the row of a try before its first byte leaves; one that was never finished is closed as INTERRUPTED. Answers its number. */
export async function beginAttempt(tx: Tx, delivery: Pick<LockedDelivery, 'id' | 'round'>, asOf: string): Promise<number> {
  await tx.client.query(`UPDATE webhook_attempt SET finished_at = $2, error_code = 'INTERRUPTED' WHERE delivery_id = $1 AND finished_at IS NULL`, [delivery.id, asOf]);
  const { rows: [row] } = await tx.client.query<{ no: number }>(
    `INSERT INTO webhook_attempt (delivery_id, no, round, started_at) SELECT $1, coalesce(max(no), 0) + 1, $2, $3 FROM webhook_attempt WHERE delivery_id = $1 RETURNING no`,
    [delivery.id, delivery.round, asOf]);
  return row!.no;
}

export interface AttemptOutcome { finishedAt: string; durationMs: number; status: number | null; errorCode: string | null; answer: string | null }

/** Answers false where another worker has closed it as interrupted meanwhile. */
export async function finishAttempt(tx: Tx, deliveryId: string, no: number, outcome: AttemptOutcome): Promise<boolean> {
  const { rowCount } = await tx.client.query(
    'UPDATE webhook_attempt SET finished_at = $3, duration_ms = $4, status = $5, error_code = $6, answer = $7 WHERE delivery_id = $1 AND no = $2 AND finished_at IS NULL',
    [deliveryId, no, outcome.finishedAt, outcome.durationMs, outcome.status, outcome.errorCode, outcome.answer]);
  return rowCount === 1;
}

/** Start of the round's first try that failed; tries of which nothing is known do not count. Null: none. */
export async function firstFailureOf(tx: Tx, deliveryId: string, round: number): Promise<string | null> {
  const { rows: [row] } = await tx.client.query<{ at: Date | null }>(
    `SELECT min(started_at) AS at FROM webhook_attempt WHERE delivery_id = $1 AND round = $2 AND error_code <> 'INTERRUPTED'`, [deliveryId, round]);
  return row?.at?.toISOString() ?? null;
}

/** Counts a failed try: the delivery waits for the next one. */
export async function waitForNextTry(tx: Tx, deliveryId: string, tries: number, nextAt: string): Promise<void> {
  await tx.client.query('UPDATE webhook_delivery SET tries = $2, next_at = $3 WHERE id = $1', [deliveryId, tries, nextAt]);
}

/** Ends a delivery that is pending. */
export async function settleDelivery(tx: Tx, deliveryId: string, to: Exclude<DeliveryState, 'pending'>, tries: number, at: string): Promise<void> {
  await tx.client.query('UPDATE webhook_delivery SET state = $2, tries = $3, next_at = NULL, settled_at = $4 WHERE id = $1 AND state = ANY ($5)', [deliveryId, to, tries, at, deliveryStatesBefore(to)]);
}

/** Every try, the first one first. */
export async function listAttempts(source: SqlSource, deliveryId: string): Promise<WebhookAttempt[]> {
  const { rows } = await sqlOf(source).query<{ no: number; round: number; started_at: Date; finished_at: Date | null; duration_ms: number | null; status: number | null; error_code: string | null; answer: string | null }>(
    'SELECT no, round, started_at, finished_at, duration_ms, status, error_code, answer FROM webhook_attempt WHERE delivery_id = $1 ORDER BY no', [deliveryId]);
  return rows.map((row) => ({
    no: row.no, round: row.round, startedAt: row.started_at.toISOString(), finishedAt: row.finished_at?.toISOString() ?? null, durationMs: row.duration_ms,
    status: row.status, errorCode: row.error_code, answer: row.answer,
  }));
}
