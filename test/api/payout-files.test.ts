import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { readPayout } from '../../db/stores/payouts.ts';
import { seedBase, seedUser } from '../../scripts/chaos/seed.ts';
import { testApi, type TestApi } from './support.ts';

const touched: string[] = [];
const temporal = { workflow: {
  start: async (_type: string, { workflowId }: { workflowId: string }) => void touched.push(workflowId),
  signalWithStart: async (_type: string, { workflowId }: { workflowId: string }) => void touched.push(workflowId),
} } as unknown as Client;
const AT = '2026-11-16T09:00:00.000Z';

let api: TestApi;
let ann: string;
let ben: string;
beforeAll(async () => {
  api = await testApi({ twoPeople: true, client: temporal });
  [ann, ben] = [await api.key('finance'), await api.key('admin')];
  await seedBase(api.pool);
  await api.pool.query("INSERT INTO payout_run (id, key, workflow_id, scheduled_at, state, total) VALUES ('run_1', '2026-W46', 'w', $1, 'done', 100)", [AT]);
});
beforeEach(() => {
  api.clock.now = '2026-11-16T10:00:00.000Z';
  touched.length = 0;
});

const post = (url: string, body: object, key: string, idempotencyKey: string = randomUUID()) => api.call('POST', url, { key, body, headers: { 'idempotency-key': idempotencyKey } });
const withdraw = (fileId: string, key = ann, idempotencyKey?: string) => post(`/v1/payout-files/${fileId}/withdraw`, { reason: 'the bank does not come back' }, key, idempotencyKey);
const get = async <T>(url: string): Promise<T> => (await api.call('GET', url, { key: ann })).json<T>();

let files = 0;
/** A committed file of two payouts that a workflow has looked at: they are unknown. `sends`: how often it was begun to be handed over. */
async function file({ sends = 0, state = 'assembled', attempt = 'unknown' } = {}): Promise<{ fileId: string; payoutIds: string[] }> {
  const fileId = `bat_${++files}`;
  await api.pool.query(`INSERT INTO payout_batch (id, rail, currency, day, items, control_sum, state, request_hash, request_bytes, assembled_at, sends, sent_at) VALUES ($1, 'gone', 'EUR', '2026-11-17', 2, 37, $2, 'h', '', $3, $4, $5)`, [fileId, state, AT, sends, sends > 0 ? AT : null]);
  const payoutIds: string[] = [];
  for (const no of [1, 2]) {
    const id = `${files}_${no}`;
    const { userId } = await seedUser(api.pool, { rail: 'gone' });
    await api.pool.query(`INSERT INTO payout (id, run_id, user_id, method_id, rail, destination, amount, pay_amount, pay_currency, state, planned_at) SELECT $1, 'run_1', $2, m.id, 'gone', m.destination, 20, 18.5, 'EUR', 'unknown', $3 FROM payout_method m WHERE m.user_id = $2`, [`pay_${id}`, userId, AT]);
    await api.pool.query(`INSERT INTO payout_attempt (id, payout_id, no, idempotency_key, request_hash, request_bytes, state, open, prepared_at, sends, first_sent_at, last_sent_at) VALUES ($1, $2, 1, $2, 'h', '', $4, true, $3, 1, $3, $3)`, [`att_${id}`, `pay_${id}`, AT, attempt]);
    await api.pool.query('INSERT INTO payout_batch_item (batch_id, attempt_id, no) VALUES ($1, $2, $3)', [fileId, `att_${id}`, no]);
    payoutIds.push(`pay_${id}`);
  }
  return { fileId, payoutIds };
}
const states = (payoutIds: readonly string[]) => Promise.all(payoutIds.map(async (id) => {
  const { payout, attempt } = await readPayout(api.pool, id);
  return [payout.state, attempt!.state, attempt!.sends];
}));

test('a file whose rail is gone is withdrawn by two operators; its payouts are prepared again and woken, and the audit trail says who', async () => {
  const { fileId, payoutIds } = await file();
  expect(await get(`/v1/payout-files/${fileId}`)).toMatchObject({ id: fileId, rail: 'gone', currency: 'EUR', day: '2026-11-17', members: 2, controlSum: '37', state: 'assembled', sends: 0, mayWithdraw: true, payoutIds });
  const asked = await withdraw(fileId);
  expect([asked.statusCode, asked.json()]).toMatchObject([202, { kind: 'payout_file_withdrawal', subject: { type: 'payoutFile', id: fileId }, state: 'requested', before: { rail: 'gone', members: 2 } }]);
  expect(await states(payoutIds)).toEqual([['unknown', 'unknown', 1], ['unknown', 'unknown', 1]]);
  const { id } = asked.json<{ id: string }>();
  expect((await post(`/v1/changes/${id}/approve`, {}, ann)).json()).toMatchObject({ code: 'SAME_PERSON' });
  expect((await post(`/v1/changes/${id}/approve`, {}, ben)).json()).toMatchObject({ state: 'approved', result: { id: fileId, state: 'withdrawn' } });
  expect(await states(payoutIds)).toEqual([['reserved', 'prepared', 0], ['reserved', 'prepared', 0]]);
  expect(touched).toContain('rail-resume:gone');
  expect(await get(`/v1/payout-files/${fileId}`)).toMatchObject({ state: 'withdrawn', detail: 'the bank does not come back', withdrawnAt: api.clock.now, withdrawnBy: expect.any(String), mayWithdraw: false, payoutIds });
  const { rows } = await api.pool.query<{ operation: string; outcome: string }>(`SELECT operation, outcome FROM audit_entry WHERE subject_type = 'payoutFile' AND subject_id = $1 ORDER BY id`, [fileId]);
  expect(rows).toEqual([{ operation: 'withdrawPayoutFile', outcome: 'asked' }, { operation: 'approveChange', outcome: 'done' }]);
  expect((await withdraw(fileId)).json()).toMatchObject({ status: 409, code: 'BATCH_WITHDRAWN' });
});

test.each([[{ sends: 1 }, 'assembled'], [{ sends: 1, state: 'sent' }, 'sent'], [{ sends: 2, state: 'unknown' }, 'unknown']])('one that the rail may have is refused with what to do instead: %o', async (of, state) => {
  const { fileId, payoutIds } = await file(of);
  expect((await withdraw(fileId)).json()).toMatchObject({ status: 409, code: 'BATCH_HANDED_OVER', facts: { state, sends: of.sends, sentAt: AT }, detail: expect.stringMatching(/POST \/v1\/payouts\/\{payoutId\}\/decision/) });
  expect(await states(payoutIds)).toEqual([['unknown', 'unknown', 1], ['unknown', 'unknown', 1]]);
});

test('handed over while the second operator was asked: nothing is withdrawn', async () => {
  const { fileId, payoutIds } = await file();
  const { id } = (await withdraw(fileId)).json<{ id: string }>();
  await api.pool.query('UPDATE payout_batch SET sends = 1, sent_at = $2 WHERE id = $1', [fileId, AT]);
  expect((await post(`/v1/changes/${id}/approve`, {}, ben)).json()).toMatchObject({ status: 409, code: 'BATCH_HANDED_OVER' });
  expect(await states(payoutIds)).toEqual([['unknown', 'unknown', 1], ['unknown', 'unknown', 1]]);
  expect(await get(`/v1/payout-files/${fileId}`)).toMatchObject({ state: 'assembled' });
});

test('of which the rail has spoken, although it was never given it: refused, with the payout', async () => {
  const { fileId, payoutIds } = await file({ attempt: 'accepted' });
  expect((await withdraw(fileId)).json()).toMatchObject({ status: 409, code: 'RAIL_CONTRADICTS', facts: { payoutId: payoutIds[0], state: 'accepted' } });
});

test('the same key asks once; support, a trader and an unknown file are refused', async () => {
  const { fileId } = await file();
  const key = randomUUID();
  const [first, again] = [await withdraw(fileId, ann, key), await withdraw(fileId, ann, key)];
  expect([again.statusCode, again.headers['idempotent-replayed'], again.json()]).toEqual([202, 'true', first.json()]);
  const { userId } = await seedUser(api.pool);
  const trader = await api.key('trader', { userId });
  for (const other of [await api.key('support'), trader]) expect((await withdraw(fileId, other)).statusCode).toBe(403);
  expect((await api.call('GET', '/v1/payout-files', { key: trader })).statusCode).toBe(403);
  expect((await withdraw('bat_none')).json()).toMatchObject({ status: 404, code: 'BATCH_UNKNOWN' });
  expect((await api.call('GET', '/v1/payout-files/bat_none', { key: ann })).json()).toMatchObject({ status: 404, code: 'BATCH_UNKNOWN' });
});

test('files are listed newest first, by rail and state, page by page', async () => {
  const ids = async (query: string): Promise<string[]> => (await get<{ items: { id: string }[] }>(`/v1/payout-files?${query}`)).items.map(({ id }) => id);
  const all = await ids('limit=200');
  expect(all).toEqual(all.toSorted().reverse());
  expect(await ids('state=withdrawn')).toEqual(['bat_1']);
  expect(await ids('rail=gone&state=sent')).toEqual(['bat_3']);
  expect(await ids('rail=other')).toEqual([]);
  const page = await get<{ items: { id: string }[]; nextCursor: string }>('/v1/payout-files?limit=1');
  expect(await ids(`limit=1&cursor=${page.nextCursor}`)).toEqual([all[1]]);
});
