import type { Client } from '@temporalio/client';
import type { LightMyRequestResponse } from 'fastify';
import { beforeAll, describe, expect, test } from 'vitest';
import { accessOf } from '../../api/access.ts';
import { withTransaction } from '../../db/connection.ts';
import { notify } from '../../db/stores/notifications.ts';
import { documentOf, type Operation } from './operations.ts';
import { signedUp, type Visitor } from './people.ts';
import { statementStory } from './statement-story.ts';
import { testApi, type TestApi } from './support.ts';

/*
 * Made from the OpenAPI document: every operation whose roles see only their own is tried by others on Ann's objects and on ones that
 * do not exist. Both answers must be the same 404. An operation, path parameter or body that nothing here knows fails the test.
 */

/** Ann's object for each name that a path gives to one. */
const anns: Record<string, string> = {};
/** In a path, but nobody's. */
const NOBODYS: Record<string, string> = { year: '2026' };
/** What an operation takes besides its path, valid in form. */
const BODIES: Record<string, object> = {
  addPayoutMethod: { rail: 'sandbox', destination: { account: 'X' } }, renamePayoutMethod: { name: 'Mine' }, confirmPayoutMethod: { code: '000000' }, rotateApiKey: {}, giveEvidence: { kind: 'document', content: {} },
  putUserProfile: { fullName: 'Ann Example', country: 'DE', dateOfBirth: '1990-01-31' }, submitVerification: { documents: [{ kind: 'passport', number: 'C01X00T47' }] },
  changeWebhookEndpoint: { description: 'mine' }, rotateWebhookSecret: {}, replayWebhookEndpoint: { since: '2026-01-01T00:00:00Z' },
};
/** Operations without an object in their path that name one in the body. */
const NAMING: Record<string, (ids: Record<string, string>) => object> = {
  createApiKey: ({ userId }) => ({ name: 'x', role: 'trader', scopes: ['balances:read'], userId }),
  requestLink: ({ userId }) => ({ tradingAccountId: anns['accountId'], userId }),
  openOwnership: ({ linkId }) => ({ accountLinkId: linkId }),
  createWebhookEndpoint: ({ userId }) => ({ url: 'https://hooks.example.com/', userId }),
};

interface Caller { name: string; send(method: Operation['method'], url: string, body?: object): Promise<LightMyRequestResponse> }
const others: Caller[] = [];
let ann: Caller;
let annsSession: Caller;
let api: TestApi;
let owned: Operation[];

/** Takes whatever is started or told: what workflows do is not looked at here. */
const anything: unknown = new Proxy(() => undefined, { get: (_target, name) => (name === 'then' ? undefined : anything), apply: () => Promise.resolve(anything) });

beforeAll(async () => {
  api = await testApi({ client: anything as Client });
  ({ operations: owned } = await documentOf(api));
  owned = owned.filter(({ operationId, path }) => {
    const access = accessOf(operationId)!;
    return access !== 'public' && (access.own.length > 0 || (access.session === true && access.scope === '' && path.includes('{')));
  });
  await arrangeAnn();
  const bob = await signedUp(api, 'bob@example.org');
  const carl = await signedUp(api, 'carl@example.org', 'partner');
  await bob.visitor.enrol();
  others.push(byKey('a trader with a key', await api.key('trader', { userId: bob.userId })), byKey('a partner with a key', await api.key('partner', { userId: carl.userId })), bySession('a trader who has signed in', bob.visitor));
});

const headers = (operationBody: object | undefined) => ({ 'idempotency-key': crypto.randomUUID(), 'if-match': '*', ...(operationBody === undefined ? {} : { 'content-type': 'application/json' }) });
const byKey = (name: string, key: string): Caller => ({ name, send: (method, url, body) => api.call(method, url, { key, headers: headers(body), ...(body === undefined ? {} : { body }) }) });
const bySession = (name: string, visitor: Visitor): Caller => ({ name, send: (method, url, body) => visitor.send(method, url, { headers: headers(body), ...(body === undefined ? {} : { body }) }) });

async function arrangeAnn(): Promise<void> {
  const { userId, accrualId } = await statementStory(api);
  const id = async (sql: string): Promise<string> => (await api.pool.query<{ id: string }>(sql, [userId])).rows[0]!.id;
  const key = await api.key('trader', { userId });
  // Ann of the story signs in as well.
  const { visitor, personId, userId: unused } = await signedUp(api, 'ann@example.org');
  const owner = new (await import('pg')).default.Client({ connectionString: api.database.ownerUrl });
  await owner.connect();
  await owner.query('UPDATE person SET user_id = $2 WHERE id = $1', [personId, userId]);
  await owner.query('DELETE FROM app_user WHERE id = $1', [unused]);
  await owner.end();
  await visitor.enrol();
  await api.pool.query("INSERT INTO payout_run (id, key, workflow_id, scheduled_at, state) VALUES ('run_1', '2026-W40', 'x', '2026-10-01Z', 'open')");
  await api.pool.query("INSERT INTO payout (id, run_id, user_id, method_id, rail, destination, amount, state, planned_at) SELECT 'pay_anns', 'run_1', user_id, id, rail, destination, 10, 'reserved', '2026-10-01Z' FROM payout_method WHERE user_id = $1", [userId]);
  await api.pool.query(`INSERT INTO report_line (report_no, row_number, line_number, raw, content_hash, kind, ticket, server, account, close_time)
    SELECT (SELECT no FROM report WHERE id = 'rpt_first'), 99, 100, 'raw', 'hash', 'trade', 'anns', a.server, a.login, k.requested_at FROM account_link k JOIN trading_account a ON a.id = k.trading_account_id WHERE k.user_id = $1 LIMIT 1`, [userId]);
  await withTransaction(api.pool, (tx) => notify(tx, [{ eventId: 'anns', userId, kind: 'payout_paid', facts: { payoutId: 'pay_anns', amount: '10' }, at: api.clock.now }]));
  const endpoint = await api.call('POST', '/v1/webhook-endpoints', { key, body: { url: 'https://hooks.example.com/' } });
  const endpointId = endpoint.json<{ endpoint: { id: string } }>().endpoint.id;
  await api.pool.query("INSERT INTO webhook_delivery (id, endpoint_id, event_id, type, payload, state, round, round_at, tries, settled_at, created_at) VALUES ('whd_anns', $1, 'ntf_1', 'payout.paid', '{}', 'delivered', 1, '2026-11-01Z', 1, '2026-11-01Z', '2026-11-01Z')", [endpointId]);
  Object.assign(anns, {
    userId, accrualId, endpointId, deliveryId: 'whd_anns', payoutId: 'pay_anns',
    linkId: await id('SELECT id FROM account_link WHERE user_id = $1'), accountId: await id('SELECT trading_account_id AS id FROM account_link WHERE user_id = $1'),
    methodId: await id('SELECT id FROM payout_method WHERE user_id = $1'), ownershipId: await id('SELECT id FROM ownership_verification WHERE user_id = $1'),
    keyId: await id('SELECT id FROM api_key WHERE user_id = $1'), sessionId: (await visitor.send('GET', '/v1/session')).json<{ session: { id: string } }>().session.id,
  });
  ann = byKey('Ann', key);
  annsSession = bySession('Ann, signed in', visitor);
  await ann.send('PUT', `/v1/users/${userId}/profile`, BODIES['putUserProfile']);
  await ann.send('POST', `/v1/users/${userId}/verification`, BODIES['submitVerification']);
}

const params = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
const filled = (path: string, ids: Record<string, string>): string => path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => NOBODYS[name] ?? ids[name] ?? `unknown parameter ${name}`);
const missing = (): Record<string, string> => Object.fromEntries(Object.entries(anns).map(([name, id]) => [name, `${id.split('_')[0]}_${'0'.repeat(32)}`]));
const body = ({ operationId, requestBody }: Operation): object | undefined => (requestBody === undefined ? undefined : BODIES[operationId]);
/** Code and sentence without the id that was asked for. */
const said = (response: LightMyRequestResponse): unknown => {
  const { status, code, detail } = response.json<{ status: number; code: string; detail: string }>();
  return [status, code, detail.replaceAll(/[a-z]{3}_[0-9a-z_]+/g, '…')];
};
const ownCallers = ({ operationId }: Operation): Caller[] => { const access = accessOf(operationId)!; return others.filter((one) => (access !== 'public' && access.session ? one.name.endsWith('signed in') : true)); };

test('nothing is left out: every path parameter, body and operation has a case', () => {
  expect(owned.length).toBeGreaterThan(40);
  for (const operation of owned) {
    const { operationId, path, requestBody } = operation;
    const unknown = params(path).filter((name) => anns[name] === undefined && NOBODYS[name] === undefined);
    expect([operationId, unknown]).toEqual([operationId, []]);
    if (requestBody !== undefined) expect([operationId, operationId in BODIES || operationId in NAMING]).toEqual([operationId, true]);
    if (params(path).length === 0 && !(operationId in NAMING)) expect([operationId, operationId.startsWith('list')]).toEqual([operationId, true]);
  }
});

describe('to others', () => {
  test('an object of Ann is as one that does not exist', async () => {
    for (const operation of owned.filter(({ path }) => params(path).length > 0)) {
      for (const caller of ownCallers(operation)) {
        const foreign = await caller.send(operation.method, filled(operation.path, anns), body(operation));
        const absent = await caller.send(operation.method, filled(operation.path, missing()), body(operation));
        expect([operation.operationId, caller.name, foreign.statusCode]).toEqual([operation.operationId, caller.name, 404]);
        expect([operation.operationId, caller.name, said(foreign)]).toEqual([operation.operationId, caller.name, said(absent)]);
      }
    }
  });

  test('nor can they name it in a body', async () => {
    for (const operation of owned.filter(({ operationId }) => operationId in NAMING)) {
      for (const caller of ownCallers(operation)) {
        // A partner's key of its own role, so that the role is not what is refused.
        const role = caller.name.startsWith('a partner') ? { role: 'partner' } : {};
        const ask = (ids: Record<string, string>) => { const asked = NAMING[operation.operationId]!(ids); return caller.send('POST', operation.path, 'role' in asked ? { ...asked, ...role } : asked); };
        const [foreign, absent] = [await ask(anns), await ask(missing())];
        // 403 where every user but one's own is refused, whether he exists or not.
        expect([operation.operationId, caller.name, [403, 404].includes(foreign.statusCode)]).toEqual([operation.operationId, caller.name, true]);
        expect([operation.operationId, said(foreign)]).toEqual([operation.operationId, said(absent)]);
      }
    }
  });

  test('it is in no list, also where her user is asked for', async () => {
    for (const operation of owned.filter(({ operationId, path }) => operationId.startsWith('list') && params(path).length === 0)) {
      const filters = operation.parameters.some(({ name }) => name === 'userId') ? ['', `?userId=${anns['userId']}`] : [''];
      for (const caller of ownCallers(operation)) for (const filter of filters) {
        const answer = await caller.send('GET', `${operation.path}${filter}`);
        expect([operation.operationId, caller.name, answer.statusCode]).toEqual([operation.operationId, caller.name, 200]);
        expect([operation.operationId, caller.name, Object.values(anns).filter((id) => answer.body.includes(id))]).toEqual([operation.operationId, caller.name, []]);
      }
    }
  });
});

test('to Ann they are there: what others are denied exists', async () => {
  const weight = ({ method, operationId }: Operation): number => (method === 'GET' ? 0 : operationId.startsWith('revoke') ? 3 : method === 'DELETE' || operationId.startsWith('end') ? 2 : 1);
  for (const operation of owned.toSorted((a, b) => weight(a) - weight(b))) {
    const access = accessOf(operation.operationId)!;
    const caller = access !== 'public' && access.session ? annsSession : ann;
    const asked = NAMING[operation.operationId]?.(anns) ?? body(operation);
    const answer = await caller.send(operation.method, filled(operation.path, anns), asked);
    expect([operation.operationId, answer.statusCode, answer.statusCode < 400 ? '' : answer.body]).toEqual([operation.operationId, expect.any(Number), expect.not.stringMatching(/_UNKNOWN|INTERNAL|ROUTE_|REQUEST_INVALID|_NOT_ALLOWED/)]);
    if (operation.operationId.startsWith('list') && params(operation.path).length === 0) expect([operation.operationId, answer.json<{ items: unknown[] }>().items.length > 0]).toEqual([operation.operationId, true]);
  }
});
