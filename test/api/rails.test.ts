import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { withTransaction } from '../../db/connection.ts';
import { decisionOf } from '../../db/stores/payoutDecisions.ts';
import { noteCondition } from '../../db/stores/railConditions.ts';
import { stoppedReason } from '../../db/stores/railSwitch.ts';
import { keepDifferences } from '../../db/stores/reconciliationCases.ts';
import { finishReconciliation, openReconciliation } from '../../db/stores/reconciliations.ts';
import type { RailGuarantees } from '../../domain/payouts/guarantees.ts';
import type { LookUpOutcome } from '../../domain/payouts/outcomes.ts';
import { seedBase, seedUser } from '../../scripts/chaos/seed.ts';
import { rails as noRails, testApi, type TestApi } from './support.ts';

/** Workflows that were started or woken. */
const touched: string[] = [];
const temporal = {
  workflow: {
    start: async (_type: string, { workflowId }: { workflowId: string }) => void touched.push(workflowId),
    signalWithStart: async (_type: string, { workflowId }: { workflowId: string }) => void touched.push(workflowId),
  },
} as unknown as Client;

const SENT = '2026-11-16T09:00:00.000Z';
const bank: RailGuarantees = {
  honoursKeysForSeconds: 0, provesNonExecution: 'never', finalOn: 'executed', settlesWithinSeconds: 2 * 86_400, canReturn: true, minimum: '1', maximum: null, fee: '0', feeBearer: 'company', precision: 2, currencies: ['EUR'], mode: 'batch',
};
/** What the rail answers when it is asked; a rail that is away throws. */
let answer: LookUpOutcome | 'away';
let api: TestApi;
let ann: string;
let ben: string;
let support: string;

beforeAll(async () => {
  api = await testApi({
    twoPeople: true, client: temporal,
    rails: {
      ...noRails, ids: () => ['bank', 'usdt'], guarantees: (rail) => (rail === 'bank' ? bank : rail === 'usdt' ? { ...bank, mode: 'single', network: 'Ethereum, ERC-20', currencies: ['USDT'] } : null),
      askAbout: async () => { if (answer === 'away') throw new Error('away'); return answer; },
    },
  });
  [ann, ben, support] = [await api.key('finance'), await api.key('admin'), await api.key('support')];
  await seedBase(api.pool);
  await api.pool.query("INSERT INTO payout_run (id, key, workflow_id, scheduled_at, state, total) VALUES ('run_1', '2026-W46', 'w', $1, 'done', 100)", [SENT]);
});
beforeEach(() => {
  answer = { kind: 'unknown', detail: 'no answer' };
  api.clock.now = '2026-11-19T10:00:00.000Z';
  touched.length = 0;
});

const post = (url: string, body: object, key: string) => api.call('POST', url, { key, body, headers: { 'idempotency-key': randomUUID() } });
const get = async <T>(url: string, key = ann): Promise<T> => {
  const answered = await api.call('GET', url, { key });
  expect([url, answered.statusCode, answered.statusCode === 200 ? '' : answered.body]).toEqual([url, 200, '']);
  return answered.json<T>();
};
interface RailState { rail: string; stopped: boolean; switches: { rail: string; stopped: boolean }[]; conditions: { code: string }[]; openPayouts: Record<string, { count: number; amount: string }>; unknown: number; oldestUnknownHours: number | null; guarantees: object | null; reconciliation: object | null; openCases: number }
const railState = async (rail: string): Promise<RailState> => (await get<{ items: RailState[] }>('/v1/rails')).items.find((one) => one.rail === rail)!;

let payouts = 0;
/** A payout that was sent at SENT, in a state of our choice. */
async function payoutIn(state: 'unknown' | 'submitted' | 'reserved' | 'paid', attempt: 'unknown' | 'accepted' | 'prepared' | 'executed' = 'unknown', rail = 'bank'): Promise<{ payoutId: string; attemptId: string }> {
  const id = String(++payouts);
  const { userId } = await seedUser(api.pool, { rail: 'bank' });
  const prepared = attempt === 'prepared';
  await api.pool.query(
    `INSERT INTO payout (id, run_id, user_id, method_id, rail, destination, amount, pay_amount, pay_currency, state, planned_at, settled_at, detail)
     SELECT $1, 'run_1', $2, m.id, $6, m.destination, 20, 18.5, 'EUR', $3, $4, $5, 'no answer' FROM payout_method m WHERE m.user_id = $2`, [`pay_${id}`, userId, state, SENT, state === 'paid' ? SENT : null, rail]);
  await api.pool.query(
    `INSERT INTO payout_attempt (id, payout_id, no, idempotency_key, request_hash, request_bytes, state, open, prepared_at, sends, first_sent_at, last_sent_at, accepted_at, closed_at, looks, detail)
     VALUES ($1, $2, 1, $1, 'h', '', $3, true, $4, $5, $6, $6, $7, $8, 3, 'connection reset')`,
    [`att_${id}`, `pay_${id}`, attempt, SENT, prepared ? 0 : 1, prepared ? null : SENT, attempt === 'accepted' ? SENT : null, attempt === 'executed' ? SENT : null]);
  return { payoutId: `pay_${id}`, attemptId: `att_${id}` };
}
const unpaid = { outcome: 'not_executed', reference: 'statement 214', proof: 'The statement has no such debit, and the bank confirmed it.' };
const executed = { outcome: 'executed', reference: 'E2E-1', executedAt: '2026-11-16T11:00:00+01:00', proof: 'The statement has the debit.', documentSha256: 'ab'.repeat(32) };
const decide = (payoutId: string, body: object, key = ann) => post(`/v1/payouts/${payoutId}/decision`, body, key);

test('one operator stops a rail at once; two let it go on, and its payouts are woken', async () => {
  expect((await post('/v1/rails/bank/stop', { reason: 'the bank looks odd' }, support)).json()).toEqual({ rail: 'bank', stopped: true, reason: 'the bank looks odd', by: expect.any(String), at: api.clock.now, mayStillArrive: { payments: 0, files: 0 } });
  expect([await stoppedReason(api.pool, 'bank'), await stoppedReason(api.pool, 'usdt')]).toEqual(['the bank looks odd', null]);
  expect((await railState('bank')).stopped).toBe(true);
  expect((await railState('usdt')).stopped).toBe(false);

  expect((await post('/v1/rails/bank/resume', { reason: 'it was us' }, support)).statusCode).toBe(403);
  const asked = await post('/v1/rails/bank/resume', { reason: 'it was us' }, ann);
  expect(asked.statusCode).toBe(202);
  const change = asked.json<{ id: string; kind: string }>();
  expect(change.kind).toBe('payouts_resume');
  expect(await stoppedReason(api.pool, 'bank')).toBe('the bank looks odd');
  expect((await post(`/v1/changes/${change.id}/approve`, {}, ann)).json()).toMatchObject({ code: 'SAME_PERSON' });
  expect((await post(`/v1/changes/${change.id}/approve`, {}, ben)).statusCode).toBe(200);
  expect(await stoppedReason(api.pool, 'bank')).toBeNull();
  expect(touched).toContain('rail-resume:bank');
  expect((await post('/v1/rails/bank/resume', { reason: 'again' }, ann)).json()).toMatchObject({ status: 409, code: 'RAIL_NOT_STOPPED' });
});

test('stopped again while a second operator is asked: nothing is let go on', async () => {
  await post('/v1/rails/all/stop', { reason: 'first' }, ann);
  expect((await railState('usdt')).switches).toEqual([expect.objectContaining({ rail: 'all', stopped: true })]);
  const { id } = (await post('/v1/rails/all/resume', { reason: 'over' }, ann)).json<{ id: string }>();
  await post('/v1/rails/all/stop', { reason: 'not over' }, support);
  expect((await post(`/v1/changes/${id}/approve`, {}, ben)).json()).toMatchObject({ code: 'CHANGE_OUTDATED' });
  expect(await stoppedReason(api.pool, 'usdt')).toBe('not over');
  const again = (await post('/v1/rails/all/resume', { reason: 'over now' }, ann)).json<{ id: string }>();
  expect((await post(`/v1/changes/${again.id}/approve`, {}, ben)).statusCode).toBe(200);
  expect(await stoppedReason(api.pool, 'usdt')).toBeNull();
  expect(touched).toContain('rail-resume:all');
});

test('a rail that nobody knows cannot be switched, and a user can switch none', async () => {
  expect((await post('/v1/rails/cash/stop', { reason: 'x' }, ann)).json()).toMatchObject({ status: 404, code: 'RAIL_UNKNOWN' });
  const { userId } = await seedUser(api.pool);
  const trader = await api.key('trader', { userId });
  for (const url of ['/v1/rails', '/v1/reconciliations', '/v1/reconciliation-cases']) expect((await api.call('GET', url, { key: trader })).statusCode).toBe(403);
  expect((await post('/v1/rails/all/stop', { reason: 'x' }, trader)).statusCode).toBe(403);
});

test('each rail: what it guarantees, its conditions, open payouts, unknown ones with their age, and the last reconciliation', async () => {
  await payoutIn('unknown');
  await payoutIn('reserved', 'prepared');
  await withTransaction(api.pool, async (tx) => {
    await noteCondition(tx, { rail: 'usdt', code: 'HOT_WALLET_LOW', detail: '40 USDT left', at: SENT });
    await openReconciliation(tx, { rail: 'bank', day: '2026-11-18', at: SENT });
    await finishReconciliation(tx, { rail: 'bank', day: '2026-11-18', at: SENT, items: 3, railTotal: '60.5', ledgerTotal: '60.5', differences: 0 });
    await openReconciliation(tx, { rail: 'bank', day: '2026-11-19', at: SENT });
  });
  expect(await railState('bank')).toMatchObject({
    guarantees: { mode: 'batch', provesNonExecution: 'never' }, conditions: [], openPayouts: { unknown: { count: 1, amount: '20' }, reserved: { count: 1, amount: '20' } }, unknown: 1, oldestUnknownHours: 73, unknownSince: SENT,
    reconciliation: { day: '2026-11-19', finishedAt: null },
  });
  expect(await railState('usdt')).toMatchObject({ guarantees: { network: 'Ethereum, ERC-20' }, conditions: [{ code: 'HOT_WALLET_LOW', since: SENT }], openPayouts: {}, unknown: 0, oldestUnknownHours: null, reconciliation: null });
  // One that nobody names any more is shown for as long as payouts of it are open.
  await payoutIn('submitted', 'accepted', 'gone');
  await withTransaction(api.pool, (tx) => noteCondition(tx, { rail: 'gone', code: 'RAIL_NOT_CONFIGURED', detail: '1 open payout of 20 USD waits', at: SENT }));
  expect(await railState('gone')).toMatchObject({ guarantees: null, conditions: [{ code: 'RAIL_NOT_CONFIGURED', detail: '1 open payout of 20 USD waits', since: SENT }], openPayouts: { submitted: { count: 1, amount: '20' } } });
  const page = await get<{ items: { day: string }[]; nextCursor: string }>('/v1/reconciliations?limit=1');
  expect(page.items.map(({ day }) => day)).toEqual(['2026-11-19']);
  expect((await get<{ items: object[]; nextCursor: null }>(`/v1/reconciliations?limit=1&cursor=${page.nextCursor}`))).toMatchObject({ items: [{ day: '2026-11-18', movements: 3, railTotal: '60.5' }], nextCursor: null });
  expect((await get<{ items: object[] }>('/v1/reconciliations?rail=bank&day=2026-11-18')).items).toHaveLength(1);
  expect((await api.call('GET', '/v1/reconciliations?day=2026-02-30', { key: ann })).statusCode).toBe(400);
});

test('two operators decide that an unknown payout was not executed; its workflow is woken to take it up', async () => {
  const { payoutId, attemptId } = await payoutIn('unknown');
  const asked = await decide(payoutId, unpaid);
  expect([asked.statusCode, asked.json<{ kind: string }>().kind]).toEqual([202, 'payout_outcome']);
  expect(await decisionOf(api.pool, attemptId)).toBeNull();
  const { id } = asked.json<{ id: string }>();
  expect((await post(`/v1/changes/${id}/approve`, {}, ann)).json()).toMatchObject({ code: 'SAME_PERSON' });
  expect((await post(`/v1/changes/${id}/approve`, {}, ben)).statusCode).toBe(200);
  expect(touched).toContain(`payout:${payoutId}`);
  const decision = await decisionOf(api.pool, attemptId);
  expect(decision).toMatchObject({ payoutId, outcome: 'not_executed', reference: 'statement 214', executedAt: null, changeId: id, decidedAt: api.clock.now });
  expect(decision!.approvedBy).not.toBe(decision!.by);
  expect((await get<{ items: object[] }>(`/v1/payouts/${payoutId}/decisions`)).items).toMatchObject([{ id: decision!.id, proof: unpaid.proof, proofSha256: null }]);
  expect((await decide(payoutId, unpaid)).json()).toMatchObject({ status: 409, code: 'PAYOUT_DECIDED' });
});

test('executed: with the instant at which it was, and the hash of the proving document', async () => {
  const { payoutId, attemptId } = await payoutIn('submitted', 'accepted');
  expect((await decide(payoutId, { ...executed, executedAt: null })).json()).toMatchObject({ status: 422, code: 'PAYOUT_DECISION_INVALID' });
  expect((await decide(payoutId, { ...unpaid, executedAt: SENT })).json()).toMatchObject({ status: 422, code: 'PAYOUT_DECISION_INVALID' });
  const { id } = (await decide(payoutId, executed)).json<{ id: string }>();
  await post(`/v1/changes/${id}/approve`, {}, ben);
  expect(await decisionOf(api.pool, attemptId)).toMatchObject({ outcome: 'executed', executedAt: '2026-11-16T10:00:00.000Z', proofSha256: 'ab'.repeat(32) });
});

test('what the rail says itself is not overruled; one that is away says nothing', async () => {
  const { payoutId } = await payoutIn('unknown');
  answer = { kind: 'executed', railReference: 'r-1', executedAt: SENT, amount: '18.5', currency: 'EUR', fee: '0' };
  expect((await decide(payoutId, unpaid)).json()).toMatchObject({ status: 409, code: 'RAIL_CONTRADICTS', facts: { answer: 'executed' } });
  answer = { kind: 'pending', railReference: null };
  expect((await decide(payoutId, unpaid)).json()).toMatchObject({ code: 'RAIL_CONTRADICTS' });
  answer = { kind: 'rejected', code: 'CLOSED', reason: 'account closed', retryable: false };
  expect((await decide(payoutId, executed)).json()).toMatchObject({ code: 'RAIL_CONTRADICTS' });
  answer = 'away';
  expect((await decide(payoutId, unpaid)).statusCode).toBe(202);
  // It said so before, and then it was executed all the same: now operators are believed.
  const reopened = await payoutIn('unknown');
  await api.pool.query('UPDATE payout_attempt SET reopened_at = now() WHERE id = $1', [reopened.attemptId]);
  answer = { kind: 'executed', railReference: 'r-1', executedAt: SENT, amount: '18.5', currency: 'EUR', fee: '0' };
  expect((await decide(reopened.payoutId, unpaid)).json()).toMatchObject({ code: 'RAIL_CONTRADICTS' });
  answer = { kind: 'rejected', code: 'CLOSED', reason: 'account closed', retryable: false };
  expect((await decide(reopened.payoutId, executed)).json()).toMatchObject({ status: 409, code: 'REFERENCE_OF_ANOTHER_PAYOUT' });
  expect((await decide(reopened.payoutId, { ...executed, reference: 'its own' })).statusCode).toBe(202);
  answer = 'away';
});

test.each([['reserved', 'prepared'], ['paid', 'executed']] as const)('a payout that is %s is not decidable', async (state, attempt) => {
  const { payoutId, attemptId } = await payoutIn(state, attempt);
  for (const body of [unpaid, executed]) expect((await decide(payoutId, body)).json()).toMatchObject({ status: 409, code: 'PAYOUT_NOT_UNDECIDED' });
  expect(await decisionOf(api.pool, attemptId)).toBeNull();
});

test('while what was sent can still be executed, nobody can say that it was not; when a second operator agrees it is checked again', async () => {
  const { payoutId, attemptId } = await payoutIn('unknown');
  api.clock.now = '2026-11-18T08:59:00.000Z';
  expect((await decide(payoutId, unpaid)).json()).toMatchObject({ status: 409, code: 'ATTEMPT_CAN_STILL_EXECUTE', facts: { until: '2026-11-18T09:00:00.000Z' } });
  api.clock.now = '2026-11-19T10:00:00.000Z';
  const { id } = (await decide(payoutId, unpaid)).json<{ id: string }>();
  // It was sent again meanwhile.
  await api.pool.query('UPDATE payout_attempt SET last_sent_at = $2, sends = 2 WHERE id = $1', [attemptId, '2026-11-19T09:59:00.000Z']);
  expect((await post(`/v1/changes/${id}/approve`, {}, ben)).json()).toMatchObject({ code: 'ATTEMPT_CAN_STILL_EXECUTE' });
  expect(await decisionOf(api.pool, attemptId)).toBeNull();
});

test('cases: unknown outcomes first with what is known and what may be done, then by age; closed with a reason; counted in the work queue', async () => {
  const { payoutId } = await payoutIn('unknown');
  const difference = (code: 'NOT_OURS' | 'UNKNOWN_OUTCOME' | 'PAID_TWICE', subject: string, of: string | null = null) => ({ code, subject, payoutId: of, detail: `about ${subject}`, facts: {} });
  const keep = (at: string, ...differences: ReturnType<typeof difference>[]) => withTransaction(api.pool, (tx) => keepDifferences(tx, { rail: 'bank', at, differences, judged: [] }));
  await keep('2026-11-17T10:00:00.000Z', difference('NOT_OURS', '7'));
  await keep('2026-11-18T10:00:00.000Z', difference('UNKNOWN_OUTCOME', payoutId, payoutId));
  await keep('2026-11-16T10:00:00.000Z', difference('PAID_TWICE', 'x'));
  interface Case { id: string; code: string; ageHours: number; may: string[]; mayLater: object[]; attempts: object[]; payout: object | null }
  const list = async (query = '') => (await get<{ items: Case[]; nextCursor: string | null }>(`/v1/reconciliation-cases?open=true${query}`));
  const { items } = await list();
  expect(items.map(({ code, ageHours, may }) => [code, ageHours, may.join(' ')].join(' | '))).toEqual(['UNKNOWN_OUTCOME | 24 | confirm not_executed wait', 'PAID_TWICE | 72 | close wait', 'NOT_OURS | 48 | close wait']);
  expect(items[0]).toMatchObject({ payout: { state: 'unknown', amount: '20', payAmount: '18.5', payCurrency: 'EUR', detail: 'no answer' }, attempts: [{ no: 1, sends: 1, looks: 3, detail: 'connection reset', firstSentAt: SENT }] });
  api.clock.now = '2026-11-18T08:00:00.000Z';
  expect((await get<Case>(`/v1/reconciliation-cases/${items[0]!.id}`))).toMatchObject({ may: ['confirm', 'wait'], mayLater: [{ what: 'not_executed', from: '2026-11-18T09:00:00.000Z' }] });
  api.clock.now = '2026-11-19T10:00:00.000Z';

  const seen: string[] = [];
  for (let cursor = ''; ;) {
    const page = await list(`&limit=1${cursor}`);
    seen.push(...page.items.map(({ id }) => id));
    if (page.nextCursor === null) break;
    cursor = `&cursor=${page.nextCursor}`;
  }
  expect(seen).toEqual(items.map(({ id }) => id));
  const section = async () => (await get<{ sections: { section: string; count: number; since: string }[] }>('/v1/work-queue?section=reconciliation_cases')).sections;
  expect(await section()).toEqual([{ section: 'reconciliation_cases', count: 3, since: '2026-11-16T10:00:00.000Z', list: '/v1/reconciliation-cases?open=true' }]);

  expect((await post(`/v1/reconciliation-cases/${items[0]!.id}/close`, { reason: 'x' }, ann)).json()).toMatchObject({ status: 409, code: 'RECONCILIATION_CASE_UNDECIDED' });
  expect((await post(`/v1/reconciliation-cases/${items[1]!.id}/close`, { reason: 'the bank took one back' }, ann)).json()).toMatchObject({ closeReason: 'the bank took one back', closedAt: api.clock.now, may: [] });
  expect((await post(`/v1/reconciliation-cases/${items[1]!.id}/close`, { reason: 'again' }, ann)).json()).toMatchObject({ code: 'RECONCILIATION_CASE_CLOSED' });
  expect((await section())[0]).toMatchObject({ count: 2 });
  expect((await railState('bank')).openCases).toBe(2);
  expect((await get<{ items: object[] }>('/v1/reconciliation-cases?open=false')).items).toHaveLength(1);
  expect((await get<{ items: object[] }>(`/v1/reconciliation-cases?code=UNKNOWN_OUTCOME&rail=bank&payoutId=${payoutId}`)).items).toHaveLength(1);
  expect((await api.call('GET', '/v1/reconciliation-cases/cas_none', { key: ann })).json()).toMatchObject({ status: 404, code: 'RECONCILIATION_CASE_UNKNOWN' });
});

test('whoever stops is told what may still arrive: sends that are not over, and files whose hand-over has begun', async () => {
  const sent = await payoutIn('unknown', 'unknown', 'usdt');
  await payoutIn('submitted', 'accepted', 'usdt');
  await api.pool.query('UPDATE payout_attempt SET last_sent_at = $2 WHERE id = $1', [sent.attemptId, '2026-11-19T10:01:30Z']);
  await api.pool.query(`INSERT INTO payout_batch (id, rail, currency, day, items, control_sum, state, request_hash, request_bytes, facts, assembled_at, sends, sent_at)
    SELECT 'bat_' || n, 'bank', 'EUR', '2026-11-19', 1, 1, 'assembled', $1, '', '{}', $2::timestamptz, n, CASE WHEN n > 0 THEN $2::timestamptz END FROM generate_series(0, 1) n`, ['0'.repeat(64), SENT]);
  const arrives = async (rail: string): Promise<unknown> => (await post(`/v1/rails/${rail}/stop`, { reason: 'x' }, ann)).json<{ mayStillArrive: unknown }>().mayStillArrive;
  expect([await arrives('usdt'), await arrives('bank'), await arrives('all')]).toEqual([{ payments: 1, files: 0 }, { payments: 0, files: 1 }, { payments: 1, files: 1 }]);
  api.clock.now = '2026-11-19T10:02:00.000Z';
  expect(await arrives('usdt')).toEqual({ payments: 0, files: 0 });
});
