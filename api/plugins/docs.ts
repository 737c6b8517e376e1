import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { Api } from '../deps.ts';
import { SESSION_COOKIE } from '../identity/sessionCookie.ts';
import { finishDocument } from './openApiDocument.ts';

/** OpenAPI 3.1 made from the routes' own schemas: /openapi.json, and to read and try at /docs. */
export async function installDocs(app: Api): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Cashback API', version: '1.0.0',
        description: "From a broker's report to a paid payout. Money and lots are decimal texts, instants ISO 8601 in UTC, errors `application/problem+json` with a stable `code`; lists are paged by an opaque `cursor`.",
      },
      components: {
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer', description: 'An API key: `Authorization: Bearer cbk_…`' },
          session: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE, description: 'A session, from `POST /v1/sign-in`. Changes are taken from our own pages, or from programs that send no `Origin`.' },
        },
      },
      security: [{ apiKey: [] }, { session: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: (input) => finishDocument(jsonSchemaTransformObject(input)),
  });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true });
  app.get('/openapi.json', { schema: { hide: true } as object }, () => app.swagger());
}
