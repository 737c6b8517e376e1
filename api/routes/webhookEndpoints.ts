import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { SqlSource, Tx } from '../../db/connection.ts';
import { changeEndpoint, createEndpoint, enableEndpoint, endEndpoint, endpointUnknown, getEndpoint, listEndpoints, type WebhookEndpoint as Endpoint } from '../../db/stores/webhookEndpoints.ts';
import { addSecret, listSecrets, rotateSecret, secretText } from '../../db/stores/webhookSecrets.ts';
import { Problem } from '../../domain/problem.ts';
import { checkEndpointUrl } from '../../domain/webhooks/url.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { callerOf, requireOwn } from '../plugins/auth.ts';
import { requireMatch } from '../plugins/etag.ts';
import { once } from '../plugins/idempotency.ts';
import { idIn } from '../schemas/common.ts';
import { defined, pageOf, pageQuery, readPage } from '../schemas/paging.ts';
import { EndpointQuery, NewWebhookEndpoint, Rotation, WebhookEndpoint, WebhookEndpointChange, WebhookEndpointSecret, WebhookEndpointWithSecrets } from '../schemas/webhookEndpoints.ts';

export const EndpointParams = z.object({ endpointId: idIn('whe') });

/** An endpoint that the caller may see; anybody else's is as one that does not exist. */
export async function seenEndpoint(request: FastifyRequest, source: SqlSource, id: string, lock = false): Promise<Endpoint> {
  const endpoint = await getEndpoint(source, id, lock);
  const { code, message } = endpointUnknown(id);
  requireOwn(request, endpoint.userId ?? '', { code, sentence: message });
  return endpoint;
}

/** Where users and programs want to be told of events (Standard Webhooks). */
export function webhookEndpointRoutes(app: Api, deps: ApiDeps): void {
  const { pool, personal } = deps;
  const tag = 'Webhooks';
  const policy = { allowPrivate: deps.config.webhooksAllowPrivate };
  const whole = async (source: SqlSource, endpoint: Endpoint) => ({ ...endpoint, secrets: await listSecrets(source, endpoint.id, deps.now()) });
  /** The kept answer of a request never holds the secret: it is opened again for whoever repeats it. */
  const withSecret = async ({ endpoint, secretNo }: { endpoint: Awaited<ReturnType<typeof whole>>; secretNo: number }) => {
    const secret = await secretText(pool, personal, endpoint.id, secretNo);
    if (secret === null) throw new Problem('WEBHOOK_ENDPOINT_DELETED', `Webhook endpoint ${endpoint.id} was deleted, and its secrets with it.`, { status: 409 });
    return { endpoint, secret };
  };
  const locked = (request: FastifyRequest<{ Params: z.infer<typeof EndpointParams> }>, tx: Tx) => seenEndpoint(request, tx, request.params.endpointId, true);
  const unique = (types: readonly string[] | null): string[] | null => (types === null ? null : [...new Set(types)]);

  app.post('/v1/webhook-endpoints', operation('createWebhookEndpoint', { tag, summary: 'Add an endpoint; its secret is shown once', body: NewWebhookEndpoint, response: { 201: WebhookEndpointSecret } }), async (request, reply) => {
    const { ownUserId, actor } = callerOf(request);
    const { userId, eventTypes, description } = request.body;
    if (ownUserId !== null && userId !== undefined && userId !== ownUserId) throw new Problem('WEBHOOK_ENDPOINT_OWNER', 'You can have endpoints for your own events only; leave userId out.', { status: 403, at: { field: 'userId' } });
    const url = checkEndpointUrl(request.body.url, policy);
    reply.header('cache-control', 'no-store');
    return withSecret(await once(deps, request, reply, {
      status: 201,
      async effect(tx, audit) {
        const endpoint = await createEndpoint(tx, { userId: ownUserId ?? userId ?? null, url, eventTypes: unique(eventTypes), description, createdBy: actor.principalId, at: deps.now() });
        audit.subject = { type: 'webhookEndpoint', id: endpoint.id };
        audit.userId = endpoint.userId;
        return { secretNo: await addSecret(tx, personal, endpoint.id, deps.now()), endpoint: await whole(tx, endpoint) };
      },
    }));
  });
  app.get('/v1/webhook-endpoints', operation('listWebhookEndpoints', { tag, summary: 'Endpoints, oldest first', querystring: z.object({ ...pageQuery, ...EndpointQuery }), response: { 200: pageOf(WebhookEndpoint) } }), (request) => {
    const { userId, state } = request.query;
    const filter = defined({ userId: callerOf(request).ownUserId ?? userId, state });
    return readPage(request.query, (endpoint) => endpoint.id, (page) => listEndpoints(pool, { ...filter, ...page }));
  });
  app.get('/v1/webhook-endpoints/:endpointId', operation('getWebhookEndpoint', { tag, summary: 'An endpoint', params: EndpointParams, etag: true, response: { 200: WebhookEndpointWithSecrets } }), async (request) =>
    whole(pool, await seenEndpoint(request, pool, request.params.endpointId)));

  app.patch('/v1/webhook-endpoints/:endpointId', operation('changeWebhookEndpoint', { tag, summary: 'Change its url, event types or description', params: EndpointParams, body: WebhookEndpointChange, etag: true, ifMatch: 'required', response: { 200: WebhookEndpointWithSecrets } }), (request, reply) => {
    const { url, eventTypes, description } = request.body;
    const change = defined({ url: url === undefined ? undefined : checkEndpointUrl(url, policy), eventTypes: eventTypes === undefined ? undefined : unique(eventTypes), description });
    return once(deps, request, reply, {
      status: 200,
      async effect(tx, audit) {
        const before = await whole(tx, await locked(request, tx));
        requireMatch(request, before);
        audit.before = before;
        return whole(tx, await changeEndpoint(tx, before.id, change));
      },
    });
  });
  app.post('/v1/webhook-endpoints/:endpointId/enable', operation('enableWebhookEndpoint', { tag, summary: 'Send to it again', description: 'What was not delivered meanwhile is sent when it is replayed.', params: EndpointParams, response: { 200: WebhookEndpoint } }), (request, reply) =>
    once(deps, request, reply, {
      status: 200,
      async effect(tx, audit) {
        audit.before = await locked(request, tx);
        return enableEndpoint(tx, request.params.endpointId, deps.now());
      },
    }));
  app.post('/v1/webhook-endpoints/:endpointId/disable', operation('disableWebhookEndpoint', { tag, summary: 'Send nothing to it for now', params: EndpointParams, response: { 200: WebhookEndpoint } }), (request, reply) =>
    once(deps, request, reply, {
      status: 200,
      async effect(tx, audit) {
        const { id } = audit.before = await locked(request, tx);
        await endEndpoint(tx, id, { state: 'disabled', reason: 'BY_OWNER', at: deps.now() });
        return getEndpoint(tx, id);
      },
    }));
  app.delete('/v1/webhook-endpoints/:endpointId', operation('deleteWebhookEndpoint', { tag, summary: 'Delete it for good', description: 'Its log is kept, its secrets are erased.', params: EndpointParams, response: { 200: WebhookEndpoint } }), (request, reply) =>
    once(deps, request, reply, {
      status: 200,
      async effect(tx, audit) {
        const { id } = audit.before = await locked(request, tx);
        await endEndpoint(tx, id, { state: 'deleted', at: deps.now() });
        await personal.erase(tx, id);
        return getEndpoint(tx, id);
      },
    }));
  app.post('/v1/webhook-endpoints/:endpointId/rotate-secret', operation('rotateWebhookSecret', { tag, summary: 'Make a new secret; it is shown once', description: 'Until the old one expires, deliveries carry a signature by each.', params: EndpointParams, body: Rotation, response: { 200: WebhookEndpointSecret } }), async (request, reply) => {
    reply.header('cache-control', 'no-store');
    return withSecret(await once(deps, request, reply, {
      status: 200,
      async effect(tx, audit) {
        const endpoint = await locked(request, tx);
        if (endpoint.state === 'deleted') throw new Problem('WEBHOOK_ENDPOINT_DELETED', `Webhook endpoint ${endpoint.id} was deleted; make a new one.`, { status: 409 });
        const now = deps.now();
        const oldUntil = new Date(Date.parse(now) + request.body.overlapHours * 3_600_000).toISOString();
        audit.subject = { type: 'webhookEndpoint', id: endpoint.id };
        audit.userId = endpoint.userId;
        return { secretNo: await rotateSecret(tx, personal, endpoint.id, now, oldUntil), endpoint: await whole(tx, endpoint) };
      },
    }));
  });
}
