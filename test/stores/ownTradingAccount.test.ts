import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPool, withTransaction } from '../../db/connection.ts';
import { endLink, rejectLink, requestLink, verifyLink } from '../../db/stores/accountLinks.ts';
import { createBroker } from '../../db/stores/brokers.ts';
import { ownTradingAccount } from '../../db/stores/ownTradingAccount.ts';
import { requestOwnership } from '../../db/stores/ownership.ts';
import { addTerms } from '../../db/stores/terms.ts';
import { registerTradingAccount } from '../../db/stores/tradingAccounts.ts';
import { createUser } from '../../db/stores/users.ts';
import { freshDatabase, type FreshDatabase } from '../support/database.ts';

let database: FreshDatabase;
let pool: pg.Pool;
let db: NodePgDatabase;
let ann: string;
let bob: string;
let login = 0;
const day = (n: number): string => `2026-11-${String(n).padStart(2, '0')}T00:00:00.000Z`;

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.appUrl);
  db = drizzle(pool);
  for (const id of ['alpha', 'beta']) {
    await createBroker(db, { id, name: id, servers: ['A', 'B'], at: day(1) });
    await addTerms(db, { brokerId: id, effectiveFrom: day(1), accountTypes: { standard: { eligible: true, lotFactor: '1' } }, excludedClasses: [], symbolSuffixes: [], minDurationSeconds: null, minMovePoints: null });
  }
  ann = (await createUser(db, { externalId: 'ann', at: day(1) })).id;
  bob = (await createUser(db, { externalId: 'bob', at: day(1) })).id;
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

/** An account of `userId`, linked on day 2, verified on day 4. */
async function verified(userId: string): Promise<{ login: string; id: string; linkId: string }> {
  const account = await registerTradingAccount(db, { brokerId: 'alpha', server: 'A', login: String(++login), type: 'standard', at: day(1) });
  const link = await requestLink(db, { tradingAccountId: account.id, userId, requestedAt: day(2) });
  await verifyLink(db, link.id, day(4));
  return { login: account.login, id: account.id, linkId: link.id };
}
const ask = (userId: string, number: string, asOf: string, at: { brokerId?: string; server?: string } = {}) => ownTradingAccount(pool, { userId, brokerId: 'alpha', server: 'A', login: number, asOf, ...at });
const refused = (reason: string) => ({ ok: false, code: 'DESTINATION_NOT_OWN', reason: expect.stringContaining(reason) });

test('a verified account is his own from its verification to its end', async () => {
  const { login: number, id, linkId } = await verified(ann);
  expect(await ask(ann, number, day(3))).toEqual(refused('not linked with you'));
  expect(await ask(ann, number, day(4))).toEqual({ ok: true, tradingAccountId: id });
  await endLink(db, linkId, day(9));
  expect(await ask(ann, number, day(8))).toEqual({ ok: true, tradingAccountId: id });
  expect(await ask(ann, number, day(9))).toEqual(refused('no longer linked'));
});

test("another's account, another server, another broker and no account at all are not his own", async () => {
  const { login: number } = await verified(ann);
  expect(await ask(bob, number, day(5))).toEqual(refused('not linked with you'));
  expect(await ask(ann, number, day(5), { server: 'B' })).toEqual(refused('not linked with you'));
  expect(await ask(ann, number, day(5), { brokerId: 'beta' })).toEqual(refused('not linked with you'));
  expect(await ask(ann, '999999', day(5))).toEqual(refused('not linked with you'));
});

test('a link that is only asked for, or rejected, is none', async () => {
  const account = await registerTradingAccount(db, { brokerId: 'alpha', server: 'A', login: String(++login), type: 'standard', at: day(1) });
  const link = await requestLink(db, { tradingAccountId: account.id, userId: ann, requestedAt: day(2) });
  expect(await ask(ann, account.login, day(5))).toEqual(refused('not verified as yours yet'));
  await rejectLink(db, link.id, day(3));
  expect(await ask(ann, account.login, day(5))).toEqual(refused('not linked with you'));
});

test('after one claim ended and another was verified, only the newer holder has it', async () => {
  const { login: number, id, linkId } = await verified(ann);
  await endLink(db, linkId, day(6));
  const link = await requestLink(db, { tradingAccountId: id, userId: bob, requestedAt: day(7) });
  await verifyLink(db, link.id, day(8));
  expect(await ask(ann, number, day(9))).toEqual(refused('no longer linked'));
  expect(await ask(bob, number, day(9))).toEqual({ ok: true, tradingAccountId: id });
});

test('a rejected proof of ownership counts, until a newer one is confirmed', async () => {
  const { login: number, id, linkId } = await verified(ann);
  const decided = async (state: 'confirmed' | 'rejected', asked: number, at: number): Promise<void> => {
    const ownership = await withTransaction(pool, (tx) => requestOwnership(tx, { accountLinkId: linkId, asOf: day(asked) }));
    expect((await ask(ann, number, day(at - 1))).ok).toBe(state === 'rejected');
    await pool.query(`UPDATE ownership_verification SET state = $3, decided_at = $2, decided_by = 'an operator', decision_reason = 'seen' WHERE id = $1`, [ownership.id, day(at), state]);
  };
  await decided('rejected', 5, 7);
  expect(await ask(ann, number, day(7))).toEqual(refused('was rejected'));
  await decided('confirmed', 8, 10);
  expect(await ask(ann, number, day(10))).toEqual({ ok: true, tradingAccountId: id });
});
