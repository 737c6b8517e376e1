import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Tx } from '../../db/connection.ts';
import { listAttempts } from '../../db/stores/webhookAttempts.ts';
import { createMissed, createTestDelivery, deliveryUnknown, getDelivery, listDeliveries, replayDelivery, replayFailed } from '../../db/stores/webhookDeliveries.ts';
import { getEndpoint } from '../../db/stores/webhookEndpoints.ts';
import { normaliseInstant } from '../../domain/instant.ts';
import { Problem } from '../../domain/problem.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { requireOwn } from '../plugins/auth.ts';
import { once } from '../plugins/idempotency.ts';
import { idIn } from '../schemas/common.ts';
import { defined, pageOf, pageQuery, readPage } from '../schemas/paging.ts';
import { DeliveryQuery, Replayed, ReplaySince, WebhookDelivery, WebhookDeliveryWithAttempts } from '../schemas/webhookEndpoints.ts';
import { webhooksChanged } from '../workflowCalls.ts';
import { EndpointParams, seenEndpoint } from './webhookEndpoints.ts';

const DeliveryParams = z.object({ deliveryId: idIn('whd') });
/** Deliveries that one call replays. */
const MOST_REPLAYED = 500;

/** What was sent to an endpoint, what came of it, and sending it again. */
export function webhookDeliveryRoutes(app: Api, deps: ApiDeps): void {
  const { pool } = deps;
  const tag = 'Webhooks';
  const seen = async (request: FastifyRequest, id: string) => {
    const delivery = await getDelivery(pool, id);
    const { code, message } = deliveryUnknown(id);
    requireOwn(request, (await getEndpoint(pool, delivery.endpointId)).userId ?? '', { code, sentence: message });
    return delivery;
  };
  /** Locked, so that it is not disabled while something is made to be sent to it. */
  const enabled = async (request: FastifyRequest, tx: Tx, endpointId: string): Promise<string> => {
    const endpoint = await seenEndpoint(request, tx, endpointId, true);
    if (endpoint.state !== 'enabled') throw new Problem('WEBHOOK_ENDPOINT_DISABLED', `Webhook endpoint ${endpoint.id} is ${endpoint.state}; nothing is sent to it until it is enabled.`, { status: 409 });
    return endpoint.id;
  };

  app.get('/v1/webhook-endpoints/:endpointId/deliveries', operation('listWebhookDeliveries', { tag, summary: 'Deliveries to an endpoint, oldest first', params: EndpointParams, querystring: z.object({ ...pageQuery, ...DeliveryQuery }), response: { 200: pageOf(WebhookDelivery) } }), async (request) => {
    const endpoint = await seenEndpoint(request, pool, request.params.endpointId);
    const { state, type, eventId, from, to } = request.query;
    const filter = defined({ state, type, eventId, from: from && normaliseInstant(from), to: to && normaliseInstant(to) });
    return readPage(request.query, (delivery) => delivery.id, (page) => listDeliveries(pool, { endpointId: endpoint.id, ...filter, ...page }));
  });
  app.get('/v1/webhook-deliveries/:deliveryId', operation('getWebhookDelivery', { tag, summary: 'A delivery with its payload and every try', params: DeliveryParams, response: { 200: WebhookDeliveryWithAttempts } }), async (request) => {
    const delivery = await seen(request, request.params.deliveryId);
    return { ...delivery, attempts: await listAttempts(pool, delivery.id) };
  });

  app.post('/v1/webhook-deliveries/:deliveryId/replay', operation('replayWebhookDelivery', { tag, summary: 'Send it again', description: 'From the first try on, with the same `webhook-id` and body.', params: DeliveryParams, response: { 200: WebhookDelivery } }), async (request, reply) => {
    const { id, endpointId } = await seen(request, request.params.deliveryId);
    return once(deps, request, reply, {
      status: 200,
      async effect(tx) {
        await enabled(request, tx, endpointId);
        return replayDelivery(tx, id, deps.now());
      },
      afterCommit: () => webhooksChanged(deps.client, [id]),
    });
  });
  app.post('/v1/webhook-endpoints/:endpointId/replay', operation('replayWebhookEndpoint', {
    tag, summary: 'Send again what has not arrived since an instant', description: `What failed or was stopped, and what happened while the endpoint was disabled; at most ${MOST_REPLAYED} a call.`, params: EndpointParams, body: ReplaySince, response: { 200: Replayed },
  }), (request, reply) =>
    once(deps, request, reply, {
      status: 200,
      async effect(tx) {
        const endpointId = await enabled(request, tx, request.params.endpointId);
        const since = normaliseInstant(request.body.since);
        const failed = await replayFailed(tx, endpointId, since, MOST_REPLAYED, deps.now());
        const missed = await createMissed(tx, endpointId, since, MOST_REPLAYED - failed.length, deps.now());
        return { deliveryIds: [...failed, ...missed], more: failed.length + missed.length === MOST_REPLAYED };
      },
      afterCommit: ({ deliveryIds }) => webhooksChanged(deps.client, deliveryIds),
    }));
  app.post('/v1/webhook-endpoints/:endpointId/test', operation('testWebhookEndpoint', { tag, summary: 'Send a test event', description: 'Type `webhook_endpoint.test`, tried once.', params: EndpointParams, response: { 201: WebhookDelivery } }), (request, reply) =>
    once(deps, request, reply, {
      status: 201,
      effect: async (tx) => createTestDelivery(tx, await enabled(request, tx, request.params.endpointId), deps.now()),
      afterCommit: ({ id }) => webhooksChanged(deps.client, [id]),
    }));
}
