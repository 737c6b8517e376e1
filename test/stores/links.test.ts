import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPool, withTransaction } from '../../db/connection.ts';
import { endLink, getLink, listLinks, rejectLink, requestLink, verifyLink } from '../../db/stores/accountLinks.ts';
import { createBroker } from '../../db/stores/brokers.ts';
import { addTerms } from '../../db/stores/terms.ts';
import { getTradingAccount, registerTradingAccount } from '../../db/stores/tradingAccounts.ts';
import { createUser } from '../../db/stores/users.ts';
import { freshDatabase, type FreshDatabase } from '../support/database.ts';

let database: FreshDatabase;
let pool: pg.Pool;
let db: NodePgDatabase;
let ann: string;
let bob: string;
let login = 0;

const day = (n: number): string => `2026-11-${String(n).padStart(2, '0')}T00:00:00.000Z`;
const problem = (code: string) => expect.objectContaining({ code });
const account = async (): Promise<string> => (await registerTradingAccount(db, { brokerId: 'alpha', server: 'A', login: String(++login), type: 'standard', at: day(1) })).id;

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.appUrl);
  db = drizzle(pool);
  await createBroker(db, { id: 'alpha', name: 'Alpha', servers: ['A'], at: day(1) });
  await addTerms(db, { brokerId: 'alpha', effectiveFrom: day(1), accountTypes: { standard: { eligible: true, lotFactor: '1' } }, excludedClasses: [], symbolSuffixes: [], minDurationSeconds: null, minMovePoints: null });
  ann = (await createUser(db, { externalId: 'ann', at: day(1) })).id;
  bob = (await createUser(db, { externalId: 'bob', at: day(1) })).id;
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

test('a link is requested, verified once and again, ended', async () => {
  const link = await requestLink(db, { tradingAccountId: await account(), userId: ann, requestedAt: '2026-11-05T09:00:00Z' });
  expect(link).toMatchObject({ status: 'requested', requestedAt: '2026-11-05T09:00:00.000Z', decidedAt: null });
  const verified = await verifyLink(db, link.id, day(6));
  expect(verified).toMatchObject({ status: 'verified', decidedAt: day(6), requestedAt: link.requestedAt });
  expect(await verifyLink(db, link.id, day(7))).toEqual(verified);
  await expect(rejectLink(db, link.id, day(7))).rejects.toEqual(problem('LINK_STATE'));
  await expect(endLink(db, link.id, day(2))).rejects.toEqual(problem('LINK_STATE'));
  expect(await endLink(db, link.id, day(8))).toMatchObject({ status: 'ended', endedAt: day(8) });
  expect(await endLink(db, link.id, day(9))).toMatchObject({ endedAt: day(8) });
  await expect(verifyLink(db, link.id, day(9))).rejects.toEqual(problem('LINK_STATE'));
});

test('of competing claims one is verified, the other cannot be', async () => {
  const tradingAccountId = await account();
  const first = await requestLink(db, { tradingAccountId, userId: ann, requestedAt: day(2) });
  const second = await requestLink(db, { tradingAccountId, userId: bob, requestedAt: day(3) });
  await expect(requestLink(db, { tradingAccountId, userId: ann, requestedAt: day(4) })).rejects.toEqual(problem('LINK_EXISTS'));
  await verifyLink(db, first.id, day(4));
  await expect(verifyLink(db, second.id, day(4))).rejects.toEqual(problem('LINK_CLAIMED'));
  await rejectLink(db, second.id, day(4));
  await expect(requestLink(db, { tradingAccountId, userId: bob, requestedAt: day(5) })).rejects.toEqual(problem('LINK_CLAIMED'));
  expect((await getLink(db, first.id)).status).toBe('verified');
});

test('two operators who verify competing claims at once: one of them wins', async () => {
  const tradingAccountId = await account();
  const claims = [await requestLink(db, { tradingAccountId, userId: ann, requestedAt: day(2) }), await requestLink(db, { tradingAccountId, userId: bob, requestedAt: day(3) })];
  const results = await Promise.allSettled(claims.map((claim) => withTransaction(pool, (tx) => verifyLink(tx.db, claim.id, day(4)))));
  expect(results.filter((r) => r.status === 'rejected').map((r) => (r.reason as { code: string }).code)).toEqual(['LINK_CLAIMED']);
  expect(await listLinks(db, { tradingAccountId, status: 'verified' }, { limit: 5 })).toHaveLength(1);
});

test('a claim requested while the earlier link counted cannot be verified afterwards, a new one can', async () => {
  const tradingAccountId = await account();
  const first = await requestLink(db, { tradingAccountId, userId: ann, requestedAt: day(2) });
  const early = await requestLink(db, { tradingAccountId, userId: bob, requestedAt: day(3) });
  await verifyLink(db, first.id, day(4));
  await endLink(db, first.id, day(6));
  await expect(verifyLink(db, early.id, day(7))).rejects.toEqual(problem('LINK_OVERLAPS'));
  await rejectLink(db, early.id, day(7));
  const anew = await requestLink(db, { tradingAccountId, userId: bob, requestedAt: day(7) });
  expect((await verifyLink(db, anew.id, day(8))).status).toBe('verified');
  expect((await listLinks(db, { userId: bob, brokerId: 'alpha', tradingAccountId }, { limit: 9 })).map((l) => l.status)).toEqual(['rejected', 'verified']);
});

test('a user who asks many times at once has one open link', async () => {
  const tradingAccountId = await account();
  const ask = () => withTransaction(pool, (tx) => requestLink(tx.db, { tradingAccountId, userId: ann, requestedAt: day(2) }));
  const results = await Promise.allSettled(Array.from({ length: 8 }, ask));
  expect(results.filter((r) => r.status === 'rejected').map((r) => (r.reason as { code: string }).code)).toEqual(Array.from({ length: 7 }, () => 'LINK_EXISTS'));
  expect(await listLinks(db, { tradingAccountId }, { limit: 9 })).toHaveLength(1);
});

test('an operator\'s word corrects the type, also while another asks for the account', async () => {
  await addTerms(db, { brokerId: 'alpha', effectiveFrom: day(1), accountTypes: { standard: { eligible: true, lotFactor: '1' }, cent: { eligible: true, lotFactor: '0.01' } }, excludedClasses: [], symbolSuffixes: [], minDurationSeconds: null, minMovePoints: null });
  const tradingAccountId = await account();
  const link = await requestLink(db, { tradingAccountId, userId: ann, requestedAt: day(2) });
  const [verified] = await Promise.allSettled([
    withTransaction(pool, (tx) => verifyLink(tx.db, link.id, day(4), 'cent')),
    withTransaction(pool, (tx) => requestLink(tx.db, { tradingAccountId, userId: bob, requestedAt: day(4) })),
  ]);
  expect(verified).toMatchObject({ status: 'fulfilled', value: { status: 'verified' } });
  expect((await getTradingAccount(db, tradingAccountId)).type).toBe('cent');
});
