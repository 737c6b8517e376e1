import type { Client } from '@temporalio/client';
import { beforeAll, describe, expect, test } from 'vitest';
import { accessOf } from '../../api/access.ts';
import { withTransaction } from '../../db/connection.ts';
import { claimKey, keepAnswer } from '../../db/stores/idempotency.ts';
import { documentOf, type Operation } from './operations.ts';
import { testApi, type TestApi } from './support.ts';

/** Every change by its description: what takes part in idempotency is not a list that somebody keeps. */
const temporal = { withDeadline: (_d: number, work: () => Promise<unknown>) => work(), workflow: { start: async () => {}, signalWithStart: async () => {}, getHandle: () => ({ executeUpdate: async () => ({}), signal: async () => {} }) } } as unknown as Client;

let api: TestApi;
let changes: Operation[];
beforeAll(async () => {
  api = await testApi({ client: temporal });
  changes = (await documentOf(api)).operations.filter(({ method, operationId }) => method !== 'GET' && accessOf(operationId) !== 'public');
});

test('every change takes an Idempotency-Key, and those that move money demand it', () => {
  expect(changes.length).toBeGreaterThan(30);
  for (const { operationId, parameters } of changes) {
    const access = accessOf(operationId);
    const header = parameters.find(({ in: where, name }) => where === 'header' && name === 'idempotency-key');
    expect([operationId, header !== undefined, header?.required ?? false]).toEqual([operationId, true, access !== 'public' && access?.money === true]);
  }
});

describe('a key', () => {
  test('used for something else is refused by every change that gets as far as its own body', async () => {
    const key = await api.key('admin');
    const ownerId = (await api.call('GET', '/v1/me', { key })).json<{ apiKey: { id: string } }>().apiKey.id;
    const told: Record<string, unknown> = {};
    let n = 0;
    for (const operation of changes) {
      const idempotencyKey = `used-${++n}`;
      await withTransaction(api.pool, async (tx) => {
        await claimKey(tx.db, { ownerId, key: idempotencyKey, operation: 'another' });
        await keepAnswer(tx.db, { ownerId, key: idempotencyKey, operation: 'another' }, { requestHash: 'x', status: 200, body: '{}' }, api.clock.now);
      });
      const { code } = await sent(operation, key, idempotencyKey);
      if (code !== 'IDEMPOTENCY_KEY_REUSED' && !BEFORE.has(code)) told[operation.operationId] = code;
    }
    expect(told).toEqual({});
  });

  test('in use by another request is 409 at every such change', async () => {
    const key = await api.key('admin');
    const ownerId = (await api.call('GET', '/v1/me', { key })).json<{ apiKey: { id: string } }>().apiKey.id;
    const told: Record<string, unknown> = {};
    let reached = 0;
    await withTransaction(api.pool, async (tx) => {
      await claimKey(tx.db, { ownerId, key: 'busy', operation: 'another' });
      for (const operation of changes) {
        const { code } = await sent(operation, key, 'busy');
        if (code === 'IDEMPOTENCY_IN_FLIGHT') reached++;
        else if (!BEFORE.has(code)) told[operation.operationId] = code;
      }
    });
    expect(told).toEqual({});
    expect(reached).toBeGreaterThan(25);
  });
});

/** What is looked at before the key: who calls, and whether the request can be meant at all. */
const BEFORE: ReadonlySet<string> = new Set(['SESSION_NEEDED', 'ROLE_NOT_ALLOWED', 'OWNERSHIP_UNKNOWN', 'PAYOUT_UNKNOWN', 'WEBHOOK_DELIVERY_UNKNOWN', 'REPORT_EMPTY', 'MEDIA_TYPE_UNSUPPORTED', 'SCOPE_UNKNOWN', 'PAYOUT_RUN_TOO_EARLY']);

/** Sends an operation with the example of its body. */
async function sent({ method, path, requestBody, parameters }: Operation, key: string, idempotencyKey: string): Promise<{ code: string }> {
  const media = requestBody?.content['application/json'];
  const body = media?.example ?? Object.values(media?.examples ?? {})[0]?.value;
  const query = parameters.filter(({ in: where, required }) => where === 'query' && required).map(({ name }) => `${name}=x`).join('&');
  const filled = path.replaceAll('{brokerId}', 'alpha').replaceAll('{rail}', 'all').replaceAll(/\{(\w+)\}/g, (_whole, name: string) => parameters.find((parameter) => parameter.name === name)?.schema.enum?.[0] ?? 'nothing_0');
  const answer = await api.call(method, `${filled}${query === '' ? '' : `?${query}`}`, { key, headers: { 'idempotency-key': idempotencyKey, 'if-match': '*' }, ...(body === undefined ? {} : { body }) });
  return { code: answer.statusCode >= 400 ? answer.json<{ code: string }>().code : `${answer.statusCode}` };
}
