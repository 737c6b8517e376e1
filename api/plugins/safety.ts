import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import underPressure from '@fastify/under-pressure';
import { Problem } from '../../domain/problem.ts';
import type { Api, ApiDeps } from '../deps.ts';

const HEALTH = new Set(['healthz', 'readyz']);

/** Security headers, a limit per address, and shedding of load before the event loop drowns. */
export async function installSafety(app: Api, { config }: ApiDeps): Promise<void> {
  await app.register(helmet);
  await app.register(rateLimit, {
    global: false, max: config.rateLimitPerMinute, timeWindow: '1 minute',
    errorResponseBuilder: (_request, context) => new Problem('RATE_LIMITED', `More than ${context.max} requests in a minute; send it again in ${context.after}.`, { status: 429 }),
  });
  // Before the keys are looked at: somebody who tries keys is limited as well.
  const limit = app.rateLimit();
  app.addHook('onRequest', async function limited(request, reply) {
    if (!HEALTH.has(request.routeOptions.schema?.operationId ?? '')) await limit.call(this, request, reply);
  });
  // Its own status route cannot be rendered by the zod serializer: /healthz and /readyz are ours.
  if (config.maxEventLoopDelay > 0) await app.register(underPressure, { maxEventLoopDelay: config.maxEventLoopDelay });
}
