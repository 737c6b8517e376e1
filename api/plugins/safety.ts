import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import underPressure from '@fastify/under-pressure';
import { Problem } from '../../domain/problem.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { networkOf } from './audit.ts';

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
  // Guessing is limited for each of these routes by itself. Not as the plugin's own route option, which a limit for all routes switches off.
  const guesses = app.createRateLimit({
    max: config.signInRateLimitPerMinute, timeWindow: '1 minute',
    keyGenerator: (request) => `${request.routeOptions.schema?.operationId ?? ''} ${request.ip.includes(':') ? networkOf(request.ip) : request.ip}`,
  });
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.config.attempts !== true) return;
    const found = await guesses(request);
    if (!found.isAllowed && found.isExceeded) throw new Problem('RATE_LIMITED', `More than ${found.max} attempts in a minute; try again in ${found.ttlInSeconds} seconds.`, { status: 429 });
  });
  // Its own status route cannot be rendered by the zod serializer: /healthz and /readyz are ours.
  if (config.maxEventLoopDelay > 0) await app.register(underPressure, { maxEventLoopDelay: config.maxEventLoopDelay });
}
