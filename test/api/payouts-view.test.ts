import { beforeAll, expect, test } from 'vitest';
import { withTransaction } from '../../db/connection.ts';
import { clearCondition, noteCondition } from '../../db/stores/railConditions.ts';
import { setSwitch } from '../../db/stores/railSwitch.ts';
import type { RailGuarantees } from '../../domain/payouts/guarantees.ts';
import { RAIL_NOT_CONFIGURED } from '../../domain/payouts/payoutStory.ts';
import { money, seedBase } from '../../scripts/chaos/seed.ts';
import { postJournals } from '../../db/ledger/journals.ts';
import { rails, testApi, type TestApi } from './support.ts';

const RAIL = { settlesWithinSeconds: 3600, arrivesWithinSeconds: 600, minimum: '25', fee: '0', feeBearer: 'company', currencies: ['USDT'], peg: { currency: 'USDT', rule: '1:1' }, network: 'Testnet', reference: { name: 'transaction hash', explorer: 'https://scan.example/{reference}' } } as unknown as RailGuarantees;
let api: TestApi;
let userId: string;
let key: string;
beforeAll(async () => {
  api = await testApi({ rails: { ...rails, guarantees: (rail) => (rail === 'chain' ? RAIL : null) } });
  await seedBase(api.pool);
  userId = (await api.call('POST', '/v1/users', { body: { externalId: 'ann' } })).json<{ id: string }>().id;
  key = await api.key('trader', { userId });
  await api.pool.query("INSERT INTO payout_method (id, user_id, rail, destination, created_at, confirmed_at, usable_from) VALUES ('pmt_1', $1, 'chain', '{\"address\":\"0x1\"}', $2, $2, $2)", [userId, '2026-11-01T00:00:00Z']);
  await api.pool.query("INSERT INTO payout_run (id, key, workflow_id, scheduled_at, state, total, frozen_at) VALUES ('run_1', '2026-W47', 'w', '2026-11-16T09:00:00Z', 'frozen', 30, '2026-11-16T09:00:00Z')");
  await api.pool.query("INSERT INTO payout_run_member (run_id, user_id, available, decision) VALUES ('run_1', $1, 21.6, 'below_minimum')", [userId]);
  const payout = "INSERT INTO payout (id, run_id, user_id, method_id, rail, destination, amount, pay_amount, pay_currency, state, planned_at, rail_reference, detail) VALUES";
  await api.pool.query(`${payout} ('pay_1', 'run_1', $1, 'pmt_1', 'chain', '{"address":"0x1"}', 30, 30, 'USDT', 'unknown', '2026-11-16T09:00:00Z', '0xab', 'the node has not answered')`, [userId]);
  await api.pool.query("INSERT INTO payout_quote (payout_id, no, amount, pay_amount, pay_currency, rate, rate_source, quoted_at, fee, fee_bearer) VALUES ('pay_1', 1, 30, 30, 'USDT', 1, 'peg', '2026-11-16T09:00:00Z', 0, 'company')");
  await api.pool.query(`INSERT INTO payout_attempt (id, payout_id, no, idempotency_key, request_hash, request_bytes, state, open, prepared_at, sends, first_sent_at, last_sent_at)
    VALUES ('att_1', 'pay_1', 1, 'att_1', 'h', '\\x00', 'unknown', true, '2026-11-16T09:00:00Z', 1, '2026-11-16T09:01:00Z', '2026-11-16T09:01:00Z')`);
});

test('a user reads of his payout where it is, what it is called there, at which rate, and by when it usually arrives', async () => {
  const wanted = {
    id: 'pay_1', status: expect.stringContaining('What is known: the node has not answered.'), payAmount: '30', payCurrency: 'USDT', expectedArrival: '2026-11-16T09:11:00.000Z', network: 'Testnet', networkFee: null, settled: null, executedAt: null,
    reference: { name: 'transaction hash', value: '0xab', explorer: 'https://scan.example/0xab' }, quote: { amount: '30', rate: '1', rateSource: 'peg', quotedAt: '2026-11-16T09:00:00.000Z', validUntil: null, fee: '0', feeBearer: 'company' },
  };
  expect((await api.call('GET', '/v1/payouts/pay_1', { key })).json()).toMatchObject(wanted);
  expect((await api.call('GET', '/v1/payouts', { key })).json<{ items: object[] }>().items).toMatchObject([wanted]);
  expect(JSON.stringify((await api.call('GET', '/v1/payouts?expand=attempts', { key })).json())).not.toContain('facts');
});

test("what the company's wallet lacks is for operators, not for the payee; why a payout was not made is for both", async () => {
  const why = 'HOT_WALLET_EMPTY: The hot wallet 0xdead has 3 USDT.';
  const read = async (as?: string) => JSON.stringify([(await api.call('GET', '/v1/payouts/pay_1', as === undefined ? {} : { key: as })).json(), (await api.call('GET', '/v1/payouts?expand=attempts', as === undefined ? {} : { key: as })).json()]);
  const moved = async (state: string) => {
    await api.pool.query('UPDATE payout SET state = $1, detail = $2, settled_at = CASE WHEN $3 THEN planned_at END', [state, why, state === 'failed']);
    await api.pool.query('UPDATE payout_attempt SET detail = $1', [why]);
  };
  for (const state of ['reserved', 'unknown']) {
    await moved(state);
    expect((await read()).split('0xdead')).toHaveLength(state === 'unknown' ? 7 : 5);
    expect(await read(key)).not.toContain('0xdead');
  }
  await moved('failed');
  expect((await read(key)).split('0xdead')).toHaveLength(5);
  await api.pool.query("UPDATE payout SET state = 'unknown', detail = 'the node has not answered', settled_at = NULL");
});

test("a member below his rail's minimum is shown how much more is needed, and the run why nobody is asked about it", async () => {
  expect((await api.call('GET', '/v1/payout-runs/run_1/members')).json<{ items: object[] }>().items).toMatchObject([{ userId, decision: 'below_minimum', reason: { code: 'below_minimum', why: 'Needs 3.40 USD more: the least that is paid out is 25.00 USD.', missing: '3.4', minimum: '25' } }]);
  expect((await api.call('GET', '/v1/payout-runs/run_1')).json()).toMatchObject({ frozenAt: '2026-11-16T09:00:00.000Z', approval: null });
});

test('readiness names the amount that is missing, and that payouts are stopped', async () => {
  await withTransaction(api.pool, (tx) => postJournals(tx, money(userId, 'ava', '21.6')));
  const readiness = async () => (await api.call('GET', `/v1/users/${userId}/payout-readiness`, { key })).json<{ ready: boolean; reasons: { code: string }[] }>();
  const reasons = async () => (await readiness()).reasons;
  expect(await reasons()).toContainEqual(expect.objectContaining({ code: 'below_minimum', missing: '3.4', minimum: '25' }));
  expect((await readiness()).ready).toBe(false);
  expect((await reasons()).map(({ code }) => code)).not.toContain('payouts_stopped');
  await withTransaction(api.pool, (tx) => setSwitch(tx, { rail: '*', stopped: true, reason: 'an internal matter', by: 'psn_1', at: api.clock.now }));
  const stopped = (await reasons()).find(({ code }) => code === 'payouts_stopped');
  expect(stopped).toMatchObject({ why: expect.stringContaining('stopped') });
  expect(JSON.stringify(stopped)).not.toContain('internal matter');
  await withTransaction(api.pool, (tx) => setSwitch(tx, { rail: '*', stopped: false, reason: 'settled', by: 'psn_1', at: api.clock.now }));
  expect((await reasons()).map(({ code }) => code)).not.toContain('payouts_stopped');
});

test('a rail that no worker has: the payee is told that nobody can be asked, and readiness that nothing is paid that way', async () => {
  const status = async () => (await api.call('GET', '/v1/payouts/pay_1', { key })).json<{ status: string }>().status;
  expect(await status()).toContain('not known yet');
  await withTransaction(api.pool, (tx) => noteCondition(tx, { rail: 'chain', code: RAIL_NOT_CONFIGURED, detail: '1 open payout of 30 USD waits', at: api.clock.now }));
  expect(await status()).toMatch(/for the moment we cannot ask/);
  expect(await status()).not.toMatch(/30 USD|RAILS/);
  await withTransaction(api.pool, (tx) => clearCondition(tx, { rail: 'chain', code: RAIL_NOT_CONFIGURED, at: api.clock.now }));
  expect(await status()).toContain('not known yet');

  const codes = async () => (await api.call('GET', `/v1/users/${userId}/payout-readiness`, { key })).json<{ reasons: { code: string }[] }>().reasons.map(({ code }) => code);
  expect(await codes()).not.toContain('rail_unavailable');
  await api.pool.query("INSERT INTO payout_method (id, user_id, rail, destination, created_at, confirmed_at, usable_from) VALUES ('pmt_2', $1, 'gone', '{}', $2, $2, $2)", [userId, '2026-11-02T00:00:00Z']);
  expect(await codes()).toContain('rail_unavailable');
});
