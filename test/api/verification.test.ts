import type { Client } from '@temporalio/client';
import { beforeAll, expect, test } from 'vitest';
import { verifyLedger } from '../../db/ledger/verify.ts';
import { withTransaction } from '../../db/connection.ts';
import { postJournals } from '../../db/ledger/journals.ts';
import { rewrapKeys } from '../../db/personal/subjectKeys.ts';
import { readMasterKeys } from '../../db/personal/masterKeys.ts';
import { personalData } from '../../db/personal/personalData.ts';
import { personalKeys } from '../../scripts/local/personal-keys.ts';
import { money } from '../../scripts/chaos/seed.ts';
import type { RailGuarantees } from '../../domain/payouts/guarantees.ts';
import { testApi, type TestApi } from './support.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Seeded data that may be in the answers to GET alone. */
const SECRETS = ['Zephyrine', 'Quackenbush', '1987-06-05', 'P9X8Y7Z6', 'ACC-HIDDEN', 'ann@example.com', 'Looks like her twin'];
const PROFILE = { fullName: 'Zephyrine Quackenbush', country: 'DE', dateOfBirth: '1987-06-05' };
const PASSPORT = { documents: [{ kind: 'passport', number: 'P9X8Y7Z6' }] };

const signalled: string[] = [];
const client = { workflow: { signalWithStart: async (_type: string, options: { workflowId: string; args: unknown; signalArgs: unknown; staticSummary: unknown; typedSearchAttributes: unknown }) => void signalled.push(JSON.stringify(options)) } } as unknown as Client;
let api: TestApi;
let ann: string;
/** Of a rail that pays any amount. */
const RAIL = { minimum: '0', fee: '0', feeBearer: 'company', currencies: ['USD'] } as unknown as RailGuarantees;
const keys = {} as Record<'ann' | 'bob' | 'compliance' | 'support', string>;

beforeAll(async () => {
  api = await testApi({ client, rails: { verifyEvent: () => { throw new Error('unused'); }, checkDestination: (_rail, destination) => ({ ok: true, destination, payeeName: destination['holderName'] ?? null }), guarantees: () => RAIL, ids: () => ['sandbox'], askAbout: async () => null } });
  await api.call('POST', '/v1/brokers', { body: { id: 'alpha', name: 'Alpha', servers: ['A'] } });
  ann = (await api.call('POST', '/v1/users', { body: { externalId: 'ann@example.com' } })).json().id;
  const bob = (await api.call('POST', '/v1/users', { body: { externalId: 'bob' } })).json().id;
  keys.ann = await api.key('trader', { userId: ann });
  keys.bob = await api.key('trader', { userId: bob });
  keys.compliance = await api.key('compliance');
  keys.support = await api.key('support');
});

const put = (key: string, body: object = PROFILE, repeat?: string) => api.call('PUT', `/v1/users/${ann}/profile`, { key, body, ...(repeat === undefined ? {} : { headers: { 'idempotency-key': repeat } }) });
const addMethod = async (holderName: string | null, n: string) => {
  const added = (await api.call('POST', `/v1/users/${ann}/payout-methods`, { key: keys.ann, headers: { 'idempotency-key': n }, body: { rail: 'sandbox', destination: { account: 'ACC-HIDDEN', ...(holderName === null ? {} : { holderName }) } } })).json<{ id: string; payee: string; destination: object }>();
  expect((await api.call('POST', `/v1/payout-methods/${added.id}/confirm`, { key: keys.ann, body: {} })).json()).toMatchObject({ inUse: true });
  return added;
};
const verdicts = async () => (await api.call('GET', `/v1/users/${ann}/payout-methods`, { key: keys.ann })).json<{ items: { payee: string; destination: object }[] }>().items.map(({ payee }) => payee);
const reasons = async (key: string) => (await api.call('GET', `/v1/users/${ann}/payout-readiness`, { key })).json<{ reasons: { code: string }[] }>().reasons.map(({ code }) => code);
async function everything(): Promise<string> {
  const { rows } = await api.pool.query<{ table_name: string }>(`SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY table_name`);
  const dumps = await Promise.all(rows.map(async ({ table_name }) => JSON.stringify((await api.pool.query(`SELECT t::text FROM "${table_name}" t`)).rows)));
  expect(dumps.length).toBeGreaterThan(40);
  return dumps.join('\n');
}

test('a user says who he is; only he and who may sees it, and his own readiness says what is next', async () => {
  expect((await reasons(keys.ann))).toEqual(['no_method', 'verification_missing', 'ownership_missing']);
  const kept = await put(keys.ann, PROFILE, 'once');
  expect([kept.statusCode, kept.json()]).toMatchObject([200, { userId: ann, version: 1, verification: 'not_started', documents: 'none' }]);
  expect((await put(keys.ann, PROFILE, 'once')).headers['idempotent-replayed']).toBe('true');
  expect((await api.call('GET', `/v1/users/${ann}/profile`, { key: keys.ann })).json()).toMatchObject(PROFILE);
  expect((await api.call('GET', `/v1/users/${ann}/profile`, { key: keys.bob })).statusCode).toBe(404);
  expect((await api.call('GET', `/v1/users/${ann}/profile`, { key: await api.key('finance') })).json()).toMatchObject({ status: 403 });
  expect((await put(keys.ann, { ...PROFILE, country: 'KP' })).json()).toMatchObject({ status: 422, code: 'COUNTRY_BLOCKED' });
});

test('the payee of a method is judged when it is added and when the profile changes', async () => {
  expect(await addMethod(null, 'm1')).toMatchObject({ payee: 'not_asked', destination: { account: 'ACC-HIDDEN' } });
  expect(await addMethod('QUACKENBUSH, Zephyrine', 'm2')).toMatchObject({ payee: 'matches', destination: { account: 'ACC-HIDDEN', holderName: 'QUACKENBUSH, Zephyrine' } });
  expect(await addMethod('Zephyrine Other', 'm3')).toMatchObject({ payee: 'differs' });
  expect(await reasons(keys.ann)).toContain('payee_name_differs');
  await put(keys.ann, { ...PROFILE, fullName: 'Zephyrine Other' });
  expect(await verdicts()).toEqual(['matches', 'differs', 'not_asked']);
  await put(keys.ann, { ...PROFILE, fullName: 'Zephyrine Third' });
  expect(await verdicts()).toEqual(['differs', 'differs', 'not_asked']);
  await put(keys.ann);
  expect(await verdicts()).toEqual(['differs', 'matches', 'not_asked']);
});

test('documents are submitted, an operator decides with a reason that nobody reads elsewhere', async () => {
  const submitted = await api.call('POST', `/v1/users/${ann}/verification`, { key: keys.ann, body: PASSPORT });
  expect([submitted.statusCode, submitted.json()]).toMatchObject([201, { state: 'submitted', submission: 1, provider: 'sandbox' }]);
  expect((await api.call('POST', `/v1/users/${ann}/verification`, { key: keys.ann, body: PASSPORT })).json()).toMatchObject({ status: 409, code: 'VERIFICATION_UNDER_WAY' });
  expect((await api.call('POST', `/v1/users/${ann}/verification`, { key: keys.bob, body: PASSPORT })).statusCode).toBe(404);
  const { id } = submitted.json<{ id: string }>();
  expect((await api.call('POST', `/v1/verifications/${id}/decide`, { key: keys.support, body: { decision: 'approved', reason: 'x' } })).statusCode).toBe(403);
  expect((await api.call('POST', `/v1/verifications/${id}/decide`, { key: keys.compliance, body: { decision: 'approved', reason: 'Looks like her twin' } })).json()).toMatchObject({ state: 'approved' });
  expect((await api.call('GET', `/v1/users/${ann}/verification`, { key: keys.ann })).json()).toMatchObject({ id, state: 'approved', code: 'OPERATOR' });
  expect(await reasons(keys.ann)).toEqual(['screening_due', 'payee_name_differs', 'ownership_missing']);
  expect((await api.call('GET', '/v1/verifications?state=approved')).json().items).toMatchObject([{ id }]);
  expect(signalled).toHaveLength(2);
});

test('a hit is compliance\'s alone: the user learns no more than that a check is not finished', async () => {
  const { rows: [row] } = await api.pool.query(`INSERT INTO screening (id, user_id, reason, state, profile_version, list, list_version, entry, at) VALUES ('scr_1', $1, 'first_payout', 'hit', 1, 'file', 'v1', 'L-1', $2) RETURNING id`, [ann, api.clock.now]);
  await api.pool.query(`UPDATE user_profile SET screening = 'hit', screened_version = version, screened_until = '2100-01-01' WHERE user_id = $1`, [ann]);
  expect([(await reasons(keys.ann))[0], (await reasons(keys.compliance))[0]]).toEqual(['screening_due', 'screening_hit']);
  expect([(await api.call('GET', '/v1/screenings', { key: keys.ann })).statusCode, (await api.call('GET', '/v1/screenings', { key: keys.support })).statusCode]).toEqual([403, 403]);
  expect((await api.call('GET', '/v1/screenings?state=hit', { key: keys.compliance })).json().items).toMatchObject([{ id: 'scr_1', entry: 'L-1' }]);
  const decide = (decision: string) => api.call('POST', `/v1/screenings/${row!.id}/decide`, { key: keys.compliance, body: { decision, reason: 'Looks like her twin' } });
  expect((await decide('cleared')).json()).toMatchObject({ state: 'cleared', decidedBy: expect.any(String) });
  expect((await decide('confirmed')).json()).toMatchObject({ status: 409, code: 'SCREENING_DECISION_REFUSED' });
  expect(await reasons(keys.ann)).toEqual(['payee_name_differs', 'ownership_missing']);
});

test('no table but the sealed texts, no log line, no payload for a workflow holds what was seeded', async () => {
  await withTransaction(api.pool, (tx) => postJournals(tx, money(ann, 'alpha', '25')));
  await api.call('GET', `/v1/users/${ann}/profile`, { key: keys.ann });
  const found = (text: string): string[] => SECRETS.filter((secret) => secret !== 'ann@example.com' && text.includes(secret));
  expect(found(await everything())).toEqual([]);
  expect(found(api.logged.join('\n'))).toEqual([]);
  expect(found(signalled.join('\n'))).toEqual([]);
});

test('the keys are wrapped anew, a page at a time, and the old one can go', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cashback-keys-'));
  const before = readMasterKeys(personalKeys({}, folder));
  const own = personalData(before);
  const sealed = await own.seal(api.pool, 'usr_rotated', 'a text');
  const both = { ...before, current: { id: 'k2', key: Buffer.alloc(32, 7) }, byId: new Map([...before.byId, ['k2', Buffer.alloc(32, 7)]]) };
  // The other keys are of the API's own master key, which these do not have.
  const { rows: others } = await api.pool.query(`SELECT * FROM data_key WHERE subject_id <> 'usr_rotated'`);
  await api.pool.query(`DELETE FROM data_key WHERE subject_id <> 'usr_rotated'`);
  expect([await rewrapKeys(api.pool, both, 1), await rewrapKeys(api.pool, both, 1)]).toEqual([1, 0]);
  const after = personalData({ ...both, byId: new Map([['k2', Buffer.alloc(32, 7)]]) });
  expect(await after.open(api.pool, 'usr_rotated', sealed)).toBe('a text');
  await expect(own.open(api.pool, 'usr_rotated', sealed)).rejects.toMatchObject({ code: 'PERSONAL_DATA_KEY_MISSING' });
  for (const row of others) await api.pool.query('INSERT INTO data_key (subject_id, id, master_key_id, wrapped) VALUES ($1, $2, $3, $4)', [row.subject_id, row.id, row.master_key_id, row.wrapped]);
  rmSync(folder, { recursive: true });
});

test('erasure: refused while money is owed, then nothing can be read or found any more, and the ledger is as it was', async () => {
  const erase = (body: object, key = keys.compliance) => api.call('POST', `/v1/users/${ann}/erase`, { key, body });
  expect((await erase({ reason: 'asked by the user' }, keys.support)).statusCode).toBe(403);
  expect((await erase({ reason: 'asked by the user' })).json()).toMatchObject({ status: 409, code: 'ERASE_MONEY_OWED' });
  const ledger = async () => JSON.stringify([(await api.pool.query('SELECT * FROM journal ORDER BY id')).rows, (await api.pool.query('SELECT * FROM posting ORDER BY 1, 2, 3')).rows, (await api.pool.query('SELECT * FROM balance ORDER BY 1, 2')).rows]);
  const before = await ledger();
  const done = await erase({ reason: 'asked by the user', evenIfOwed: true });
  expect([done.statusCode, done.json()]).toMatchObject([200, { userId: ann, payoutMethodsRemoved: 3 }]);
  expect(done.json<{ remains: object[] }>().remains.length).toBeGreaterThan(3);
  expect(await ledger()).toBe(before);
  expect((await verifyLedger(api.pool)).differences).toEqual([]);
  const dump = await everything();
  expect(SECRETS.filter((secret) => dump.includes(secret))).toEqual([]);
  expect((await api.pool.query('SELECT FROM data_key WHERE subject_id = $1', [ann])).rowCount).toBe(0);
  expect((await api.call('GET', `/v1/users/${ann}/profile`)).json()).toMatchObject({ fullName: null, country: null, dateOfBirth: null, erasedAt: api.clock.now });
  expect((await api.call('GET', `/v1/users/${ann}/payout-methods?removed=true`)).json<{ items: { destination: object }[] }>().items.map(({ destination }) => destination)).toEqual([{}, {}, {}]);
  expect((await api.call('GET', `/v1/users/${ann}`, { key: keys.ann })).json()).toMatchObject({ status: 401 });
  expect((await api.call('GET', `/v1/users/${ann}/payout-readiness`)).json<{ reasons: { code: string }[] }>().reasons.map(({ code }) => code)).toEqual(['suspended', 'no_method', 'verification_missing', 'ownership_missing']);
  const { rows } = await api.pool.query(`SELECT reason, principal_id FROM audit_entry WHERE operation = 'erasePersonalData'`);
  expect(rows).toMatchObject([{ reason: 'asked by the user' }]);
});

test('erasure waits for an open payout', async () => {
  const user = (await api.call('POST', '/v1/users', { body: { externalId: 'carl' } })).json<{ id: string }>().id;
  await api.pool.query(`INSERT INTO payout_run (id, key, workflow_id, scheduled_at, state, total) VALUES ('run_e', 'e', 'e', now(), 'frozen', 20)`);
  await api.pool.query(`INSERT INTO payout_method (id, user_id, rail, destination, created_at) VALUES ('pmt_e', $1, 'sandbox', '{"account":"x"}', now())`, [user]);
  await api.pool.query(`INSERT INTO payout (id, run_id, user_id, method_id, rail, destination, amount, state, planned_at) VALUES ('pay_e', 'run_e', $1, 'pmt_e', 'sandbox', '{"account":"x"}', 20, 'unknown', now())`, [user]);
  expect((await api.call('POST', `/v1/users/${user}/erase`, { body: { reason: 'x', evenIfOwed: true } })).json()).toMatchObject({ status: 409, code: 'ERASE_PAYOUT_OPEN' });
});
