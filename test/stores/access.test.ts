import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPool, withTransaction } from '../../db/connection.ts';
import { createApiKey, ensureFirstAdminKey, findApiKey, listApiKeys, revokeApiKey } from '../../db/stores/apiKeys.ts';
import { checkSameRequest, claimKey, keepAnswer } from '../../db/stores/idempotency.ts';
import { createUser } from '../../db/stores/users.ts';
import { freshDatabase, type FreshDatabase } from '../support/database.ts';

const AT = '2026-11-02T09:00:00.000Z';
let database: FreshDatabase;
let pool: pg.Pool;
let db: NodePgDatabase;
const problem = (code: string) => expect.objectContaining({ code });

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.appUrl);
  db = drizzle(pool);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

test('the first admin key is made once, also by two processes that start together', async () => {
  const keys = await Promise.all([1, 2, 3].map(() => withTransaction(pool, (tx) => ensureFirstAdminKey(tx.db, AT))));
  expect(keys.filter((key) => key !== null)).toHaveLength(1);
  expect(await findApiKey(db, keys.find((key) => key !== null)!)).toMatchObject({ role: 'admin', scopes: ['*'], userId: null });
});

test('a key is found by itself only, its text is nowhere in the table', async () => {
  const user = await createUser(db, { externalId: 'u', at: AT });
  const { key, apiKey } = await createApiKey(db, { name: 'portal', role: 'trader', scopes: ['accruals:read'], userId: user.id, at: AT });
  expect(await findApiKey(db, key)).toEqual(apiKey);
  expect(await findApiKey(db, `${key}x`)).toBeNull();
  expect(await findApiKey(db, apiKey.prefix)).toBeNull();
  const { rows } = await pool.query<{ row: string }>('select api_key::text as row from api_key');
  expect(rows.some((r) => r.row.includes(key.slice(apiKey.prefix.length + 1)))).toBe(false);
  const revoked = await revokeApiKey(db, apiKey.id, AT);
  expect(revoked.revokedAt).toBe(AT);
  expect(await revokeApiKey(db, apiKey.id, '2027-01-01T00:00:00Z')).toEqual(revoked);
  expect((await listApiKeys(db, { limit: 10 })).map((k) => k.name)).toContain('portal');
});

test('a trader key needs a user and an operator key has none', async () => {
  await expect(createApiKey(db, { name: 'x', role: 'trader', scopes: [], at: AT })).rejects.toEqual(problem('API_KEY_USER'));
  await expect(createApiKey(db, { name: 'x', role: 'finance', scopes: [], userId: 'usr_1', at: AT })).rejects.toEqual(problem('API_KEY_USER'));
});

test('an idempotency key: in flight while open, free again after a rollback, kept after a commit, refused for another request', async () => {
  const { apiKey } = await createApiKey(db, { name: 'ops', role: 'finance', scopes: ['*'], at: AT });
  const use = { ownerId: apiKey.id, key: 'k-1', operation: 'placeHold' };
  const answer = (id: number) => ({ requestHash: 'a', status: 201, body: `{"id":${id}}` });
  await expect(withTransaction(pool, async (tx) => {
    expect(await claimKey(tx.db, use)).toBeNull();
    await keepAnswer(tx.db, use, answer(1), AT);
    await expect(withTransaction(pool, (other) => claimKey(other.db, use))).rejects.toEqual(problem('IDEMPOTENCY_IN_FLIGHT'));
    throw new Error('died');
  })).rejects.toThrow('died');
  await withTransaction(pool, async (tx) => {
    expect(await claimKey(tx.db, use)).toBeNull();
    await keepAnswer(tx.db, use, answer(2), AT);
  });
  const kept = await withTransaction(pool, (tx) => claimKey(tx.db, use));
  expect(kept).toEqual({ operation: 'placeHold', ...answer(2) });
  expect(() => checkSameRequest(kept!, 'placeHold', 'a')).not.toThrow();
  expect(() => checkSameRequest(kept!, 'placeHold', 'b')).toThrow(problem('IDEMPOTENCY_KEY_REUSED'));
  expect(() => checkSameRequest(kept!, 'releaseHold', 'a')).toThrow(problem('IDEMPOTENCY_KEY_REUSED'));
  const { apiKey: another } = await createApiKey(db, { name: 'ops2', role: 'finance', scopes: ['*'], at: AT });
  expect(await withTransaction(pool, (tx) => claimKey(tx.db, { ...use, ownerId: another.id }))).toBeNull();
});
