import { readFileSync } from 'node:fs';
import type { Client } from '@temporalio/client';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import type pg from 'pg';
import { afterAll } from 'vitest';
import { buildApp } from '../../api/app.ts';
import { readApiConfig } from '../../api/config.ts';
import type { ApiDeps, RailDoor, VerificationDoor } from '../../api/deps.ts';
import { createLogger } from '../../api/log.ts';
import { createPool } from '../../db/connection.ts';
import { createApiKey, type Role } from '../../db/stores/apiKeys.ts';
import { Problem } from '../../domain/problem.ts';
import { testPersonalData } from '../support/personal.ts';
import { freshDatabase, type FreshDatabase } from '../support/database.ts';

export interface TestApi {
  app: FastifyInstance;
  pool: pg.Pool;
  db: NodePgDatabase;
  database: FreshDatabase;
  /** The API's clock; tests move it. */
  clock: { now: string };
  /** What was logged, as JSON lines. */
  logged: string[];
  key(role: Role, options?: { userId?: string; scopes?: string[] }): Promise<string>;
  call(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, options?: CallOptions): Promise<LightMyRequestResponse>;
}
export interface CallOptions { key?: string; body?: unknown; headers?: Record<string, string>; payload?: InjectOptions['payload'] }

/** For routes that start no workflow: any use of it fails the test. */
export const noTemporal = new Proxy({}, { get: (_target, property) => { throw new Error(`Temporal was used: ${String(property)}`); } }) as Client;

export const rails: RailDoor = {
  verifyEvent: (rail) => { throw new Problem('RAIL_UNKNOWN', `No rail "${rail}" is configured.`, { status: 404 }); },
  checkDestination: (_rail, destination) => (destination['account'] ? { ok: true, destination } : { ok: false, code: 'DESTINATION_REFUSED', reason: 'The account is missing.', field: 'account' }),
  guarantees: () => null, ids: () => [], askAbout: async () => null,
};

export const verification: VerificationDoor = {
  providerId: 'sandbox', verifyEvent: (provider) => { throw new Problem('VERIFICATION_PROVIDER_UNKNOWN', `No provider "${provider}" is configured.`, { status: 404 }); },
};

let keys = 0;

/** Whatever a test is answered, its code is in docs/problem-codes.md. */
const DOCUMENTED = new Set([...readFileSync(new URL('../../docs/problem-codes.md', import.meta.url), 'utf8').matchAll(/^\| `([A-Z_0-9]+)` \|/gm)].map((match) => match[1]));
function documented(answer: LightMyRequestResponse): LightMyRequestResponse {
  if (!String(answer.headers['content-type']).startsWith('application/problem+json')) return answer;
  const { code } = answer.json<{ code: string }>();
  if (!DOCUMENTED.has(code)) throw new Error(`The code ${code} is not in docs/problem-codes.md: run \`npm run docs:problems\``);
  return answer;
}

/** The whole API on a database of its own; closed after the importing file's tests. One operator sets most of them up, so nothing waits for a second one unless asked. */
export async function testApi({ twoPeople = false, ...overrides }: Partial<ApiDeps> & { twoPeople?: boolean } = {}): Promise<TestApi> {
  const database = await freshDatabase();
  const pool = createPool(database.appUrl);
  const db = drizzle(pool);
  const clock = { now: '2026-11-16T10:00:00.000Z' };
  const logged: string[] = [];
  const app = await buildApp({
    pool, client: noTemporal, config: readApiConfig({ PAYOUT_COOL_DOWN_HOURS: '0', TWO_PEOPLE: twoPeople ? 'on' : 'off', API_MAX_EVENT_LOOP_DELAY: '0', API_RATE_LIMIT: '1000000', API_SIGN_IN_RATE_LIMIT: '1000000' }),
    log: createLogger('info', { write: (line) => logged.push(line) }), now: () => clock.now, rails, personal: testPersonalData(), verification, ...overrides,
  });
  afterAll(async () => {
    const unaudited = logged.filter((line) => line.includes('a change left no audit entry'));
    if (unaudited.length > 0) throw new Error(`Changes without an audit entry: ${unaudited.join('')}`);
    await app.close();
    await pool.end();
    await database.drop();
  });
  let admin: string | undefined;
  const key = async (role: Role, options: { userId?: string; scopes?: string[] } = {}): Promise<string> =>
    (await createApiKey(db, { name: `test ${role} ${++keys}`, role, scopes: options.scopes ?? ['*'], userId: options.userId, at: clock.now })).key;
  return {
    app, pool, db, database, clock, logged, key,
    async call(method, url, { key: text, body, headers = {}, payload } = {}) {
      const authorization = `Bearer ${text ?? (admin ??= await key('admin'))}`;
      return documented(await app.inject({ method, url, headers: { ...(text === '' ? {} : { authorization }), ...headers }, ...(payload !== undefined ? { payload } : body !== undefined ? { payload: body as object } : {}) }));
    },
  };
}
