import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { APPLIED_KINDS } from '../../api/changes/registry.ts';
import { createApiKey } from '../../db/stores/apiKeys.ts';
import type { Change } from '../../db/stores/changes.ts';
import { CHANGE_KIND_NAMES, changeKind } from '../../domain/changes/kinds.ts';
import { testApi, type TestApi } from './support.ts';

/** Workflow ids that were started, and those that were told of a decision. */
const started: string[] = [];
const told: string[] = [];
const temporal = {
  workflow: {
    start: async (_type: string, { workflowId }: { workflowId: string }) => void started.push(workflowId),
    signalWithStart: async (_type: string, { workflowId }: { workflowId: string }) => void told.push(workflowId),
  },
} as unknown as Client;

let api: TestApi;
let ann: string;
let annsOther: string;
let ben: string;
let userId: string;
let agreementId: string;

type Call = { method: 'POST' | 'PUT' | 'PATCH'; url: string; body: object };
const FROM = '2026-01-01T00:00:00Z';
const PROFILE = { format: 'csv', dateFormat: 'iso', timeZone: 'UTC', level: 'trade', server: 'A', columns: { ticket: 't', account: 'a', symbol: 's', lots: 'l', closeTime: 'c' } };
const METHODOLOGY = { effectiveFrom: FROM, pendingPeriod: 'P7D', payoutMinimum: '10.00', tierWindowDays: 30, tiers: [{ name: 'standard', fromLots: '0', multiplier: '1' }], changelog: 'First' };
const POLICY = { needsSecondOperator: true, overAmount: '70000', expiryHours: 24, deciders: ['finance', 'admin'] };

/** Of each kind a request that asks for it; those without one are stopped by their limit, belong to other parts, or are to come. */
const ASKED: Record<string, (n: number) => Call> = {
  rate: (n) => ({ method: 'POST', url: '/v1/brokers/alpha/rates', body: { class: 'forex', perLot: `${n}.50`, effectiveFrom: FROM } }),
  terms: (n) => ({ method: 'POST', url: '/v1/brokers/alpha/terms', body: { effectiveFrom: FROM, accountTypes: { cent: { eligible: true, lotFactor: `0.0${n}` } } } }),
  agreement: (n) => ({ method: 'POST', url: '/v1/brokers/alpha/agreements', body: { activeFrom: `20${30 + n}-01-01T00:00:00Z`, activeTo: `20${30 + n}-02-01T00:00:00Z` } }),
  agreement_end: (n) => ({ method: 'POST', url: `/v1/agreements/${agreementId}/end`, body: { activeTo: `2026-12-${30 - n}T00:00:00Z` } }),
  symbols: (n) => ({ method: 'PUT', url: '/v1/brokers/alpha/symbols', body: { symbols: { [`SYM${n}`]: 'forex' } } }),
  profile: (n) => ({ method: 'POST', url: '/v1/brokers/alpha/profiles', body: { ...PROFILE, lotUnit: `0.${n}` } }),
  methodology: (n) => ({ method: 'POST', url: '/v1/methodologies', body: { ...METHODOLOGY, payoutMinimum: `${n}.00` } }),
  user_suspension: () => ({ method: 'PATCH', url: `/v1/users/${userId}`, body: { status: 'suspended' } }),
  user_tier: (n) => ({ method: 'PATCH', url: `/v1/users/${userId}`, body: { pinnedTier: `tier-${n}` } }),
  approval_policy: (n) => ({ method: 'PUT', url: '/v1/approval-policies/payout_run_over_limit', body: { ...POLICY, expiryHours: n } }),
};
const KINDS = Object.keys(ASKED);

const once = () => ({ 'idempotency-key': randomUUID() });
/** Sends it as somebody who has seen the thing as it is. */
async function send({ method, url, body }: Call, key: string) {
  const match = method === 'POST' ? {} : { 'if-match': String((await api.call('GET', url, { key })).headers['etag']) };
  return api.call(method, url, { key, body, headers: { ...once(), ...match } });
}
const asked = async (call: Call, key = ann): Promise<Change> => {
  const answer = await send(call, key);
  expect([answer.statusCode, answer.body]).toEqual([202, expect.stringContaining('"state":"requested"')]);
  return answer.json();
};
const decide = (id: string, what: 'approve' | 'reject' | 'withdraw', key: string, headers = once()) => api.call('POST', `/v1/changes/${id}/${what}`, { key, headers, ...(what === 'reject' ? { body: { reason: 'too much' } } : {}) });
const change = async (id: string): Promise<Change> => (await api.call('GET', `/v1/changes/${id}`, { key: ben })).json();
/** What the database holds of the things that are changed here. */
const things = async () => (await api.pool.query(`SELECT (SELECT count(*) FROM rate) + (SELECT count(*) FROM broker_terms) + (SELECT count(*) FROM agreement) + (SELECT count(*) FROM profile_version) + (SELECT count(*) FROM methodology) AS rows,
  (SELECT json_agg(active_to ORDER BY id) FROM agreement) AS ends, (SELECT json_agg(s ORDER BY s.symbol) FROM broker_symbol s) AS symbols, (SELECT json_agg(json_build_array(status, pinned_tier)) FROM app_user) AS users,
  (SELECT expiry_hours FROM approval_policy WHERE kind = 'payout_run_over_limit') AS policy`)).rows[0] as object;
let nth = 1;

beforeAll(async () => {
  api = await testApi({ twoPeople: true, client: temporal });
  ann = await api.key('admin');
  ben = await api.key('admin');
  const [{ id }] = (await api.pool.query<{ id: string }>('SELECT id FROM api_key ORDER BY id')).rows as [{ id: string }];
  annsOther = (await createApiKey(api.db, { name: 'another of hers', role: 'admin', scopes: ['*'], at: api.clock.now, maker: { personId: null, principalId: id } })).key;
  await api.call('POST', '/v1/brokers', { key: ann, body: { id: 'alpha', name: 'Alpha', servers: ['A'] } });
  userId = (await api.call('POST', '/v1/users', { key: ann, body: { externalId: 'somebody' } })).json().id;
  const first = await asked({ method: 'POST', url: '/v1/brokers/alpha/agreements', body: { activeFrom: FROM, activeTo: '2026-12-31T00:00:00Z' } });
  agreementId = (await decide(first.id, 'approve', ben)).json().result.id;
});
beforeEach(() => {
  api.clock.now = '2026-11-16T10:00:00.000Z';
  nth++;
});

describe.each(KINDS)('%s', (kind) => {
  test('asked for, nothing changes; the same person is refused by whatever key; another approves, and it is applied once of ten', async () => {
    const before = await things();
    const request = await asked(ASKED[kind]!(nth));
    expect(request).toMatchObject({ kind, state: 'requested', decidedBy: null, result: null, expiresAt: '2026-11-23T10:00:00.000Z' });
    expect(await things()).toEqual(before);
    expect(started).toContain(`change:${request.id}`);
    expect((await send(ASKED[kind]!(nth), ben)).json()).toMatchObject({ status: 409, code: 'CHANGE_PENDING', facts: { changeId: request.id } });
    for (const key of [ann, annsOther]) {
      for (const what of ['approve', 'reject'] as const) expect((await decide(request.id, what, key)).json()).toMatchObject({ status: 403, code: 'SAME_PERSON' });
    }
    expect(await things()).toEqual(before);
    expect(await change(request.id)).toMatchObject({ mayDecide: true, difference: expect.arrayContaining([expect.objectContaining({ path: expect.any(String) })]) });

    const answers = await Promise.all(Array.from({ length: 10 }, () => decide(request.id, 'approve', ben)));
    expect(answers.map(({ statusCode }) => statusCode).toSorted()).toEqual([200, ...Array.from({ length: 9 }, () => 409)]);
    for (const answer of answers.filter(({ statusCode }) => statusCode === 409)) expect(answer.json().code).toBe('CHANGE_ENDED');
    const after = await things();
    expect(after).not.toEqual(before);
    expect(await change(request.id)).toMatchObject({ state: 'approved', result: expect.any(Object), mayDecide: false });
    expect(told).toContain(`change:${request.id}`);
    const { rows } = await api.pool.query<{ operation: string; outcome: string }>("SELECT operation, outcome FROM audit_entry WHERE after->>'change' = $1 ORDER BY id", [request.id]);
    expect(rows).toEqual([{ operation: expect.any(String), outcome: 'asked' }, { operation: 'approveChange', outcome: 'done' }]);
    await undoSuspension();
  });

  test('rejected, withdrawn or expired, nothing changes; only who asked may withdraw', async () => {
    const before = await things();
    const rejected = await asked(ASKED[kind]!(nth));
    expect((await decide(rejected.id, 'reject', ben)).json()).toMatchObject({ state: 'rejected', decisionReason: 'too much' });
    const withdrawn = await asked(ASKED[kind]!(nth));
    expect((await decide(withdrawn.id, 'withdraw', ben)).json()).toMatchObject({ status: 403, code: 'CHANGE_NOT_YOURS' });
    expect((await decide(withdrawn.id, 'withdraw', annsOther)).json()).toMatchObject({ state: 'withdrawn' });
    const late = await asked(ASKED[kind]!(nth));
    api.clock.now = late.expiresAt;
    expect((await decide(late.id, 'approve', ben)).json()).toMatchObject({ status: 409, code: 'CHANGE_EXPIRED' });
    for (const id of [rejected.id, withdrawn.id]) expect((await decide(id, 'approve', ben)).json()).toMatchObject({ status: 409, code: 'CHANGE_ENDED' });
    expect(await things()).toEqual(before);
    expect((await decide(late.id, 'withdraw', ann)).statusCode).toBe(200);
  });
});

/** So that suspending is a change again. */
async function undoSuspension(): Promise<void> {
  await api.pool.query("UPDATE app_user SET status = 'active' WHERE status = 'suspended'");
}

test('every kind is asked for by a route here, stops a report or a run, or belongs to another part', () => {
  const others = ['verification_override', 'operator_role', 'payout_method', 'broker_payment', 'funding_terms', 'dashboard_figures', 'report_source', 'payout_outcome', 'payouts_resume', 'payout_file_withdrawal'];
  expect([...KINDS, ...CHANGE_KIND_NAMES.filter((kind) => changeKind(kind).gate), ...others].toSorted()).toEqual(CHANGE_KIND_NAMES.toSorted());
  expect(APPLIED_KINDS.filter((kind) => !others.includes(kind)).toSorted()).toEqual(KINDS.toSorted());
});

test('every kind has a policy', async () => {
  const { items } = (await api.call('GET', '/v1/approval-policies?limit=200', { key: ben })).json<{ items: { kind: string; needsSecondOperator: boolean }[] }>();
  expect(items.map(({ kind }) => kind).toSorted()).toEqual(CHANGE_KIND_NAMES.toSorted());
  expect(items.every(({ needsSecondOperator }) => needsSecondOperator)).toBe(true);
});

test('what could not be applied is refused when it is asked for, and leaves no change', async () => {
  const count = async () => (await api.call('GET', '/v1/changes?limit=200', { key: ben })).json().items.length;
  const before = await count();
  expect((await send({ method: 'POST', url: '/v1/brokers/nobody/rates', body: { class: 'forex', perLot: '1', effectiveFrom: FROM } }, ann)).json()).toMatchObject({ status: 404, code: 'BROKER_UNKNOWN' });
  expect((await send({ method: 'POST', url: '/v1/brokers/alpha/rates', body: { class: 'forex', perLot: '1000000', effectiveFrom: FROM } }, ann)).json().code).toBe('RATE_TOO_HIGH');
  expect((await send({ method: 'POST', url: '/v1/brokers/alpha/agreements', body: { activeFrom: FROM } }, ann)).json().code).toBe('AGREEMENT_OVERLAPS');
  expect(await count()).toBe(before);
});

test('a change whose ground has moved is outdated: it fails for good, and says so', async () => {
  const [first, second] = [await asked(ASKED['rate']!(8)), await asked(ASKED['rate']!(9))];
  expect((await decide(first.id, 'approve', ben)).statusCode).toBe(200);
  expect((await decide(second.id, 'approve', ben)).json()).toMatchObject({ status: 409, code: 'CHANGE_OUTDATED', facts: { now: { perLot: '8.50' } } });
  expect(await change(second.id)).toMatchObject({ state: 'failed', result: null, decisionReason: expect.stringMatching(/^CHANGE_OUTDATED: /) });
  const rates = (await api.call('GET', '/v1/brokers/alpha/rates?class=forex&limit=200', { key: ben })).json<{ items: { perLot: string }[] }>().items;
  expect(rates.map(({ perLot }) => perLot)).not.toContain('9.50');
  expect(told).toContain(`change:${second.id}`);
});

test('an approval is repeated by its key, and the answer is the same', async () => {
  const request = await asked(ASKED['rate']!(7));
  const key = once();
  const first = await decide(request.id, 'approve', ben, key);
  const again = await decide(request.id, 'approve', ben, key);
  expect([again.statusCode, again.headers['idempotent-replayed'], again.json()]).toEqual([200, 'true', first.json()]);
});

test('only roles of the policy decide, and a policy is changed by two', async () => {
  const compliance = await api.key('compliance');
  const request = await asked(ASKED['rate']!(6));
  expect((await decide(request.id, 'approve', compliance)).json()).toMatchObject({ status: 403, code: 'ROLE_NOT_ALLOWED' });
  expect((await api.call('GET', `/v1/changes/${request.id}`, { key: compliance })).json()).toMatchObject({ mayDecide: false, deciders: ['finance', 'admin'] });
  const policy = await asked({ method: 'PUT', url: '/v1/approval-policies/rate', body: { needsSecondOperator: true, overAmount: null, expiryHours: 1, deciders: ['compliance'] } });
  expect((await api.call('GET', `/v1/changes/${policy.id}`, { key: ben })).json().difference).toEqual([{ path: 'deciders', before: ['finance', 'admin'], after: ['compliance'] }, { path: 'expiryHours', before: 168, after: 1 }]);
  expect((await decide(policy.id, 'approve', ben)).json()).toMatchObject({ result: { expiryHours: 1 } });
  expect((await decide(request.id, 'approve', ben)).json().code).toBe('ROLE_NOT_ALLOWED');
  expect((await decide(request.id, 'approve', compliance)).statusCode).toBe(200);
  expect((await send({ method: 'PUT', url: '/v1/approval-policies/approval_policy', body: { needsSecondOperator: false, overAmount: null, expiryHours: 1, deciders: ['admin'] } }, ann)).json().code).toBe('POLICY_INVALID');
  expect((await send({ method: 'PUT', url: '/v1/approval-policies/rate', body: { needsSecondOperator: true, overAmount: '5', expiryHours: 1, deciders: ['admin'] } }, ann)).json().code).toBe('POLICY_INVALID');
  expect((await send({ method: 'PUT', url: '/v1/approval-policies/report_over_limit', body: { needsSecondOperator: true, overAmount: null, expiryHours: 1, deciders: ['admin'] } }, ann)).json().code).toBe('POLICY_INVALID');
});

test('a policy that needs nobody else applies at once', async () => {
  const off = await asked({ method: 'PUT', url: '/v1/approval-policies/symbols', body: { needsSecondOperator: false, overAmount: null, expiryHours: 1, deciders: ['admin'] } });
  await decide(off.id, 'approve', ben);
  expect((await send({ method: 'PUT', url: '/v1/brokers/alpha/symbols', body: { symbols: { NEWCOIN: 'crypto' } } }, ann)).json()).toMatchObject({ symbols: { NEWCOIN: 'crypto' } });
});

test('lists are filtered, newest first, page by page', async () => {
  const all = (await api.call('GET', '/v1/changes?limit=200', { key: ben })).json<{ items: Change[] }>().items;
  expect(all.map(({ id }) => id)).toEqual(all.map(({ id }) => id).toSorted().reverse());
  const rates = (await api.call('GET', '/v1/changes?kind=rate&state=approved&subjectType=broker&subjectId=alpha&limit=200', { key: ben })).json<{ items: Change[] }>().items;
  expect(rates).toEqual(all.filter(({ kind, state }) => kind === 'rate' && state === 'approved'));
  expect(rates.length).toBeGreaterThan(1);
  const page = (await api.call('GET', '/v1/changes?limit=1', { key: ben })).json();
  expect((await api.call('GET', `/v1/changes?limit=1&cursor=${page.nextCursor}`, { key: ben })).json().items).toEqual([all[1]]);
});

test('a status and a tier are two changes; a pinned tier is no way around one', async () => {
  expect((await send({ method: 'PATCH', url: `/v1/users/${userId}`, body: { status: 'suspended', pinnedTier: 'gold' } }, ann)).json().code).toBe('CHANGE_ONE_AT_A_TIME');
  expect((await api.call('POST', '/v1/users', { key: ann, body: { externalId: 'golden', pinnedTier: 'gold' } })).json().code).toBe('TIER_NEEDS_CHANGE');
  const nothing = await send({ method: 'PATCH', url: `/v1/users/${userId}`, body: { status: 'active' } }, ann);
  expect([nothing.statusCode, nothing.json().status]).toEqual([200, 'active']);
});

test('the database keeps it: a decided change stays, nobody approves his own, what was asked for is never edited', async () => {
  const request = await asked(ASKED['terms']!(5));
  const as = (set: string) => api.pool.query(`UPDATE change SET ${set} WHERE id = $1`, [request.id]);
  await expect(as(`state = 'approved', decided_by = requested_by, decided_at = now()`)).rejects.toThrow(/change_two_people/);
  await expect(as(`payload = '{}'`)).rejects.toMatchObject({ code: '42501' });
  await expect(as(`requested_by = 'key_other'`)).rejects.toMatchObject({ code: '42501' });
  await expect(api.pool.query('DELETE FROM change')).rejects.toMatchObject({ code: '42501' });
  await expect(api.pool.query('DELETE FROM approval_policy')).rejects.toMatchObject({ code: '42501' });
  await decide(request.id, 'reject', ben);
  await expect(as(`state = 'approved', decided_by = 'key_other'`)).rejects.toMatchObject({ code: 'CH001' });
});

test('operators are told of it', async () => {
  const request = await asked(ASKED['methodology']!(4));
  await decide(request.id, 'approve', ben);
  const { rows } = await api.pool.query<{ kind: string; facts: object }>('SELECT kind, facts FROM notification WHERE event_id LIKE $1 ORDER BY id', [`change:${request.id}:%`]);
  expect(rows).toMatchObject([{ kind: 'change_requested', facts: { changeId: request.id, kind: 'methodology' } }, { kind: 'change_decided', facts: { state: 'approved' } }]);
});

test('TWO_PEOPLE=off: everything at once, the audit says why, and health says so', async () => {
  const alone = await testApi({ client: temporal });
  const key = await alone.key('admin');
  await alone.call('POST', '/v1/brokers', { key, body: { id: 'alpha', name: 'Alpha', servers: [] } });
  expect((await alone.call('POST', '/v1/brokers/alpha/rates', { key, headers: once(), body: { class: 'forex', perLot: '6', effectiveFrom: FROM } })).statusCode).toBe(201);
  const { rows } = await alone.pool.query<{ reason: string }>("SELECT reason FROM audit_entry WHERE operation = 'addRate'");
  expect(rows).toEqual([{ reason: expect.stringMatching(/TWO_PEOPLE is off/) }]);
  expect((await alone.call('GET', '/healthz', { key: '' })).json()).toEqual({ status: 'ok', twoPeople: 'off' });
  expect((await api.call('GET', '/healthz', { key: '' })).json()).toEqual({ status: 'ok', twoPeople: 'on' });
});
