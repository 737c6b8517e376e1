import { randomUUID } from 'node:crypto';
import type { Api } from '../deps.ts';

export const newRequestId = (): string => `req_${randomUUID().replaceAll('-', '')}`;

/** One line a request: what was asked by which key or session and how it ended. Never the URL's query or a body: they hold personal data. */
export function installRequestLog(app: Api): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    const operation = request.routeOptions.schema?.operationId;
    if (operation === 'healthz' || operation === 'readyz') return;
    request.log.info({ operation: operation ?? request.routeOptions.url, status: reply.statusCode, ms: Math.round(reply.elapsedTime), actor: request.caller?.actor.id }, 'request');
  });
}
