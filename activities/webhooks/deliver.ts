import type { Pool } from 'pg';
import { withTransaction } from '../../db/connection.ts';
import type { PersonalData } from '../../db/personal/personalData.ts';
import { beginAttempt, finishAttempt, firstFailureOf, type LockedDelivery, lockDelivery, settleDelivery, waitForNextTry } from '../../db/stores/webhookAttempts.ts';
import { disableFailing, noteFailing } from '../../db/stores/webhookEndpoints.ts';
import { validSecrets } from '../../db/stores/webhookSecrets.ts';
import { nextTryAt } from '../../domain/webhooks/backOff.ts';
import { disableReason } from '../../domain/webhooks/disabling.ts';
import { TEST_EVENT_TYPE } from '../../domain/webhooks/eventTypes.ts';
import type { DeliveryState } from '../../domain/webhooks/states.ts';
import type { Resolver } from './addresses.ts';
import { send, type Sent } from './send.ts';
import type { WebhookSettings } from './settings.ts';
import { signedHeaders } from './sign.ts';

export interface DeliverDeps { pool: Pool; personal: PersonalData; settings: WebhookSettings; resolve: Resolver; chance(): number }
/** Where a delivery stands after a look at it; `nextAt`: when to look again, null where nothing is left to do. */
export interface DeliveryStanding { state: DeliveryState; endpointId: string; type: string; tries: number; nextAt: string | null }

/** A test event is tried once: whoever sends it is looking. */
const TEST_SCHEDULE = [0];

/**
 * Tries a delivery once if it is due, and writes down what came of it. The row decides: one that is not pending, or whose time has not
 * come, is only looked at. No connection to the database is held while the receiver is waited for; should the worker die there,
 * the next one finds an unfinished row and sends the same bytes under the same webhook-id.
 */
export async function deliver(deps: DeliverDeps, input: { deliveryId: string; asOf: string }): Promise<DeliveryStanding> {
  const begun = await withTransaction(deps.pool, async (tx) => {
    const delivery = await lockDelivery(tx, input.deliveryId);
    if (delivery.state === 'pending' && delivery.endpoint.state !== 'enabled') {
      await settleDelivery(tx, delivery.id, 'stopped', delivery.tries, input.asOf);
      return { delivery: { ...delivery, state: 'stopped' as const, nextAt: null }, attempt: null };
    }
    const due = delivery.state === 'pending' && delivery.nextAt! <= input.asOf;
    return { delivery, attempt: due ? { no: await beginAttempt(tx, delivery, input.asOf), secrets: await validSecrets(tx, deps.personal, delivery.endpoint.id, input.asOf) } : null };
  });
  const { delivery, attempt } = begun;
  if (attempt === null) return standing(delivery);
  const sent = attempt.secrets.length === 0 ? NO_SECRET
    : await send({ url: delivery.endpoint.url, headers: signedHeaders(delivery.eventId, delivery.payload, attempt.secrets, new Date()), body: delivery.payload }, deps.settings, deps.resolve);
  return finish(deps, input, delivery, attempt.no, sent);
}

const NO_SECRET: Sent = { status: null, failure: 'SECRET_MISSING', answer: null, retryAfterSeconds: null, durationMs: 0 };

const standing = ({ state, endpoint, type, tries, nextAt }: LockedDelivery): DeliveryStanding => ({ state, endpointId: endpoint.id, type, tries, nextAt });

/** What came of a try, in one transaction: its row, the delivery's, and the endpoint's where that one is to be disabled. */
function finish(deps: DeliverDeps, { deliveryId, asOf }: { deliveryId: string; asOf: string }, began: LockedDelivery, no: number, sent: Sent): Promise<DeliveryStanding> {
  const finishedAt = new Date(Date.parse(asOf) + sent.durationMs).toISOString();
  const chance = deps.chance();
  return withTransaction(deps.pool, async (tx) => {
    const delivery = await lockDelivery(tx, deliveryId);
    const ours = await finishAttempt(tx, deliveryId, no, { finishedAt, durationMs: sent.durationMs, status: sent.status, errorCode: sent.failure, answer: sent.answer });
    // Meanwhile it was replayed, stopped, or taken over by another worker: the row goes on from there. What arrived has arrived.
    const overtaken = !ours || delivery.round !== began.round || delivery.state !== 'pending';
    if (sent.failure === null) {
      if (delivery.endpoint.failingSince !== null) await noteFailing(tx, delivery.endpoint.id, null);
      if (overtaken) return standing(delivery);
      await settleDelivery(tx, deliveryId, 'delivered', delivery.tries + 1, finishedAt);
      return standing({ ...delivery, state: 'delivered', tries: delivery.tries + 1, nextAt: null });
    }
    if (overtaken) return standing(delivery);
    const test = delivery.type === TEST_EVENT_TYPE;
    const tries = delivery.tries + 1;
    const nextAt = nextTryAt(tries, finishedAt, chance, sent.retryAfterSeconds, test ? TEST_SCHEDULE : deps.settings.schedule);
    if (nextAt === null) await settleDelivery(tx, deliveryId, 'failed', tries, finishedAt);
    else await waitForNextTry(tx, deliveryId, tries, nextAt);
    const now = { ...delivery, state: nextAt === null ? 'failed' as const : delivery.state, tries, nextAt };
    if (delivery.endpoint.state !== 'enabled' || (test && sent.status !== 410)) return standing(now);
    const failingSince = (await noteFailing(tx, delivery.endpoint.id, asOf))!;
    const firstFailedAt = (await firstFailureOf(tx, deliveryId, delivery.round)) ?? asOf;
    const reason = disableReason({ status: sent.status, usedUp: nextAt === null, firstFailedAt, failingSince, asOf: finishedAt });
    if (reason === null) return standing(now);
    await disableFailing(tx, delivery.endpoint, reason, deliveryId, finishedAt);
    return standing({ ...now, state: nextAt === null ? 'failed' : 'stopped', nextAt: null });
  });
}
