import Fastify from 'fastify';
import { beforeAll, describe, expect, test } from 'vitest';
import { ACCESS, type Access, accessOf, scopesOf } from '../../api/access.ts';
import type { Api, ApiDeps } from '../../api/deps.ts';
import { installAuth } from '../../api/plugins/auth.ts';
import { createApiKey, revokeApiKey, type Role } from '../../db/stores/apiKeys.ts';
import { addPerson, changePerson, isOperator } from '../../db/stores/persons.ts';
import { openSession } from '../../db/stores/sessions.ts';
import { createUser } from '../../db/stores/users.ts';
import { withTransaction } from '../../db/connection.ts';
import { testPersonalData } from '../support/personal.ts';
import { testApi, type TestApi } from './support.ts';

interface Operation { id: string; method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'; url: string }
const ROLES: Role[] = ['trader', 'partner', 'support', 'finance', 'compliance', 'admin'];

let api: TestApi;
let operations: Operation[];
const keys = {} as Record<Role | 'expired' | 'revoked' | 'without scopes', string>;
const people = {} as Record<Role, { personId: string; token: string }>;

beforeAll(async () => {
  api = await testApi();
  const document = (await api.call('GET', '/openapi.json', { key: '' })).json<{ paths: Record<string, Record<string, { operationId: string }>> }>();
  operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, { operationId }]) => ({
    id: operationId, method: method.toUpperCase() as Operation['method'], url: path.replace(/\{brokerId\}/, 'nobody').replace(/\{\w+\}/g, 'nothing_0'),
  })));
  const user = await createUser(api.db, { externalId: 'someone', at: api.clock.now });
  for (const role of ROLES) keys[role] = await api.key(role, role === 'trader' || role === 'partner' ? { userId: user.id } : {});
  for (const role of ROLES) people[role] = await signedIn(role);
  keys['without scopes'] = await api.key('admin', { scopes: ['nothing:read'] });
  const revoked = await createApiKey(api.db, { name: 'revoked', role: 'admin', scopes: ['*'], at: api.clock.now });
  await revokeApiKey(api.db, revoked.apiKey.id, api.clock.now);
  keys.revoked = revoked.key;
  keys.expired = (await createApiKey(api.db, { name: 'expired', role: 'admin', scopes: ['*'], expiresAt: api.clock.now, at: '2026-01-01T00:00:00Z' })).key;
});

async function signedIn(role: Role): Promise<{ personId: string; token: string }> {
  return withTransaction(api.pool, async (tx) => {
    const at = api.clock.now;
    const user = isOperator(role) ? null : await createUser(tx.db, { externalId: `${role} who signs in`, at });
    const added = (await addPerson(tx, testPersonalData(), { mail: `${role}@example.org`, role, userId: user?.id ?? null, at }))!;
    const person = await changePerson(tx, added.id, { state: 'active', confirmedAt: at, passwordHash: 'none' });
    return { personId: person.id, token: (await openSession(tx, { person, secondFactor: false, network: null, agent: 'test', at })).token };
  });
}

/** Whether the caller got past the access table: what comes after (400, 404, 422 …) is not its concern. */
async function outcome(operation: Operation, key: string): Promise<string> {
  const response = await api.call(operation.method, operation.url, { key });
  if (response.statusCode !== 401 && response.statusCode !== 403) return 'let in';
  return response.json<{ code: string }>().code;
}

test('the OpenAPI document has every operation of the table and no other', () => {
  expect(operations.map((o) => o.id).sort()).toEqual(Object.keys(ACCESS).sort());
});

test('a route without an entry cannot be registered', async () => {
  const app = Fastify();
  installAuth(app as unknown as Api, { pool: {} } as ApiDeps);
  expect(() => app.get('/v1/secret', { schema: { operationId: 'secret' } as object }, () => 'x')).toThrow(/no entry in api\/access.ts/);
  expect(() => app.get('/v1/secret', () => 'x')).toThrow(/no operationId/);
  await app.close();
});

const lets = (access: Access | 'public', role: Role): boolean => access === 'public' || access.own.includes(role) || access.any.includes(role);

describe.each(ROLES)('%s', (role) => {
  test('by a key is let into exactly the operations of the table', async () => {
    const seen: Record<string, string> = {};
    const expected: Record<string, string> = {};
    for (const operation of operations) {
      const access = accessOf(operation.id)!;
      expected[operation.id] = !lets(access, role) ? 'ROLE_NOT_ALLOWED' : access !== 'public' && access.session ? 'SESSION_NEEDED' : 'let in';
      seen[operation.id] = operation.id === 'readyz' ? 'let in' : await outcome(operation, keys[role]);
    }
    expect(seen).toEqual(expected);
  });
});

/** What a session in each state may do, made from the table. */
const SESSIONS: Record<string, { set: string; judge(access: Access, role: Role): string }> = {
  'with a fresh second factor': { set: "step_up_until = '2100-01-01', second_factor = true", judge: () => 'let in' },
  'whose second factor is ten minutes old': { set: "step_up_until = '2026-11-16T10:00:00Z', second_factor = true", judge: (access) => (access.stepUp ? 'STEP_UP_NEEDED' : 'let in') },
  'without a second factor': {
    set: 'step_up_until = NULL, second_factor = false',
    judge: (access, role) => ((isOperator(role) ? !access.enrolling : access.stepUp) ? 'SECOND_FACTOR_REQUIRED' : 'let in'),
  },
};

describe.each(ROLES)('%s, signed in', (role) => {
  test.each(Object.keys(SESSIONS))('%s: exactly as the table says', async (state) => {
    const { set, judge } = SESSIONS[state]!;
    const seen: Record<string, string> = {};
    const expected: Record<string, string> = {};
    const { personId, token } = people[role];
    // Of what was tried before, some ends the session or changes the person: both are put back each time.
    const enrolled = state !== 'without a second factor';
    for (const operation of operations) {
      const access = accessOf(operation.id)!;
      if (access === 'public') continue;
      await api.pool.query(`UPDATE session SET revoked_at = NULL, revoked_why = NULL, ${set} WHERE person_id = $1`, [personId]);
      await api.pool.query(`UPDATE person SET totp_secret = ${enrolled ? "'sealed'" : 'NULL'}, totp_since = ${enrolled ? 'now()' : 'NULL'} WHERE id = $1`, [personId]);
      expected[operation.id] = lets(access, role) ? judge(access, role) : 'ROLE_NOT_ALLOWED';
      const response = await api.call(operation.method, operation.url, { key: '', headers: { cookie: `__Host-cashback=${token}` } });
      const { code } = response.statusCode === 401 || response.statusCode === 403 ? response.json<{ code: string }>() : { code: 'let in' };
      seen[operation.id] = code;
    }
    expect(seen).toEqual(expected);
  });
});

test('a cookie of nobody, an ended and an expired session are refused everywhere', async () => {
  const { personId, token } = people.admin;
  for (const [cookie, change, code] of [['unknown', '', 'SESSION_INVALID'], [token, "revoked_at = now(), revoked_why = 'test'", 'SESSION_ENDED'], [token, "revoked_at = NULL, revoked_why = NULL, seen_at = '2026-11-16T09:30:00Z'", 'SESSION_EXPIRED']]) {
    if (change !== '') await api.pool.query(`UPDATE session SET ${change} WHERE person_id = $1`, [personId]);
    for (const operation of operations) {
      if (accessOf(operation.id) === 'public') continue;
      const response = await api.call(operation.method, operation.url, { key: '', headers: { cookie: `__Host-cashback=${cookie}` } });
      expect([operation.id, response.statusCode, response.json().code]).toEqual([operation.id, 401, code]);
    }
  }
});

test.each([['', 'API_KEY_MISSING'], ['cbk_00000000_unknown', 'API_KEY_INVALID'], ['expired', 'API_KEY_EXPIRED'], ['revoked', 'API_KEY_REVOKED'], ['without scopes', 'SCOPE_MISSING']])('the key "%s" is refused everywhere with %s', async (name, code) => {
  const key = name in keys ? keys[name as keyof typeof keys] : name;
  for (const operation of operations) {
    const access = accessOf(operation.id)!;
    // The key is an admin's: what no operator may do is refused him for his role.
    if (access === 'public' || (code === 'SCOPE_MISSING' && (access.scope === '' || !(access.any as readonly Role[]).includes('admin')))) continue;
    expect([operation.id, await outcome(operation, key)]).toEqual([operation.id, code]);
  }
});

test('an operator never stands among the roles that see only their own, nor a trader among those that see all but registerAccount and public data', () => {
  const open = new Set(['brokers:read', 'methodologies:read', 'accounts:write', '']);
  for (const [id, access] of Object.entries(ACCESS)) {
    if (access === 'public') continue;
    expect([id, (access.own as readonly Role[]).filter((role) => role !== 'trader' && role !== 'partner')]).toEqual([id, []]);
    if (!open.has(access.scope)) expect([id, (access.any as readonly Role[]).filter((role) => role === 'trader' || role === 'partner')]).toEqual([id, []]);
  }
  expect(scopesOf('trader')).not.toContain('accruals:hold');
});

test('every money operation needs an Idempotency-Key', async () => {
  const money = operations.filter(({ id }) => { const access = accessOf(id)!; return access !== 'public' && access.money; });
  expect(money.length).toBeGreaterThan(7);
  for (const operation of money) {
    const response = await api.call(operation.method, operation.url, { body: {} });
    expect([operation.id, response.statusCode, response.json().code]).toEqual([operation.id, 400, expect.stringMatching(/^(IDEMPOTENCY_KEY_MISSING|REQUEST_INVALID)$/)]);
  }
});
