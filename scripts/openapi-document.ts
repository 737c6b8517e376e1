import type { Client } from '@temporalio/client';
import pg from 'pg';
import { pino } from 'pino';
import { buildApp } from '../api/app.ts';
import { readApiConfig } from '../api/config.ts';
import type { ApiDeps } from '../api/deps.ts';

/** Stands in for what no route touches while it is registered. */
const untouched: unknown = new Proxy({}, { get: (_target, property) => { throw new Error(`"${String(property)}" was used while the document was made`); } });

/** The API's OpenAPI document, made from its routes without a database or Temporal. */
export async function openApiDocument(): Promise<object> {
  const app = await buildApp({
    pool: new pg.Pool(), client: untouched as Client, config: readApiConfig({ API_MAX_EVENT_LOOP_DELAY: '0' }), log: pino({ enabled: false }),
    now: () => '1970-01-01T00:00:00.000Z', rails: untouched as ApiDeps['rails'], personal: untouched as ApiDeps['personal'], verification: untouched as ApiDeps['verification'],
  });
  try {
    return (await app.inject('/openapi.json')).json<object>();
  } finally {
    await app.close();
  }
}
