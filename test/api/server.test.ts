import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { type Client, ServiceError } from '@temporalio/client';
import { drizzle } from 'drizzle-orm/node-postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readApiConfig } from '../../api/config.ts';
import { createLogger } from '../../api/log.ts';
import { serve, type RunningApi } from '../../api/server.ts';
import { createPool } from '../../db/connection.ts';
import { createApiKey } from '../../db/stores/apiKeys.ts';
import { createBroker } from '../../db/stores/brokers.ts';
import { addProfile } from '../../db/stores/profiles.ts';
import { freshDatabase } from '../support/database.ts';
import { rails, verification } from './support.ts';
import { testPersonalData } from '../support/personal.ts';

const AT = '2026-11-16T10:00:00.000Z';
const MEGABYTE = 1 << 20;
const signalled: string[] = [];
const client = { workflow: { signalWithStart: async (_type: string, options: { workflowId: string }) => { signalled.push(options.workflowId); } } } as unknown as Client;
let api: RunningApi;
let key: string;
const cleanups: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const database = await freshDatabase();
  const pool = createPool(database.appUrl);
  const db = drizzle(pool);
  cleanups.push(() => pool.end(), () => database.drop());
  ({ key } = await createApiKey(db, { name: 'server', role: 'admin', scopes: ['*'], at: AT }));
  await createBroker(db, { id: 'alpha', name: 'Alpha', servers: ['A'], at: AT });
  await addProfile(db, 'alpha', { format: 'csv', dateFormat: 'iso', level: 'trade', columns: {} });
  api = await serve({ personal: testPersonalData(),
    pool, client, rails, verification, now: () => AT, log: createLogger('silent'),
    config: readApiConfig({ PORT: '0', API_MAX_EVENT_LOOP_DELAY: '0', API_REPORT_LIMIT: String(24 * MEGABYTE) }),
  });
});
afterAll(async () => {
  await api.close();
  for (const clean of cleanups) await clean();
});

function upload(pieces: Iterable<Buffer>, idempotencyKey: string): Promise<Response> {
  return fetch(`${api.url}/v1/reports?brokerId=alpha&from=2026-11-02T00:00:00Z&to=2026-11-09T00:00:00Z`, {
    method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'text/csv', 'idempotency-key': idempotencyKey },
    body: Readable.toWeb(Readable.from(pieces)) as ReadableStream<Uint8Array>, duplex: 'half',
  } as RequestInit);
}

test('a large file goes in as a stream and comes back byte for byte', async () => {
  const pieces = Array.from({ length: 20 }, () => randomBytes(MEGABYTE));
  const sha256 = createHash('sha256').update(Buffer.concat(pieces)).digest('hex');
  const received = await upload(pieces, 'large-1');
  const body = await received.json() as { reportId: string; sha256: string; size: number; workflowId: string };
  expect([received.status, body.sha256, body.size]).toEqual([201, sha256, 20 * MEGABYTE]);
  expect(signalled).toEqual([body.workflowId]);
  const file = await fetch(`${api.url}/v1/reports/${body.reportId}/file`, { headers: { authorization: `Bearer ${key}` } });
  expect(createHash('sha256').update(Buffer.from(await file.arrayBuffer())).digest('hex')).toBe(sha256);
  expect(file.headers.get('content-length')).toBe(String(20 * MEGABYTE));
});

test('a file over the limit is refused with 413 and nothing of it is kept', async () => {
  const response = await upload(Array.from({ length: 40 }, () => Buffer.alloc(MEGABYTE, 'x')), 'large-2');
  expect([response.status, (await response.json() as { code: string }).code]).toEqual([413, 'REPORT_TOO_LARGE']);
  const reports = await (await fetch(`${api.url}/v1/reports`, { headers: { authorization: `Bearer ${key}` } })).json() as { items: unknown[] };
  expect(reports.items).toHaveLength(1);
});

test('committed but Temporal was away: 503, and the same request again tells the workflow without a second report', async () => {
  const { signalWithStart } = client.workflow;
  client.workflow.signalWithStart = async () => { throw new ServiceError('Failed to start Workflow'); };
  expect((await upload([Buffer.from('ticket\n')], 'away-1')).status).toBe(503);
  client.workflow.signalWithStart = signalWithStart;
  const before = signalled.length;
  const again = await upload([Buffer.from('ticket\n')], 'away-1');
  expect([again.status, again.headers.get('idempotent-replayed'), signalled.length]).toEqual([201, 'true', before + 1]);
});

test('a large form that is refused before it is read does not block its connection', async () => {
  const form = new FormData();
  for (const [name, value] of [['brokerId', 'nobody'], ['from', '2026-11-02T00:00:00Z'], ['to', '2026-11-09T00:00:00Z']]) form.append(name!, value!);
  form.append('file', new Blob([Buffer.alloc(5 * MEGABYTE, 'x')]), 'big.csv');
  const response = await fetch(`${api.url}/v1/reports`, { method: 'POST', headers: { authorization: `Bearer ${key}`, 'idempotency-key': 'form-1' }, body: form });
  expect([response.status, (await response.json() as { code: string }).code]).toEqual([404, 'BROKER_UNKNOWN']);
  expect((await upload([Buffer.alloc(5 * MEGABYTE, 'y')], 'large-1')).status).toBe(422);
});

test('closing lets a request in flight end and takes no more', async () => {
  let release: () => void = () => undefined;
  let arrived: () => void = () => undefined;
  const underWay = new Promise<void>((resolve) => { arrived = resolve; });
  const rest = new Promise<void>((resolve) => { release = resolve; });
  client.workflow.signalWithStart = (async () => { arrived(); await rest; }) as never;
  const answer = upload([Buffer.from('ticket\n')], 'drain-1');
  await underWay;
  const closed = api.close();
  release();
  expect((await answer).status).toBe(201);
  await closed;
  await expect(fetch(`${api.url}/healthz`)).rejects.toThrow('fetch failed');
});
