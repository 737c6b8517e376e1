import type { Api } from '../deps.ts';

/** An operation that will go: since when callers are told, when it goes at the earliest, and what to use instead. ISO days. */
export interface Deprecation { since: string; sunset: string; use: string }

declare module 'fastify' {
  interface FastifyContextConfig { deprecated?: Deprecation }
}

/** How long an operation stays after it is announced: docs/api-conventions.md promises it. */
export const NOTICE_DAYS = 180;

/** Tells in every answer of such an operation that it will go (RFC 9745), when (RFC 8594), and where that is explained. */
export function installDeprecation(app: Api): void {
  app.addHook('onRoute', ({ config, url }) => {
    const deprecated = config?.deprecated;
    if (deprecated === undefined) return;
    const days = (Date.parse(deprecated.sunset) - Date.parse(deprecated.since)) / 86_400_000;
    if (!(days >= NOTICE_DAYS)) throw new Error(`${url} is deprecated with ${days} days of notice; promised are ${NOTICE_DAYS}`);
  });
  app.addHook('onRequest', async (request, reply) => {
    const { deprecated } = request.routeOptions.config;
    if (deprecated === undefined) return;
    reply.header('deprecation', `@${Date.parse(deprecated.since) / 1_000}`).header('sunset', new Date(deprecated.sunset).toUTCString())
      .header('link', '</docs>; rel="deprecation"; type="text/html"');
  });
}

/** What the OpenAPI document says of it. */
export const deprecationText = ({ since, sunset, use }: Deprecation): string => `**Deprecated** since ${since.slice(0, 10)}; it goes on ${sunset.slice(0, 10)} at the earliest. Use \`${use}\`.`;
